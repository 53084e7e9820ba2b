// A thread of judge-threads.ts: says which events of a text match, one text after the other.

import { parentPort } from 'node:worker_threads';
import { systemAccounts } from '../host/accounts.ts';
import { eventFaults } from '../host/faults.ts';
import { insideThread, nextMessage } from '../host/thread.ts';
import { type EventMatcher, type MatchContext, matcher } from '../query/index.ts';
import { interpretingContext } from '../query/readings.ts';
import type { JudgeAnswer, JudgeTask } from './judge-threads.ts';
import { eventsIn } from './row.ts';

const { input: leave, stopping } = insideThread<Int32Array>();
const leaves = (): boolean => Atomics.load(leave, 0) !== 0 || stopping();
const context: MatchContext = { ...interpretingContext(systemAccounts()), leaves };
let matches: EventMatcher = () => false;

function answer({ predicate, text }: JudgeTask): JudgeAnswer {
  try {
    if (predicate) matches = matcher(predicate, context);
    const found: number[] = [];
    let at = 0;
    for (const event of eventsIn(text)) {
      if (leaves()) break;
      if (eventFaults.run(event, () => matches(event), true, 'it is taken as a match')) found.push(at);
      at++;
    }
    return Int32Array.from(found);
  } catch (error) {
    return { failed: (error as Error).message };
  }
}

while (!stopping()) {
  const task = await nextMessage<JudgeTask>();
  if (task === 'stop') break;
  parentPort!.postMessage(answer(task));
}

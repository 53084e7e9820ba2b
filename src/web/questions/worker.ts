// A thread of thread-desk.ts: takes questions one by one, asks for the pieces of the trail, answers.

import { parentPort } from 'node:worker_threads';
import { AuditError } from '../../base/index.ts';
import { eventFaults, insideThread, nextMessage, systemAccounts } from '../../host/index.ts';
import { machinePolicy } from '../../policy/index.ts';
import { eventsIn } from '../../store/row.ts';
import { answerText } from './answer.ts';
import type { Ground } from './question.ts';
import { errorOf, type FromThread, failureOf, type ToThread } from './thread-desk.ts';

const { stopping } = insideThread();
const ended = (): AuditError => new AuditError('cancelled', 'Cannot answer: the console ends');

/** Says something, and waits for the answer. */
async function tell(message: FromThread): Promise<ToThread> {
  parentPort!.postMessage(message, message.kind === 'answer' ? [message.json.buffer] : []);
  return next();
}

async function next(): Promise<ToThread> {
  const heard = stopping() ? 'stop' : await nextMessage<ToThread>();
  if (heard === 'stop' || stopping()) throw ended();
  return heard;
}

const ground: Ground = {
  accounts: systemAccounts(),
  policy: machinePolicy(),
  goOn: () => {
    if (stopping()) throw ended();
  },
  each: async (selection, handle) => {
    const take = eventFaults.around(handle);
    for (
      let heard = await tell({ kind: 'read', selection });
      heard.kind !== 'end';
      heard = await tell({ kind: 'more' })
    ) {
      if (heard.kind === 'failed') throw errorOf(heard);
      if (heard.kind !== 'text') throw new TypeError(`What was read is no text but a ${heard.kind}.`);
      for (const event of eventsIn(heard.text)) {
        ground.goOn();
        take(event);
      }
    }
  },
};

async function answer(message: ToThread): Promise<FromThread> {
  try {
    if (message.kind !== 'question') throw new TypeError(`A ${message.kind} is no question.`);
    const json = new Uint8Array(Buffer.from(await answerText(message.question, ground), 'utf8'));
    return { kind: 'answer', json };
  } catch (error) {
    if (stopping()) throw error;
    return failureOf(error);
  }
}

try {
  for (let heard = await next(); ; heard = await tell(await answer(heard)));
} catch (error) {
  if (!stopping()) throw error;
}

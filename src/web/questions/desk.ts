// Where questions are put that take long: on this thread, in short turns, or on threads of their own
// (thread-desk.ts). The answers are the same.

import type { Accounts } from '../../base/index.ts';
import { eventFaults } from '../../host/faults.ts';
import { eventsIn, type Store } from '../../store/index.ts';
import { checkSignal } from '../../store/watchers.ts';
import { answerText } from './answer.ts';
import type { Answers, Ground, Policy, Question } from './question.ts';

/** How long events are handed on before others have their turn, in ms. */
const TURN = 15;

/** Answers a question with JSON; what is withdrawn throws AuditError `cancelled` soon. */
export type Answerer = (question: Question, signal: AbortSignal) => Promise<string | Uint8Array<ArrayBuffer>>;

export class Desk {
  private readonly answer: Answerer;

  constructor(answer: Answerer) {
    this.answer = answer;
  }

  /** The answer as the reply of a route. */
  async reply(question: Question, signal: AbortSignal): Promise<Response> {
    const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
    return new Response(await this.answer(question, signal), { headers });
  }

  /** The answer as data. */
  async ask<Q extends Question>(question: Q, signal: AbortSignal): Promise<Answers[Q['kind']]> {
    const json = await this.answer(question, signal);
    return JSON.parse(typeof json === 'string' ? json : Buffer.from(json.buffer).toString('utf8'));
  }
}

/** A desk on this thread. */
export function plainDesk(store: Store, accounts: Accounts, policy: Policy): Desk {
  return new Desk((question, signal) => answerText(question, plainGround(store, { accounts, policy }, signal)));
}

const plainGround = (store: Store, facts: Pick<Ground, 'accounts' | 'policy'>, signal: AbortSignal): Ground => ({
  ...facts,
  goOn: () => checkSignal(signal),
  each: async (selection, handle) => {
    const take = eventFaults.around(handle);
    let until = performance.now() + TURN;
    for await (const text of store.texts(selection, signal))
      for (const event of eventsIn(text)) {
        take(event);
        if (performance.now() < until) continue;
        await new Promise((resolve) => setImmediate(resolve));
        checkSignal(signal);
        until = performance.now() + TURN;
      }
  },
});

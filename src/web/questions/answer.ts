// The answer of each kind of question.

import { sessionsAnswer, treeAnswer } from './processes.ts';
import type { Answers, Ground, Question } from './question.ts';
import { applyAnswer, checkAnswer, planAnswer, rulesAnswer } from './rules.ts';
import { killAnswer, summaryAnswer, touchAnswer } from './stories.ts';
import { costAnswer, tablesAnswer } from './tables.ts';

const ANSWERS: {
  readonly [K in Question['kind']]: (question: Question & { kind: K }, ground: Ground) => Promise<Answers[K]>;
} = {
  kills: killAnswer,
  touches: touchAnswer,
  summary: summaryAnswer,
  tree: treeAnswer,
  sessions: sessionsAnswer,
  tables: tablesAnswer,
  cost: costAnswer,
  rules: rulesAnswer,
  check: checkAnswer,
  plan: planAnswer,
  apply: applyAnswer,
};

/** Answers a question; as JSON text, since that is how it leaves. */
export async function answerText(question: Question, ground: Ground): Promise<string> {
  const answer = ANSWERS[question.kind] as (question: Question, ground: Ground) => Promise<unknown>;
  return JSON.stringify(await answer(question, ground));
}

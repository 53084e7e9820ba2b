// Answers that are stories: who killed, who touched, what somebody was seen doing. As data, and as the text the commands
// tell.

import { utf8 } from '../../base/index.ts';
import {
  askKills,
  askTouches,
  InodeFinder,
  storyJson,
  storyText,
  type TouchQuery,
  touchedText,
  touchJson,
} from '../../explain/index.ts';
import { stamp } from '../../host/moment.ts';
import { lastPart, readPath } from '../../paths/index.ts';
import { absent, type Unread } from '../../record/unread.ts';
import { ActivityCounter } from '../../report/activity/activity.ts';
import { activityJson } from '../../report/activity/json.ts';
import { subjectText } from '../../report/activity/select.ts';
import { activityText } from '../../report/activity/text.ts';
import { SIGNAL_NAMES } from '../../tables/calls.ts';
import { RECORD } from '../../tables/records.ts';
import { wordsOf } from '../answer-words.ts';
import { sent } from '../contract/shape.ts';
import type { KillAnswer, KillStory, Summary, SummaryAnswer, Touch, TouchAnswer } from '../contract.ts';
import type { Ground, KillQuestion, SummaryQuestion, TouchQuestion } from './question.ts';
import { readerOf } from './reader.ts';

const MOST_STORIES = 200;
const MOST_TOUCHES = 5000;

export async function killAnswer(question: KillQuestion, ground: Ground): Promise<KillAnswer> {
  const { range, victim, clock, kernelLog, unread } = question;
  const { all, ended, logins, names } = await askKills(
    readerOf(ground, range),
    victim,
    clock,
    kernelLog && (async (push) => kernelLog.forEach(push)),
  );
  const words = wordsOf(ground, names);
  const told = [...(question.all ? all : ended)].reverse();
  const stories = told.slice(0, MOST_STORIES).map((story) => ({
    data: sent<KillStory>(storyJson(story, logins, words)),
    text: storyText(story, logins, words),
  }));
  const omitted = told.length - stories.length;
  const hint = told.length === 0 && noKill(all.length, unread);
  return { stories, ...(omitted > 0 && { omitted }), ...(hint && { hint }), unread };
}

const noKill = (survived: number, unread: readonly Unread[]): string =>
  `${absent('Nothing', 'ended such a process', unread)}${survived > 0 ? ` ${survived} signals did not end it: ask for all.` : ''} ` +
  'The trail tells of signals only where a rule records them, for example:\n' +
  `-a always,exit -F arch=b64 -S ${SIGNAL_NAMES.join()} -F a1!=0 -k signals`;

export async function touchAnswer({ range, file, wish, unread }: TouchQuestion, ground: Ground): Promise<TouchAnswer> {
  const inodes = await inodesOf(ground, file);
  const { lives, logins, names } = await askTouches(readerOf(ground, range), file, inodes, wish);
  const words = wordsOf(ground, names);
  let room = MOST_TOUCHES;
  const files = lives.map((life) => {
    const touches = life.touches.slice(0, Math.max(0, room));
    room -= touches.length;
    return {
      text: touchedText({ ...life, touches }, file, words),
      touches: touches.map((one) => sent<Touch>(touchJson(one, life, logins, words))),
    };
  });
  return {
    files: files.filter((one) => one.touches.length > 0),
    ...(files.length === 0 && { hint: noTouch(utf8(file.path), unread) }),
    unread,
  };
}

/** The inodes that stood at the path: of PATH records that hold the file's name. */
async function inodesOf(ground: Ground, query: TouchQuery): Promise<ReadonlySet<string>> {
  const finder = new InodeFinder(query);
  if (query.below) return finder.files;
  const value = lastPart(query.path);
  const named = { kind: 'field', name: 'name', form: 'decoded', compare: { how: 'contains', value } } as const;
  const predicate = { kind: 'some', of: { kind: 'and', of: [{ kind: 'type', types: [RECORD.PATH] }, named] } } as const;
  await ground.each({ predicate }, (event) => {
    for (const record of event.records) if (record.type === RECORD.PATH) finder.path(readPath(record));
  });
  return finder.files;
}

const noTouch = (path: string, unread: readonly Unread[]): string =>
  `${absent('Nothing', 'touched it', unread)} The kernel records a file only where a rule watches it, for example:\n` +
  `-a always,exit -F arch=b64 -S all -F path=${path} -F perm=rwxa -k files`;

export async function summaryAnswer(
  { range, of, top, unread }: SummaryQuestion,
  ground: Ground,
): Promise<SummaryAnswer> {
  const counter = new ActivityCounter(of);
  await ground.each(range, (event) => counter.add(event));
  const subject = subjectText(of, ground.accounts);
  return {
    data: sent<Summary>(activityJson(counter.activity, subject, top)),
    text: utf8(activityText(counter.activity, { subject, top, stamp, unread })),
    unread,
  };
}

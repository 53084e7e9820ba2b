// GET /api/answers/who-killed, who-touched, summary: the commands' answers, as data and as the text they tell.

import { posix } from 'node:path';
import { z } from 'zod';
import { fromUtf8, utf8 } from '../../base/index.ts';
import {
  askKills,
  askTouches,
  InodeFinder,
  normalizePath,
  readPath,
  storyJson,
  storyText,
  type TouchQuery,
  touchedText,
  touchJson,
  type VictimQuery,
} from '../../explain/index.ts';
import { kernelClock, unitMembers } from '../../host/index.ts';
import { stamp } from '../../host/moment.ts';
import { ActivityCounter } from '../../report/activity/activity.ts';
import { activityJson } from '../../report/activity/json.ts';
import { subjectText } from '../../report/activity/select.ts';
import { activityText } from '../../report/activity/text.ts';
import { wordsOf } from '../answer-words.ts';
import type { Console } from '../console.ts';
import { sent } from '../contract/shape.ts';
import { KillAnswer, type KillStory, type Summary, SummaryAnswer, type Touch, TouchAnswer } from '../contract.ts';
import { Fault } from '../fault.ts';
import { flag, id, period, text, whole } from '../inputs.ts';
import { periodOf, rangeOf, secondsOf } from '../narrow.ts';
import { route } from '../route.ts';
import { eachEvent, readerOf } from '../store-read.ts';

const MOST_STORIES = 200;
const MOST_TOUCHES = 5000;
const PATH = 1302;
const pid = whole(0, 0x7fffffff);

const whoKilled = route({
  method: 'get',
  path: '/answers/who-killed',
  summary: 'Who ended a process, by what means, on whose behalf, and why',
  query: z.strictObject({
    ...period,
    pid: pid.optional(),
    name: text(512).optional(),
    unit: text(256).optional(),
    at: text(64).optional().describe('The end nearest to that time'),
    all: flag.optional().describe('Also signals the victim lived on after'),
  }),
  reply: KillAnswer,
  seconds: 120,
  async run({ query, console, signal }): Promise<KillAnswer> {
    const range = rangeOf(query, console.now());
    const kernelLog = console.kernelLog;
    const { all, ended, logins, names } = await askKills(
      readerOf(console.store, range, signal),
      victimOf(query, console),
      kernelClock(),
      kernelLog && (async (push) => kernelLog().forEach(push)),
    );
    const words = wordsOf(console, names);
    const told = [...(query.all ? all : ended)].reverse();
    const stories = told.slice(0, MOST_STORIES).map((story) => ({
      data: sent<KillStory>(storyJson(story, logins, words)),
      text: storyText(story, logins, words),
    }));
    const omitted = told.length - stories.length;
    return { stories, ...(omitted > 0 && { omitted }), ...(told.length === 0 && { hint: noKill(all.length) }) };
  },
});

interface Victim {
  readonly pid?: number | undefined;
  readonly name?: string | undefined;
  readonly unit?: string | undefined;
  readonly at?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

function victimOf(query: Victim, console: Console): VictimQuery {
  const { pid: number, name, unit, at } = query;
  if ([number, name, unit].filter((one) => one !== undefined).length > 1)
    throw new Fault(400, 'bad-parameter', 'Cannot answer: `pid`, `name` and `unit` are three ways to say whom', {
      parameter: name === undefined ? 'unit' : 'name',
    });
  return {
    ...periodOf(query, console.now()),
    ...(at !== undefined && { near: secondsOf('at', at, console.now()) * 1000 }),
    ...(unit !== undefined && { unit: unitMembers(unit) }),
    ...(name !== undefined && (/^\d+$/.test(name) ? { pid: Number(name) } : { name: fromUtf8(name) })),
    ...(number !== undefined && { pid: number }),
  };
}

const noKill = (survived: number): string =>
  `Nothing in this trail ended such a process.${survived > 0 ? ` ${survived} signals did not end it: ask for all.` : ''} ` +
  'The trail tells of signals only where a rule records them, for example:\n' +
  '-a always,exit -F arch=b64 -S kill,tkill,tgkill,pidfd_send_signal -F a1!=0 -k signals';

const whoTouched = route({
  method: 'get',
  path: '/answers/who-touched',
  summary: 'The life of a file: who created, changed, renamed, ran or deleted it',
  query: z.strictObject({
    ...period,
    path: text().min(1),
    below: flag.optional().describe('Everything below the folder too'),
    changes: flag.optional().describe('Only what changed it'),
    all: flag.optional().describe('Also those who only looked at it'),
  }),
  reply: TouchAnswer,
  seconds: 120,
  async run({ query, console, signal }): Promise<TouchAnswer> {
    if (!posix.isAbsolute(query.path))
      throw new Fault(400, 'bad-parameter', 'Cannot answer: `path` does not begin with /', { parameter: 'path' });
    const asked: TouchQuery = { path: normalizePath(fromUtf8(query.path)), below: query.below ?? false };
    const wish = { ...periodOf(query, console.now()), all: query.all ?? false, changes: query.changes ?? false };
    const { lives, logins, names } = await askTouches(
      readerOf(console.store, rangeOf(query, console.now()), signal),
      asked,
      await inodesOf(console, asked, signal),
      wish,
    );
    const words = wordsOf(console, names);
    let room = MOST_TOUCHES;
    const files = lives.map((life) => {
      const touches = life.touches.slice(0, Math.max(0, room));
      room -= touches.length;
      const shown = { ...life, touches };
      return {
        text: touchedText(shown, asked, words),
        touches: touches.map((one) => sent<Touch>(touchJson(one, life, logins, words))),
      };
    });
    return {
      files: files.filter((file) => file.touches.length > 0),
      ...(files.length === 0 && { hint: noTouch(query.path) }),
    };
  },
});

/** The inodes that stood at the path: of PATH records that hold the file's name. */
async function inodesOf(console: Console, query: TouchQuery, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const finder = new InodeFinder(query);
  if (query.below) return finder.files;
  const value = query.path.slice(query.path.lastIndexOf('/') + 1);
  const named = { kind: 'field', name: 'name', form: 'decoded', compare: { how: 'contains', value } } as const;
  const predicate = { kind: 'some', of: { kind: 'and', of: [{ kind: 'type', types: [PATH] }, named] } } as const;
  await eachEvent(console.store, { predicate }, signal, (event) => {
    for (const record of event.records) if (record.type === PATH) finder.path(readPath(record));
  });
  return finder.files;
}

const noTouch = (path: string): string =>
  'Nothing in this trail touched it. The kernel records a file only where a rule watches it, for example:\n' +
  `-a always,exit -F arch=b64 -S all -F path=${path} -F perm=rwxa -k files`;

const summary = route({
  method: 'get',
  path: '/answers/summary',
  summary: 'What a login, user, session, process tree, program or rule key was seen doing',
  query: z.strictObject({
    ...period,
    auid: id.optional(),
    uid: id.optional(),
    session: id.optional(),
    pid: pid.optional(),
    exe: text().optional(),
    key: text(256).optional(),
    top: whole(1, 1000).optional(),
  }),
  reply: SummaryAnswer,
  seconds: 120,
  async run({ query, console, signal }): Promise<SummaryAnswer> {
    const { auid, uid, session: ses, pid: number, exe, key, top = 20 } = query;
    const selection = { auid, uid, ses, pid: number, exe: exe && fromUtf8(exe), key: key && fromUtf8(key) };
    const counter = new ActivityCounter(selection);
    await eachEvent(console.store, rangeOf(query, console.now()), signal, (event) => counter.add(event));
    const subject = subjectText(selection, console.accounts);
    return {
      data: sent<Summary>(activityJson(counter.activity, subject, top)),
      text: utf8(activityText(counter.activity, { subject, top, stamp })),
    };
  },
});

export const answerRoutes = [whoKilled, whoTouched, summary];

// GET /api/answers/who-killed, who-touched, summary: the commands' answers, as data and as the text they tell.

import { posix } from 'node:path';
import { z } from 'zod';
import { fromUtf8 } from '../../base/index.ts';
import type { VictimQuery } from '../../explain/index.ts';
import { kernelClock, unitMembers } from '../../host/index.ts';
import { normalizePath } from '../../paths/index.ts';
import type { Console } from '../console.ts';
import { KillAnswer, SummaryAnswer, TouchAnswer } from '../contract.ts';
import { Fault } from '../fault.ts';
import { flag, id, period, text, whole } from '../inputs.ts';
import { rangeOf, secondsOf, timeRangeOf } from '../narrow.ts';
import { route } from '../route.ts';

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
  run({ query, console, signal }): Promise<Response> {
    const kernelLog = console.kernelLog?.();
    const victim = victimOf(query, console);
    const range = rangeOf(query, console.now());
    const asked = { kind: 'kills', range, victim, all: query.all ?? false, clock: kernelClock() } as const;
    return console.desk.reply({ ...asked, unread: console.unread(), ...(kernelLog && { kernelLog }) }, signal);
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
    ...timeRangeOf(query, console.now()),
    ...(at !== undefined && { near: secondsOf('at', at, console.now()) * 1000 }),
    ...(unit !== undefined && { unit: unitMembers(unit) }),
    ...(name !== undefined && (/^\d+$/.test(name) ? { pid: Number(name) } : { name: fromUtf8(name) })),
    ...(number !== undefined && { pid: number }),
  };
}

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
  run({ query, console, signal }): Promise<Response> {
    const { below = false, all = false, changes = false } = query;
    if (!posix.isAbsolute(query.path))
      throw new Fault(400, 'bad-parameter', 'Cannot answer: `path` does not begin with /', { parameter: 'path' });
    const file = { path: normalizePath(fromUtf8(query.path)), below };
    const wish = { ...timeRangeOf(query, console.now()), all, changes };
    const range = rangeOf(query, console.now());
    return console.desk.reply({ kind: 'touches', range, file, wish, unread: console.unread() }, signal);
  },
});

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
  run({ query, console, signal }): Promise<Response> {
    const { auid, uid, session: ses, pid: number, exe, key, top = 20 } = query;
    const of = { auid, uid, ses, pid: number, exe: exe && fromUtf8(exe), key: key && fromUtf8(key) };
    const range = rangeOf(query, console.now());
    return console.desk.reply({ kind: 'summary', range, of, top, unread: console.unread() }, signal);
  },
});

export const answerRoutes = [whoKilled, whoTouched, summary];

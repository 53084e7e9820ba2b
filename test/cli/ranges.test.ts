// One range, one answer: every verb takes the same events for the same --since and --until. The oracle is the log itself,
// whose times stand in its stamps.
import { expect, it } from 'vitest';
import { inTime } from '../../src/store/range.ts';
import { rangeOf } from '../../src/web/narrow.ts';
import { auspex, FILE, unbuilt } from '../wild/wild.fixture.ts';

/** A kill each: at second 10, 11 and 12 of a minute, with these milliseconds. */
const MINUTE = 1_795_234_620;
const TIMES = [10, 11, 12].flatMap((second) => [0, 1, 500, 999].map((ms) => (MINUTE + second) * 1000 + ms));
const stampOf = (at: number): string => `${Math.floor(at / 1000)}.${String(at % 1000).padStart(3, '0')}`;
const LOG = TIMES.map((at, i) => {
  const head = `msg=audit(${stampOf(at)}:${i + 1}):`;
  return (
    `type=SYSCALL ${head} arch=c000003e syscall=62 success=yes exit=0 a0=${(100 + i).toString(16)} a1=9 a2=0 a3=0 items=1 ppid=1 pid=${50 + i} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="k" exe="/usr/bin/k" key="sig"\n` +
    `type=OBJ_PID ${head} opid=${100 + i} oauid=1000 ouid=0 oses=3 ocomm="victim"\n` +
    `type=EOE ${head} \n`
  );
}).join('');

const day = '2026-11-21';
const [SECOND, EXACT] = [`${day} 04:17:11`, `${day} 04:17:11.500`];

it.skipIf(unbuilt !== '').each([
  [['--until', SECOND], 8],
  [['--until', `${day}T04:17:11Z`], 8],
  [['--until', String(MINUTE + 11)], 8],
  [['--until', `${MINUTE + 11}.000`], 5],
  [['--until', EXACT], 7],
  [['--since', SECOND], 8],
  [['--since', EXACT], 6],
  [['--since', SECOND, '--until', SECOND], 4],
  [['--since', EXACT, '--until', EXACT], 1],
  [['--since', `${day} 04:17:13`], 0],
] as const)('%j: each verb has the same events, and the console too', async (range, count) => {
  const json = async (verb: string, ...more: string[]): Promise<string> =>
    (await auspex([verb, ...range, ...more, ...(verb === 'search' ? [] : ['-i']), FILE], LOG)).stdout;
  const [since, until] = ['--since', '--until'].map((name) => range[(range as readonly string[]).indexOf(name) + 1]);
  const has = (name: string): boolean => (range as readonly string[]).includes(name);
  const asked = { ...(has('--since') && { since }), ...(has('--until') && { until }) };
  const selection = rangeOf(asked, Date.now());
  const serials = (text: string): number => new Set(text.match(/"serial":\d+/g)).size;
  expect({
    search: serials(await json('search', '--json')),
    summary: JSON.parse(await json('summary', '--json')).events,
    report: [...(await json('report', '--by', 'day', '--json')).matchAll(/"count":(\d+)/g)].reduce(
      (n, [, c]) => n + Number(c),
      0,
    ),
    killed: new Set((await json('who-killed', '--all', '--json')).match(/"pid":1\d\d\b/g)).size,
    console: TIMES.filter((at) => inTime({ sec: Math.floor(at / 1000), ms: at % 1000 }, selection)).length,
  }).toEqual({ search: count, summary: count, report: count, killed: count, console: count });
});

// What the asking verbs (who-killed, who-touched, tree, sessions, …) share: which trail they read, how they say times and
// users, and their common options. A verb adds its own options and brings the answer.
import { fstatSync } from 'node:fs';
import { type AuditError, fromUtf8, jsonText, latin1 } from '../base/index.ts';
import type { TimeRange } from '../base/range.ts';
import type { Reading, Words } from '../explain/index.ts';
import { eventFaults, isTerminal, ownPaint, systemAccounts, utcOffset, wantsStyles } from '../host/index.ts';
import { MOMENT_HELP, readRange } from '../host/moment.ts';
import { logIn, rotatedSet, statLog } from '../logs/index.ts';
import type { UnreadTally } from '../record/index.ts';
import { fileTrail, search, type Trail } from '../search/index.ts';
import { looksLikeStrace } from '../strace/index.ts';
import type { Io } from './io.ts';
import type { Option } from './options.ts';
import { ownLog } from './own-log.ts';
import { isStrace, readStrace, type StraceTaker, takeLines } from './strace-input.ts';

type AskingName = 'input' | 'since' | 'until' | 'json' | 'color' | 'help';

const OPTIONS = [
  {
    name: 'input',
    forms: ['-i', '--input'],
    value: 'FILE',
    help: 'read FILE, or the logs of a folder; `-` is standard input; may be repeated',
    group: 'The trail',
  },
  { name: 'since', forms: ['--since'], value: 'TIME', help: `only from then on: ${MOMENT_HELP}`, group: 'The trail' },
  { name: 'until', forms: ['--until'], value: 'TIME', help: 'only up to then', group: 'The trail' },
  {
    name: 'json',
    forms: ['--json'],
    help: 'as JSON, one object a line; `unread` tells what could not be read',
    group: 'The answer',
  },
  { name: 'color', forms: ['--color'], value: 'WHEN', help: 'auto (the default), always, never', group: 'The answer' },
  { name: 'help', forms: ['-h', '--help'], help: 'this text', group: 'The answer' },
] as const satisfies readonly Option<AskingName>[];

/** The common options, to stand after a verb's own. */
export const askingOptions: readonly Option<AskingName>[] = OPTIONS;

/** A command line that took the common options. */
export interface AskingLine {
  has(name: AskingName): boolean;
  value(name: AskingName): string | undefined;
  values(name: AskingName): readonly string[];
}

/** How answers speak on this machine and this terminal. `names` are users as the trail itself names them (ENRICHED). */
export function machineWords(line: AskingLine, names: ReadonlyMap<number, string> = new Map()): Words {
  const accounts = systemAccounts();
  const when = line.value('color') ?? 'auto';
  return {
    offset: (at) => utcOffset(Math.floor(at / 1000)),
    accounts: { ...accounts, userName: (uid) => names.get(uid) ?? accounts.userName(uid) },
    paint: ownPaint(when === 'always' || (when === 'auto' && wantsStyles())),
    width: Math.max(40, Math.min(120, (isTerminal(1) && process.stdout.columns) || 100)),
    now: Date.now(),
  };
}

/** `--since` and `--until`. */
export const rangeOf = (line: AskingLine, now = Date.now()): TimeRange =>
  readRange(line.value('since'), line.value('until'), now);

const stdinTrail: Trail = { name: 'standard input', chunks: () => process.stdin };

/** Whether standard input was given something to read: a pipe or a file. */
function stdinGiven(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isFile();
  } catch {
    return false;
  }
}

/** Where the trail comes from, and whether that is this machine's own log. */
export function trailsOf(inputs: readonly string[]): { readonly trails: readonly Trail[]; readonly own: boolean } {
  if (inputs.length === 0 && stdinGiven()) return { trails: [stdinTrail], own: false };
  if (inputs.length === 0) return { trails: rotatedSet(ownLog()).map(fileTrail), own: true };
  const trails = inputs.flatMap((input) => {
    if (input === '-') return [stdinTrail];
    return statLog(input).isDirectory() ? rotatedSet(logIn(input)).map(fileTrail) : [fileTrail(input)];
  });
  return { trails, own: false };
}

/** Reads trails whole, in the order of time. A file that cannot be read is reported and the rest goes on; lines that
 * cannot be read are counted. */
export async function readTrails(
  trails: readonly Trail[],
  io: Io,
  reading: Reading,
  unread?: UnreadTally,
): Promise<{ failed: number }> {
  let failed = 0;
  const { audit, stray, done } = await straceAside(trails, reading.strace);
  const other = (text: string): unknown => stray(text) || reading.line?.(text);
  await search(audit, {
    matches: () => true,
    guard: eventFaults,
    order: 'ending',
    ...(unread && !reading.again && { unread }),
    found: (event) => {
      reading.event(event);
      return true;
    },
    malformed: (bytes, start, end) => other(latin1(bytes, start, end)),
    failed: (error: AuditError) => {
      failed++;
      if (!reading.again) io.err(fromUtf8(`${error.message}\n`));
    },
  });
  done();
  return { failed };
}

/** Reads the strace logs among trails; the rest is for others. `stray` takes strace's lines out of a stream, for `done`. */
export async function straceAside(trails: readonly Trail[], taker: StraceTaker | undefined) {
  const strace: Trail[] = [];
  const audit: Trail[] = [];
  const lines: string[] = [];
  for (const trail of trails) (taker && (await isStrace(trail)) ? strace : audit).push(trail);
  if (taker && strace.length > 0) await readStrace(strace, taker);
  return {
    audit,
    stray: (text: string): boolean => {
      if (!taker || !looksLikeStrace(text)) return false;
      lines.push(text);
      return true;
    },
    done: (): void => {
      if (taker && lines.length > 0) takeLines(lines, taker);
    },
  };
}

/** Prints JSON data as one line. */
export const printJson = (io: Io, data: unknown): void => io.out(fromUtf8(`${jsonText(data)}\n`), 'json');

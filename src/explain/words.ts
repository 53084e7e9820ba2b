// How answers say times, users and programs, whatever the answer. The caller brings what only it knows: the time zone,
// the accounts, the colours, the width of the page.
import { type Accounts, commandLine, isoMoment, type Paint, plainPaint, safeText } from '../base/index.ts';
import { isSet, isUnset } from '../record/index.ts';
import { commandOf, type Image, imageOf, type Life, programOf } from './life.ts';
import type { LoginBook } from './logins.ts';

export interface Words {
  /** Seconds east of UTC at a moment (ms since 1970 UTC). */
  readonly offset: (at: number) => number;
  readonly accounts: Accounts | undefined;
  readonly paint: Paint;
  /** Columns of the page. */
  readonly width: number;
  /** ms since 1970 UTC, where advice depends on how long ago something was. */
  readonly now?: number;
}

/** Words without a machine behind them: UTC, no accounts, no colours, 100 columns. */
export const plainWords: Words = { offset: () => 0, accounts: undefined, paint: plainPaint, width: 100 };

/** Whether a moment has a date; strace logs may tell the time of day alone, or count from their beginning. */
export const isDated = (at: number): boolean => at >= 86_400_000;

/** Date and time of day, local; a moment that no calendar has is one word, `@SECONDS.MILLI`. */
function localParts(words: Words, at: number): readonly [date: string, time: string] | string {
  const text = isoMoment(isDated(at) ? at + words.offset(at) * 1000 : at);
  if (text.startsWith('@')) return isoMoment(at);
  return [text.slice(0, -14), text.slice(-13, -1)];
}

/** `2026-11-21 04:17:47.115`, local. */
export function dateTime(words: Words, at: number): string {
  const parts = localParts(words, at);
  if (typeof parts === 'string') return parts;
  return isDated(at) ? parts.join(' ') : `${parts[1]} (the log has no date)`;
}

/** `04:17:47.115`, local; `@SECONDS.MILLI` for a moment that no calendar has. */
export function clockTime(words: Words, at: number): string {
  const parts = localParts(words, at);
  return typeof parts === 'string' ? parts : parts[1];
}

/** `2026-11-21`, local; '' in a log without dates, and `@` for a moment that no calendar has. */
export function dateOf(words: Words, at: number): string {
  const parts = localParts(words, at);
  if (typeof parts === 'string') return '@';
  return isDated(at) ? parts[0] : '';
}

/** RFC 3339 in UTC, for programs; `@SECONDS.MILLI` for a moment that no calendar has. */
export const isoTime = isoMoment;

/** `40 ms`, `2.5 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const rounded = Math.max(0, Math.round(ms));
  if (rounded < 1000) return `${rounded} ms`;
  if (rounded < 10_000) return `${(rounded / 1000).toFixed(1)} s`;
  const s = Math.round(rounded / 1000);
  if (s < 60) return `${s} s`;
  const two = (big: number, bigName: string, small: number, smallName: string) =>
    small > 0 ? `${big} ${bigName} ${small} ${smallName}` : `${big} ${bigName}`;
  if (s < 3600) return two(Math.floor(s / 60), 'min', s % 60, 's');
  if (s < 86_400) return two(Math.floor(s / 3600), 'h', Math.floor((s % 3600) / 60), 'min');
  return two(Math.floor(s / 86_400), 'd', Math.floor((s % 86_400) / 3600), 'h');
}

/** `alice`, `uid 1001`, `nobody (unset)`: '' when the trail does not say. */
export function userName(words: Words, uid: number): string {
  if (uid < 0) return '';
  if (isUnset(uid)) return 'unset';
  return safeText(words.accounts?.userName(uid) ?? `uid ${uid}`);
}

/** `pid 12`; 0 stands for a process whose number the log does not tell. */
export const pidText = (pid: number): string => (pid > 0 ? `pid ${pid}` : 'pid not in the log');

/** A program's name for headlines; the pid where nothing is known. */
export const programName = (life: Life | undefined, image: Image | undefined, comm: string, pid: number): string =>
  safeText((image ? programOf(image) : life ? programOf(imageOf(life)) : '') || comm) || pidText(pid);

/** The same with the executable's or the kernel's name beside it where those differ: `roxen (pike)`. */
export function fullName(life: Life | undefined, image: Image | undefined, comm: string, pid: number): string {
  const name = programName(life, image, comm, pid);
  const shown = image ?? (life && imageOf(life));
  if (!shown) return name;
  const exe = shown.exe.slice(shown.exe.lastIndexOf('/') + 1);
  const script =
    (shown.argv?.length ?? 0) > 1 && programOf({ ...shown, argv: shown.argv!.slice(0, 1) }) !== programOf(shown);
  const other = [script ? '' : exe, shown.argv ? '' : shown.comm].find(
    (word) => word !== '' && safeText(word) !== name,
  );
  return other === undefined ? name : `${name} (${safeText(other)})`;
}

export const commandText = (image: Image): string => commandLine(commandOf(image));

/** On whose behalf: the login a process belongs to, as one line; '' when it belongs to none. */
export function loginText(words: Words, life: Life, logins: LoginBook): string {
  if (!isSet(life.auid)) return '';
  const session = logins.find(life.node, life.ses);
  const parts = [`${userName(words, life.auid)} (login uid ${life.auid})`];
  if (isSet(life.ses)) parts.push(`session ${life.ses}`);
  if (session?.address) parts.push(`from ${safeText(session.address)}`);
  const terminal = life.tty || session?.terminal || '';
  if (terminal) parts.push(`on ${safeText(terminal)}`);
  if (session?.exe) parts.push(`through ${safeText(session.exe.slice(session.exe.lastIndexOf('/') + 1))}`);
  return parts.join(', ');
}

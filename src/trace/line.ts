// A traced call for people, a line like strace's; and for programs, as plain data. Names and arguments come from
// whoever runs the command's tree: every text is quoted, and no control character passes.
import { visible } from '../base/index.ts';
import { lineSafe, terminalSafe } from '../interpret/index.ts';
import type { Argument, TracedCall, TracedNote } from './call.ts';

export interface LineOptions {
  /** Show at most this many bytes of a text. Default 200. */
  readonly longest?: number;
  /** Time of day in front; the caller's, because the time zone is the machine's. */
  readonly time?: (sec: number, ms: number) => string;
}

const ELLIPSIS = '\xe2\x80\xa6'; // in UTF-8
const NAMED: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** A text in double quotes, cut to `longest` bytes. */
export function quoted(text: string, longest: number): string {
  const cut = text.length > longest;
  const shown = (cut ? text.slice(0, longest) : text).replace(/["\\\n\t\r]/g, (c) => NAMED[c]!);
  return `"${terminalSafe(shown)}"${cut ? ELLIPSIS : ''}`;
}

function argumentText(call: TracedCall, argument: Argument, index: number, longest: number): string {
  if (call.argv.length && argument.text.endsWith(' arguments]') && !argument.quoted)
    return `[${call.argv.map((a) => quoted(a, longest)).join(', ')}]`;
  if (argument.quoted) return quoted(argument.text, longest);
  const target = call.targets[0];
  const who = index === 0 && target && argument.text === String(target.pid) ? ` ${quoted(target.comm, longest)}` : '';
  return lineSafe(argument.text) + who;
}

/** `PID COMM  NAME(ARGS) = RESULT`, latin1, without a newline. */
export function lineOf(call: TracedCall, options: LineOptions = {}): string {
  const longest = options.longest ?? 200;
  const args = call.args.map((a, i) => argumentText(call, a, i, longest));
  if (call.more) {
    const shown = call.address === undefined || call.args.some((a) => a.text === call.address);
    args.push(shown ? ELLIPSIS : `${ELLIPSIS} ${lineSafe(call.address!)}`);
  }
  return `${head(call, call.comm, options)} ${call.name}(${args.join(', ')})${resultText(call)}`;
}

function resultText({ result, error, name }: TracedCall): string {
  if (error) return ` = -1 ${error.name} (${error.text})`;
  if (result !== undefined) return ` = ${result}`;
  return name.startsWith('exit') ? '' : ' = ?';
}

/** A remark of the kernel or a program: `PID TYPE text`. */
export function noteLine(note: TracedNote, options: LineOptions = {}): string {
  return `${head(note, '---', options)} ${note.type} ${terminalSafe(note.text).replaceAll('\n', ' ')}`;
}

function head(of: { pid: number; sec: number; ms: number }, comm: string, { time }: LineOptions): string {
  const name = terminalSafe(comm).replace(/\s/g, '_').padEnd(10);
  return `${time ? `${time(of.sec, of.ms)} ` : ''}${String(of.pid).padStart(7)} ${name}`;
}

/** The call as plain data for JSON; texts as Unicode. */
export function dataOf(call: TracedCall): object {
  return {
    time: call.sec + call.ms / 1000,
    serial: call.serial,
    pid: call.pid,
    ppid: call.ppid,
    comm: visible(call.comm),
    exe: visible(call.exe),
    call: call.name,
    args: call.args.map((a) => visible(a.text)),
    result: call.result ?? null,
    error: call.error?.name ?? null,
    ...(call.argv.length ? { argv: call.argv.map(visible) } : {}),
    ...(call.paths.length ? { paths: call.paths.map((p) => ({ name: visible(p.name), nametype: p.nametype })) } : {}),
    ...(call.cwd === undefined ? {} : { cwd: visible(call.cwd) }),
    ...(call.address === undefined ? {} : { address: visible(call.address) }),
    ...(call.targets.length ? { targets: call.targets.map((t) => ({ pid: t.pid, comm: visible(t.comm) })) } : {}),
  };
}

/** A remark as plain data. */
export function noteData(note: TracedNote): object {
  const { sec, ms, serial, pid, type } = note;
  return { time: sec + ms / 1000, serial, pid, type, text: visible(note.text) };
}

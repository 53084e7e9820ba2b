// Lines of a strace log put together: a call that others interrupted (`<unfinished ...>`, `<... x resumed>`) is one call,
// a thread belongs to its process, a line without a pid to the only process it can be of, and times go on past midnight.
// It tells what happened; what it means for processes, files and answers is the listener's business.
import { forgetOldest } from '../base/oldest.ts';
import { attachedBy, isRemainder, readStraceLine, type StraceTime } from './line.ts';
import { splitArguments } from './words.ts';

/** A call that returned, or (result `?`) never did. */
export interface StraceCall {
  readonly name: string;
  readonly args: readonly string[];
  /** undefined where strace shows `?`. */
  readonly result: number | undefined;
  /** `ENOENT`; '' on success. */
  readonly error: string;
  /** When it began and returned, ms; since 1970 UTC where the log tells, else since the log's beginning. */
  readonly began: number;
  readonly at: number;
  /** The process, and which of its threads. */
  readonly pid: number;
  readonly tid: number;
}

/** A signal that a process got: `--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1, si_uid=0} ---`. */
export interface StraceSignal {
  readonly pid: number;
  readonly at: number;
  readonly signal: string;
  /** Field of siginfo by name: `si_pid`. */
  readonly info: (name: string) => string | undefined;
}

/** What a reader tells. Every function is optional. */
export interface StraceListener {
  /** A call begins; its return comes later. */
  begun?(call: Omit<StraceCall, 'result' | 'error'>): void;
  call?(call: StraceCall): void;
  signal?(signal: StraceSignal): void;
  /** A process ended: with a status, or killed by a signal. A thread's end is not told. */
  ended?(end: { pid: number; at: number; status?: number; signal?: string; core: boolean }): void;
  /** Any line of a process. */
  seen?(pid: number, at: number): void;
}

export interface StraceOptions {
  /** Midnight of the day the log was written, ms since 1970 UTC, for -t and -tt times. */
  readonly day?: number;
  /** The process a file without pids is about (its name ends in `.PID` with -ff). */
  readonly pid?: number;
  /** The process that lines without a pid begin with (mainProcess). */
  readonly main?: number;
}

const DAY = 86_400_000;
const UNFINISHED = '<unfinished ...>';
/** The number of a process that no line names: the only one of a log without -f. */
const NAMELESS = 0;
const MOST_THREADS = 100_000;

interface Started {
  readonly name: string;
  readonly args: string;
  readonly at: number;
}

export class StraceReader {
  private readonly listener: StraceListener;
  private readonly open = new Map<number, Started>();
  private readonly tgids = new Map<number, number>();
  /** Traced now, as far as lines tell: strace leaves the pid out where there is only one. */
  private readonly alive = new Set<number>();
  private options: StraceOptions;
  private lastAt = 0;
  private first: number | undefined;
  /** Whose call the line before cut. */
  private cut: number | undefined;

  constructor(listener: StraceListener, options: StraceOptions = {}) {
    this.listener = listener;
    this.options = options;
  }

  /** A new file begins. */
  file(options: StraceOptions): void {
    this.options = { ...this.options, ...options };
  }

  /** One line, latin1, without its newline. */
  push(whole: string): void {
    const text = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    const attached = attachedBy(text);
    if (!attached) {
      this.line(text);
      return;
    }
    // What stands before is the maker's call and no news of a child again, whatever it looks like.
    if (attached.before !== '') this.line(`${attached.before}${UNFINISHED}`);
    this.cut = attached.before === '' ? undefined : (readStraceLine(attached.before)?.tid ?? this.whose());
    if (this.alive.size < MOST_THREADS) this.alive.add(attached.tid);
  }

  private line(text: string): void {
    const line = readStraceLine(text);
    if (!line && this.cut !== undefined && isRemainder(text)) this.joined(this.cut, text);
    this.cut = undefined;
    if (!line) return;
    const at = this.timeOf(line.time);
    const tid = line.tid ?? this.whose();
    this.first ??= tid;
    if (this.alive.size < MOST_THREADS) this.alive.add(tid);
    const pid = this.tgids.get(tid) ?? tid;
    const { rest } = line;
    if (rest.startsWith('+++')) this.ended(pid, tid, at, rest);
    else if (rest.startsWith('---')) this.signalled(pid, at, rest);
    else if (rest.startsWith('<...')) this.resumed(pid, tid, at, rest);
    else this.called(pid, tid, at, rest);
  }

  /** The rest of a call that the news of its child cut in two. */
  private joined(tid: number, rest: string): void {
    const started = this.open.get(tid);
    this.open.delete(tid);
    const pid = this.tgids.get(tid) ?? tid;
    if (started) this.done(pid, tid, this.lastAt, started.name, started.args + rest, started.at);
  }

  /** The process of a line that does not say. */
  private whose(): number {
    if (this.options.pid !== undefined) return this.options.pid;
    if (this.alive.size === 1) return this.alive.values().next().value!;
    return this.first ?? this.options.main ?? NAMELESS;
  }

  private timeOf(time: StraceTime | undefined): number {
    if (!time) return this.lastAt;
    if (time.kind === 'moment') return (this.lastAt = time.ms);
    if (time.kind === 'delta') return (this.lastAt += time.ms);
    let at = (this.options.day ?? 0) + time.ms;
    if (at < this.lastAt - DAY / 2) {
      // Past midnight the clock starts again.
      this.options = { ...this.options, day: (this.options.day ?? 0) + DAY };
      at += DAY;
    }
    return (this.lastAt = Math.max(this.lastAt, at));
  }

  private called(pid: number, tid: number, at: number, text: string): void {
    const paren = text.indexOf('(');
    const name = text.slice(0, paren);
    if (text.endsWith(UNFINISHED)) {
      const args = text.slice(paren + 1, -UNFINISHED.length);
      this.open.set(tid, { name, args, at });
      this.listener.begun?.({ name, args: splitArguments(args), began: at, at, pid, tid });
      this.listener.seen?.(pid, at);
    } else this.done(pid, tid, at, name, text.slice(paren + 1), at);
  }

  private resumed(pid: number, tid: number, at: number, text: string): void {
    const found = /^<\.\.\. ([a-z_0-9]+) resumed>(.*)$/.exec(text);
    const started = this.open.get(tid);
    this.open.delete(tid);
    if (found && started?.name === found[1])
      this.done(pid, tid, at, started!.name, started!.args + found[2]!, started!.at);
    else this.listener.seen?.(pid, at);
  }

  /** `tail`: arguments, parenthesis, result and what follows it. */
  private done(pid: number, tid: number, at: number, name: string, tail: string, began: number): void {
    const end = returnOf(tail);
    if (!end) {
      this.listener.seen?.(pid, at);
      return;
    }
    const args = splitArguments(tail.slice(0, end.at).replace(` ${UNFINISHED}`, ''));
    const result = end.value === '?' ? undefined : Number(end.value);
    if (result !== undefined && result > 0 && /^clone/.test(name) && tail.includes('CLONE_THREAD'))
      this.thread(result, pid);
    this.listener.call?.({ name, args, result, error: end.error, began, at, pid, tid });
  }

  private thread(tid: number, pid: number): void {
    this.tgids.set(tid, pid);
    forgetOldest(this.tgids, MOST_THREADS);
  }

  private signalled(pid: number, at: number, text: string): void {
    const found = /^--- (SIG[A-Z0-9_+]+) \{(.*)\} ---/.exec(text);
    this.listener.seen?.(pid, at);
    if (!found) return; // `--- stopped by SIGSTOP ---`
    const [, signal, fields] = found;
    const info = (name: string) => new RegExp(`(?:^|, )${name}=([^,}]*)`).exec(fields!)?.[1];
    this.listener.signal?.({ pid, at, signal: signal!, info });
  }

  private ended(pid: number, tid: number, at: number, text: string): void {
    const by = /superseded by execve in pid (\d+)/.exec(text);
    if (by) {
      // The thread that called execve goes on under its leader's number.
      const call = this.open.get(Number(by[1]));
      this.open.delete(Number(by[1]));
      this.alive.delete(Number(by[1]));
      if (call) this.open.set(tid, call);
      return;
    }
    const never = this.open.get(tid);
    this.alive.delete(tid);
    this.open.delete(tid);
    if (never) this.done(pid, tid, at, never.name, `${never.args}) = ?`, never.at);
    if (pid !== tid) return; // a thread
    const status = /exited with (\d+)/.exec(text);
    const signal = /killed by (SIG[A-Z0-9_+]+)/.exec(text);
    this.listener.ended?.({
      pid,
      at,
      ...(status && { status: Number(status[1]) }),
      ...(signal && { signal: signal[1]! }),
      core: text.includes('core dumped'),
    });
  }
}

/** What a call returned: where its arguments end, the number, `0x…` or `?`, and the error's name. */
interface Return {
  readonly at: number;
  readonly value: string;
  readonly error: string;
}

const RETURN = /\) += (0x[0-9a-f]+|-?\d+|\?)/y;
const ERROR = /(?: +(E[A-Z0-9]+)\b)?(?: |$)/y;

/** The first `) = …` of a call that what may stand behind a result follows: `<path>`, an error, words. In one way through. */
function returnOf(tail: string): Return | undefined {
  let closed = true;
  for (let at = tail.indexOf(')'); at >= 0; at = tail.indexOf(')', at + 1)) {
    RETURN.lastIndex = at;
    const found = RETURN.exec(tail);
    if (!found) continue;
    let past = RETURN.lastIndex;
    if (tail[past] === '<') {
      const close: number = closed ? tail.indexOf('>', past) : -1;
      closed = close >= 0;
      if (closed) past = close + 1;
    }
    ERROR.lastIndex = past;
    const error = ERROR.exec(tail);
    if (error) return { at, value: found[1]!, error: error[1] ?? '' };
  }
  return undefined;
}

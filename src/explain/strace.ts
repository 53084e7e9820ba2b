// strace logs as a source of process history: `strace -f -tt` (or -ttt, -t, -r without a date) in one file, or one file
// per process (`-ff`). It reads the calls that make, replace, end and signal processes; every other line only shows that
// its process lived. Formats: strace(1) 4.x to 6.x. Lines look like
//
//   1234  12:00:01.000123 execve("/bin/sh", ["sh", "-c", "x"], 0x7ffd /* 20 vars */) = 0
//   [pid  1234] 12:00:01.000123 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, …) = 1235
//   1234  12:00:01.2 wait4(-1,  <unfinished ...>          1234  12:00:01.3 <... wait4 resumed>…) = 1235
//   1235  12:00:01.9 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=1, si_uid=0} ---
//   1235  12:00:02.0 +++ killed by SIGKILL +++            1234  12:00:02.1 +++ exited with 0 +++
import { signalNumber } from '../tables/index.ts';
import type { Watcher } from './acts.ts';
import type { ProcessHistory } from './history.ts';
import { type Image, imageOf, type Life } from './life.ts';

export interface StraceOptions {
  /** Midnight of the day the log was written, ms since 1970 UTC, for -t and -tt times. */
  readonly day?: number;
  /** The process a file without pids is about (its name ends in `.PID` with -ff). */
  readonly pid?: number;
}

/** Whether a line looks like strace's. */
export const looksLikeStrace = (line: string): boolean =>
  LINE.test(line) && /\) += |resumed>|unfinished|\+\+\+|---|\($/.test(line);

const LINE =
  /^(?:\[pid +(\d+)\] +|(\d+) +)?(?:(\d\d):(\d\d):(\d\d)(\.\d+)? +|(\d{9,11}\.\d+) +)?(?:[a-z_][a-z0-9_]*\(|<\.\.\. |\+\+\+ |--- )/;

const STRACE_PID = 1;

interface Started {
  readonly call: string;
  readonly args: string;
  readonly at: number;
}

/** Reads lines into a history; tells a watcher what happened, as the audit feed does. */
export class StraceFeed {
  readonly history: ProcessHistory;
  private readonly watcher: Watcher;
  private readonly open = new Map<number, Started>();
  private options: StraceOptions;
  private serial = 0;
  private lastAt = 0;
  private firstPid: number | undefined;
  private readonly tgids = new Map<number, number>();

  constructor(history: ProcessHistory, watcher: Watcher = {}, options: StraceOptions = {}) {
    this.history = history;
    this.watcher = watcher;
    this.options = options;
  }

  /** A new file begins. */
  file(options: StraceOptions): void {
    this.options = { ...this.options, ...options };
  }

  push(line: string): void {
    const head = LINE.exec(line);
    if (!head) return;
    const at = this.timeOf(head);
    const own = head[1] ?? head[2];
    const tid = own === undefined ? (this.options.pid ?? this.firstPid ?? STRACE_PID) : Number(own);
    this.firstPid ??= tid;
    const pid = this.tgids.get(tid) ?? tid;
    const rest = line.slice(head[0].replace(/(?:[a-z_][a-z0-9_]*\(|<\.\.\. |\+\+\+ |--- )$/, '').length);
    this.serial++;
    if (rest.startsWith('+++')) this.ended(pid, tid, at, rest);
    else if (rest.startsWith('---')) this.life(pid, at);
    else if (rest.startsWith('<...')) this.resumed(pid, tid, at, rest);
    else this.called(pid, tid, at, rest);
  }

  private timeOf(head: RegExpExecArray): number {
    if (head[7] !== undefined) return (this.lastAt = Number(head[7]) * 1000);
    if (head[3] === undefined) return this.lastAt;
    const seconds = Number(head[3]) * 3600 + Number(head[4]) * 60 + Number(head[5]) + Number(head[6] ?? 0);
    const at = (this.options.day ?? 0) + seconds * 1000;
    // Past midnight the clock starts again.
    if (at < this.lastAt - 43_200_000) this.options = { ...this.options, day: (this.options.day ?? 0) + 86_400_000 };
    this.lastAt = Math.max(this.lastAt, at < this.lastAt - 43_200_000 ? at + 86_400_000 : at);
    return this.lastAt;
  }

  private life(pid: number, at: number): Life {
    return this.history.see('', pid, -1, at);
  }

  private called(pid: number, tid: number, at: number, text: string): void {
    const paren = text.indexOf('(');
    const call = text.slice(0, paren);
    if (text.endsWith('<unfinished ...>')) {
      this.open.set(tid, { call, args: text.slice(paren + 1, -'<unfinished ...>'.length), at });
      this.life(pid, at);
      return;
    }
    const result = /\) += (-?\d+|0x[0-9a-f]+|\?)(?: .*)?$/.exec(text);
    if (!result) this.life(pid, at);
    else this.done(pid, at, call, text.slice(paren + 1, result.index), result[1]!, text);
  }

  private resumed(pid: number, tid: number, at: number, text: string): void {
    const found = /^<\.\.\. ([a-z_0-9]+) resumed>(.*)$/.exec(text);
    const started = this.open.get(tid);
    this.open.delete(tid);
    if (!found || !started || found[1] !== started.call) return;
    const rest = started.args + found[2]!;
    const result = /\) += (-?\d+|0x[0-9a-f]+|\?)(?: .*)?$/.exec(rest);
    if (result) this.done(pid, at, started.call, rest.slice(0, result.index), result[1]!, rest, started.at);
  }

  private done(pid: number, at: number, call: string, args: string, result: string, text: string, began = at): void {
    const life = this.life(pid, began);
    if (at > life.lastSeen) life.lastSeen = at;
    const value = Number(result);
    if (call === 'execve' || call === 'execveat') {
      if (value === 0) this.exec(life, args, began);
    } else if (/^(?:clone[23]?|v?fork)$/.test(call)) {
      if (value > 0) this.fork(life, value, args, text, began);
    } else if (call === 'exit_group') {
      const status = Number.parseInt(args, 10) & 0xff;
      this.history.finish(life, at, 'exit', { status });
      this.watcher.exit?.(life, status, at, this.serial);
    } else if (call === 'wait4' || call === 'waitpid') this.waited(life, value, args, at);
    else if (SIGNALS[call] !== undefined) this.signalled(life, call, args, value, text, began);
  }

  private exec(life: Life, args: string, at: number): void {
    const words = readStrings(args);
    const argv = /\[(.*?)\](?:,|$)/s.test(args) ? readStrings(args.slice(args.indexOf('['), listEnd(args))) : [];
    const exe = words[0] ?? '';
    const comm = exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15);
    const image: Image = { at, argv: argv.length > 0 ? argv : [exe], source: 'execve', exe, comm, cwd: undefined };
    this.history.image(life, image);
    this.watcher.exec?.(life, image, at, this.serial);
  }

  private fork(life: Life, pid: number, args: string, text: string, at: number): void {
    if (args.includes('CLONE_THREAD') || text.includes('CLONE_THREAD')) {
      this.tgids.set(pid, life.pid);
      if (this.tgids.size > 100_000) this.tgids.delete(this.tgids.keys().next().value!);
    }
    const child = this.history.fork(life, pid, at, args.includes('CLONE_THREAD'));
    if (child) this.watcher.fork?.(life, child, at, this.serial);
  }

  private waited(life: Life, pid: number, args: string, at: number): void {
    const child = pid > 0 ? this.history.childOf(life, pid) : undefined;
    if (!child || args.includes('WIFSTOPPED') || args.includes('WIFCONTINUED')) return;
    const status = /WEXITSTATUS\(s\) == (\d+)/.exec(args);
    const signal = /WTERMSIG\(s\) == (SIG\w+)/.exec(args);
    this.history.finish(child, Math.max(at, child.lastSeen), 'reaped', {
      ...(status && { status: Number(status[1]) }),
      ...(signal && { signal: signalNumber(signal[1]!) ?? 0 }),
    });
    child.reaped = true;
  }

  private signalled(killer: Life, call: string, args: string, value: number, text: string, at: number): void {
    const words = args.split(', ');
    const given = Number.parseInt(words[0] ?? '', 10);
    const name = words[SIGNALS[call]!] ?? '';
    const signal = signalNumber(name.split(' ')[0]!) ?? Number.parseInt(name, 10);
    if (!Number.isFinite(given) || !Number.isFinite(signal)) return;
    const ok = value === 0;
    const gone = text.includes('ESRCH');
    const target = given > 0 ? this.history.find('', given) : undefined;
    this.watcher.signal?.({
      at,
      serial: this.serial,
      node: '',
      killer,
      image: imageOf(killer),
      call,
      signal,
      given,
      to:
        given > 0
          ? call === 'tkill'
            ? 'thread'
            : 'process'
          : given === 0
            ? 'own-group'
            : given === -1
              ? 'everyone'
              : 'group',
      ok,
      error: ok ? 0 : gone ? -3 : -1,
      targets: given > 0 ? [{ pid: given, comm: target ? imageOf(target).comm : '', life: target }] : [],
      formerChild: given > 0 ? this.history.childOf(killer, given) : undefined,
    });
  }

  private ended(pid: number, tid: number, at: number, text: string): void {
    if (pid !== tid) return; // a thread
    const life = this.life(pid, Math.min(at, this.history.find('', pid)?.end ?? at));
    const status = /exited with (\d+)/.exec(text);
    const signal = /killed by (SIG\w+)/.exec(text);
    if (status) this.history.finish(life, at, 'exit', { status: Number(status[1]) });
    if (signal) {
      const number = signalNumber(signal[1]!) ?? 0;
      this.history.finish(life, at, 'signal', { signal: number });
      if (text.includes('core dumped'))
        this.watcher.crash?.({ at, serial: this.serial, life, signal: number, why: 'crash', call: undefined });
    }
  }
}

/** Where the signal stands among the arguments. */
const SIGNALS: Readonly<Record<string, number>> = {
  kill: 1,
  tkill: 1,
  tgkill: 2,
  rt_sigqueueinfo: 1,
  rt_tgsigqueueinfo: 2,
};

/** The end of the first bracketed list, quotes respected. */
function listEnd(args: string): number {
  let quoted = false;
  for (let i = args.indexOf('['); i < args.length; i++) {
    if (args[i] === '\\') i++;
    else if (args[i] === '"') quoted = !quoted;
    else if (args[i] === ']' && !quoted) return i + 1;
  }
  return args.length;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', '"': '"', '\\': '\\' };

/** The C strings of a text, unescaped; latin1. One that strace cut (-s) keeps its dots. */
function readStrings(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)"(\.\.\.)?/g))
    found.push(
      match[1]!.replace(/\\(x[0-9a-f]{2}|[0-7]{1,3}|.)/g, (_, code: string) => {
        if (code[0] === 'x' && code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
        if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
        return ESCAPES[code] ?? code;
      }) + (match[2] ?? ''),
    );
  return found;
}

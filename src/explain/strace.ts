// strace logs as a source of process history, as ProcessFeed is for audit events: the calls that make, replace, end and
// signal processes; every other line only shows that its process lived. The format is strace/'s business.
import { forgetOldest } from '../base/oldest.ts';
import {
  looksLikeStrace,
  readStrings,
  type StraceCall,
  type StraceOptions,
  StraceReader,
  type StraceSignal,
} from '../strace/index.ts';
import { isExec, signalCall } from '../tables/calls.ts';
import { errnoNumber, signalNumber } from '../tables/index.ts';
import type { SignalAct, Watcher } from './acts.ts';
import type { ProcessHistory } from './history.ts';
import { type Image, imageOf, type Life } from './life.ts';
import { kindOfTarget } from './record-facts.ts';

export { looksLikeStrace, type StraceOptions };

/** What a process's latest signal call aims at. */
type Aim = Pick<SignalAct, 'call' | 'given' | 'to'>;

/** A signal and its call. A log of one process may not tell its number: then `target` is 0, and `victim` is who got it. */
type Struck = Aim & {
  readonly at: number;
  readonly target: number;
  readonly victim?: Life;
  readonly error: string;
} & Pick<SignalAct, 'atParentsEnd'>;

/** The call behind a signal, by si_code: kill, tgkill (or tkill), sigqueue. */
const SENT_BY: Readonly<Record<string, string>> = { SI_USER: 'kill', SI_TKILL: 'tgkill', SI_QUEUE: 'rt_sigqueueinfo' };

/** Reads lines into a history; tells a watcher what happened, as the audit feed does. */
export class StraceFeed {
  readonly history: ProcessHistory;
  private readonly watcher: Watcher;
  private readonly reader: StraceReader;
  private readonly aims = new Map<number, Aim>();
  private readonly forbidden = new Map<number, string>();
  /** The signal that a process asked for at the end of its parent: PR_SET_PDEATHSIG(2const). */
  private readonly wishes = new WeakMap<Life, number>();
  /** The signal that came from outside of a process's pid namespace. */
  private readonly fromOutside = new Map<number, number>();
  private serial = 0;

  constructor(history: ProcessHistory, watcher: Watcher = {}, options: StraceOptions = {}) {
    this.history = history;
    this.watcher = watcher;
    this.reader = new StraceReader(
      {
        begun: (call) => this.aim(call),
        call: (call) => this.call(call),
        signal: (signal) => this.received(signal),
        ended: (end) => this.ended(end),
        seen: (pid, at) => this.life(pid, at),
      },
      options,
    );
  }

  /** A new file begins. */
  file(options: StraceOptions): void {
    this.reader.file(options);
  }

  push(line: string): void {
    this.serial++;
    this.reader.push(line);
  }

  private life(pid: number, at: number): Life {
    return this.history.see('', pid, -1, at);
  }

  private call(call: StraceCall): void {
    const { name, args, result, at } = call;
    const life = this.life(call.pid, call.began);
    if (at > life.lastSeen) life.lastSeen = at;
    if (isExec(name)) {
      if (result === 0) this.exec(life, name, args, call.began);
    } else if (/^(?:clone[23]?|v?fork)$/.test(name)) {
      if (result !== undefined && result > 0) this.fork(life, result, args.join(', '), call.began);
    } else if (name === 'exit_group') {
      const status = Number.parseInt(args[0] ?? '', 10) & 0xff;
      this.history.finish(life, at, 'exit', { status });
      this.watcher.exit?.(life, status, at, this.serial);
    } else if (name === 'wait4' || name === 'waitpid') this.waited(life, result ?? -1, args.join(', '), at);
    else if (name === 'prctl' && args[0] === 'PR_SET_PDEATHSIG')
      this.wishes.set(life, signalNumber(args[1] ?? '') ?? 0);
    else if (/^(?:rt_)?sig(?:timedwait|waitinfo)(?:_time64)?$/.test(name)) this.awaited(life, call);
    else if (signalCall(name)) this.signalled(life, call);
  }

  /** A signal that was waited for arrives as the result of a call, and runs no handler: sigwaitinfo(2). */
  private awaited({ pid }: Life, { args, result, at }: StraceCall): void {
    const told = args[1] ?? '';
    if (result === undefined || !(result > 0) || !told.startsWith('{')) return;
    const info = (name: string): string | undefined => new RegExp(`\\b${name}=(\\w+)`).exec(told)?.[1];
    this.received({ pid, at, signal: info('si_signo') ?? '', info });
  }

  private exec(life: Life, name: string, args: readonly string[], at: number): void {
    const [path, list] = name === 'execveat' ? args.slice(1) : args;
    const exe = readStrings(path ?? '')[0] ?? '';
    const argv = readStrings(list ?? '');
    const comm = exe.slice(exe.lastIndexOf('/') + 1).slice(0, 15);
    const image: Image = { at, argv: argv.length > 0 ? argv : [exe], source: 'execve', exe, comm, cwd: undefined };
    this.history.image(life, image);
    this.watcher.exec?.(life, image, at, this.serial);
  }

  private fork(life: Life, pid: number, flags: string, at: number): void {
    const child = this.history.fork(life, pid, at, flags.includes('CLONE_THREAD'), /CLONE_PARENT\b/.test(flags));
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

  /** Remembers whom a signal call is for: its victim may show the signal before the call returns. */
  private aim({ name, args, pid }: Pick<StraceCall, 'name' | 'args' | 'pid'>): Aim | undefined {
    const places = signalCall(name);
    const given = Number.parseInt(args[0] ?? '', 10);
    if (!places || !Number.isFinite(given)) return undefined;
    const aim = { call: name, given, to: kindOfTarget(places.target, given) };
    this.aims.set(pid, aim);
    forgetOldest(this.aims, 4096);
    return aim;
  }

  private signalled(killer: Life, { name, args, result, error, began, pid }: StraceCall): void {
    const aim = this.aim({ name, args, pid });
    const word = args[signalCall(name)!.signal]?.split(' ')[0] ?? '';
    const signal = signalNumber(word) ?? Number.parseInt(word, 10);
    if (!aim || !Number.isFinite(signal)) return;
    // A descriptor's process stands beside it with -yy: `5<pid:1234>`.
    const target = aim.to === 'pidfd' ? Number(/<pid:(\d+)/.exec(args[0]!)?.[1] ?? -1) : aim.given;
    // Whom a group's signal reached is told by those who got it. A call that never returned ended its caller.
    if (target > 0 || error !== '')
      this.strike(killer, signal, { ...aim, at: began, target, error: result === undefined ? '' : error });
  }

  /** A signal arrived: from someone whose own calls are not in this log, or meant for many. */
  private received({ pid, at, signal, info }: StraceSignal): void {
    const victim = this.life(pid, at);
    const code = info('si_code') ?? '';
    if (code === 'SYS_SECCOMP') this.forbidden.set(pid, (info('si_syscall') ?? '').replace(/^__NR_/, ''));
    const call = Object.hasOwn(SENT_BY, code) ? SENT_BY[code]! : undefined;
    const from = Number.parseInt(info('si_pid') ?? '', 10);
    const number = signalNumber(signal);
    if (call !== undefined && from === 0 && number !== undefined) {
      this.fromOutside.set(pid, number);
      forgetOldest(this.fromOutside, 4096);
    }
    if (call === undefined || !(from > 0) || number === undefined) return;
    const aim = this.aims.get(from);
    if (aim && aim.to !== 'group' && aim.to !== 'own-group' && aim.to !== 'everyone') return; // its call tells it
    const killer = this.life(from, at);
    this.strike(killer, number, {
      ...(aim ?? { call, given: pid, to: 'process' }),
      at,
      target: victim.pid,
      victim,
      error: '',
      atParentsEnd: aim === undefined && this.wishes.get(victim) === number,
    });
  }

  private strike(killer: Life, signal: number, how: Struck): void {
    const { at, call, given, to, target, error } = how;
    const life = how.victim ?? (target > 0 ? this.history.find('', target) : undefined);
    this.watcher.signal?.({
      at,
      serial: this.serial,
      node: '',
      killer,
      image: imageOf(killer),
      call,
      signal,
      given,
      to,
      ok: error === '',
      error: error === '' ? 0 : -(errnoNumber(error) ?? 0),
      targets: target > 0 || life ? [{ pid: target, comm: life ? imageOf(life).comm : '', life }] : [],
      formerChild: to === 'process' ? this.history.childOf(killer, given) : undefined,
      ...(how.atParentsEnd && { atParentsEnd: true }),
    });
  }

  private ended(end: { pid: number; at: number; status?: number; signal?: string; core: boolean }): void {
    const { pid, at, status } = end;
    const life = this.life(pid, Math.min(at, this.history.find('', pid)?.end ?? at));
    if (status !== undefined) this.history.finish(life, at, 'exit', { status });
    if (end.signal === undefined) return;
    const signal = signalNumber(end.signal) ?? 0;
    this.history.finish(life, at, 'signal', { signal });
    const call = this.forbidden.get(pid);
    this.forbidden.delete(pid);
    const outside = this.fromOutside.get(pid) === signal;
    this.fromOutside.delete(pid);
    this.watcher.crash?.({
      at,
      serial: this.serial,
      life,
      signal,
      why: call === undefined ? 'crash' : 'seccomp',
      call,
      ...(outside && { outside }),
    });
  }
}

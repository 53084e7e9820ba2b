// Everything that ended, or tried to end, a process: signals, crashes and forbidden system calls, collected in one pass.
// A killer that strikes the same number again and again is one entry with a count, so memory stays bounded whatever the
// trail holds. Whom a strike is told about is decided afterwards, when later records have named the victims.
import { msOf } from '../base/event-id.ts';
import { forgetOldest } from '../base/oldest.ts';
import type { AuditEvent } from '../event/index.ts';
import { fieldText, fieldValue, type SyscallView, textOf } from '../record/index.ts';
import { RECORD } from '../tables/records.ts';
import type { CrashAct, SignalAct, Target, Watcher } from './acts.ts';
import type { Call } from './calls.ts';
import type { Image, Life } from './life.ts';
import { endsByDefault } from './signals.ts';

/** Signals of one killer to one target with one result. */
export interface Strike {
  readonly kind: 'signal';
  readonly killer: Life;
  /** What the killer ran when it struck first. */
  readonly image: Image;
  readonly call: string;
  readonly signal: number;
  /** The number given to the call. */
  readonly given: number;
  readonly to: SignalAct['to'];
  readonly target: Target;
  readonly ok: boolean;
  /** Negative errno of a failed call. */
  readonly error: number;
  /** The child the killer knew by that number, and the file it read the number from. */
  readonly formerChild: Life | undefined;
  readonly atParentsEnd: boolean;
  readonly pidFile: PidFile | undefined;
  readonly first: number;
  readonly serial: number;
  last: number;
  count: number;
  /** The first few moments, for the interval. */
  readonly times: number[];
}

/** A process ended by the kernel itself. */
export interface Crash {
  readonly kind: 'crash' | 'seccomp';
  readonly life: Life;
  readonly signal: number;
  readonly first: number;
  readonly serial: number;
  readonly call: string | undefined;
  /** The signal came from outside of its pid namespace. */
  readonly outside: boolean;
}

export interface PidFile {
  readonly path: string;
  readonly at: number;
  /** Who read it: the killer, or a child it ran for that. */
  readonly by: Life;
}

const O_ACCMODE = 3;
const MOST_TIMES = 64;
const MOST_STRIKES = 200_000;
/** A pid file read longer ago than this (ms) says little. */
const PID_FILE_AGE = 10_000;

export class KillCollector implements Watcher {
  readonly strikes: Strike[] = [];
  readonly crashes: Crash[] = [];
  /** Strikes beyond the limit, counted only. */
  dropped = 0;
  private readonly known = new Map<string, Strike>();
  private readonly pidFiles = new Map<number, PidFile>();

  signal(act: SignalAct): void {
    if (!endsByDefault(act.signal)) return;
    const targets =
      act.targets.length > 0 ? act.targets : [{ pid: act.to === 'pidfd' ? -1 : act.given, comm: '', life: undefined }];
    for (const target of targets) this.strike(act, target);
  }

  crash(act: CrashAct): void {
    const before = this.crashes.at(-1);
    const { life, signal, at, serial } = act;
    // A forbidden call is told twice: by SECCOMP, then by ANOM_ABEND.
    if (act.why === 'crash' && before?.kind === 'seccomp' && before.life === life && at - before.first < 1000) return;
    if (this.crashes.length >= MOST_STRIKES) this.dropped++;
    else
      this.crashes.push({
        kind: act.why,
        life,
        signal,
        first: at,
        serial,
        call: act.call,
        outside: act.outside === true,
      });
  }

  /** A program was run with a pid file among its arguments (`cat /run/x.pid`): its parent learns a number from it. */
  exec(life: Life, image: Image, at: number): void {
    const path = image.argv?.slice(1).find((word) => isPidFile(word));
    if (path === undefined) return;
    this.readPidFile(life, path, at);
    if (life.parent) this.readPidFile(life.parent, path, at, life);
  }

  /** A file was opened to be read: is it a pid file? */
  call(life: Life, call: Call, view: SyscallView, event: AuditEvent): void {
    if (view.success !== 1 || !call.name.startsWith('open')) return;
    const flags = view.args[call.name === 'open' ? 1 : 2]!;
    if ((flags & O_ACCMODE) !== 0 || call.name === 'openat2') return;
    for (const record of event.records) {
      if (record.type !== RECORD.PATH || !textOf(record).includes('.pid"')) continue;
      const name = fieldText('name', fieldValue(record, 'name') ?? '');
      if (isPidFile(name)) this.readPidFile(life, name, msOf(event));
    }
  }

  readPidFile(reader: Life, path: string, at: number, by: Life = reader): void {
    this.pidFiles.delete(reader.id);
    this.pidFiles.set(reader.id, { path, at, by });
    forgetOldest(this.pidFiles, 4096);
  }

  /** Forgets what was collected; the pid files read lately stay known. */
  clear(): void {
    this.strikes.length = 0;
    this.crashes.length = 0;
    this.known.clear();
  }

  private strike(act: SignalAct, target: Target): void {
    const { killer, given, signal, error } = act;
    const key = `${killer.id} ${given} ${signal} ${error} ${act.call} ${target.life?.id ?? `p${target.pid}`}`;
    const known = this.known.get(key);
    if (known) {
      known.last = Math.max(known.last, act.at);
      known.count++;
      if (known.times.length < MOST_TIMES) known.times.push(act.at);
      return;
    }
    if (this.strikes.length >= MOST_STRIKES) {
      this.dropped++;
      return;
    }
    const file = this.pidFiles.get(killer.id);
    const strike: Strike = {
      kind: 'signal',
      killer,
      image: act.image,
      call: act.call,
      signal,
      given,
      to: act.to,
      target,
      ok: act.ok,
      error,
      formerChild: act.formerChild,
      atParentsEnd: act.atParentsEnd === true,
      pidFile: file && act.at - file.at <= PID_FILE_AGE ? file : undefined,
      first: act.at,
      serial: act.serial,
      last: act.at,
      count: 1,
      times: [act.at],
    };
    this.strikes.push(strike);
    this.known.set(key, strike);
  }
}

/** A path that looks like a file holding a pid. */
export const isPidFile = (word: string): boolean => /[^/]\.pid$/.test(word);

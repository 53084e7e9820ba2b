// From events to process history: reads what an event says about processes, keeps the history, and tells the answers
// (who-killed, tree, sessions, supervise) what happened, in the order of the trail. One pass; most events cost one look
// at their SYSCALL record and nothing else.

import { msOf } from '../base/event-id.ts';
import { wholeOf } from '../base/ids.ts';
import { type AuditEvent, argvOf, recordOfType } from '../event/index.ts';
import { type AuditRecord, fieldText, fieldValue, readSyscall, syscallView, viewText } from '../record/index.ts';
import { SIGNAL_CALLS } from '../tables/calls.ts';
import { RECORD } from '../tables/records.ts';
import type { SignalAct, Target, Watcher } from './acts.ts';
import { type Call, callOf, makesSibling, makesThread } from './calls.ts';
import type { ProcessHistory, Subject } from './history.ts';
import { type Image, imageOf, type Life, programOf } from './life.ts';
import { isKillAction, kindOfTarget, learnNames, same, subjectOf } from './record-facts.ts';
import { titleWords } from './title.ts';

const SIGKILL = 9;
const ESRCH = -3;
const MOST_PIDFDS = 1024;

export class ProcessFeed {
  readonly history: ProcessHistory;
  /** Users by id, as the trail names them (log_format ENRICHED). Bounded. */
  readonly names = new Map<number, string>();
  private readonly watcher: Watcher;
  /** What a process's descriptors stand for, where the trail holds its pidfd_open. */
  private readonly pidfds = new WeakMap<Life, Map<number, number>>();
  private readonly view = syscallView();
  private readonly subject: Subject & { auid: number; ses: number; uid: number; euid: number };

  constructor(history: ProcessHistory, watcher: Watcher = {}) {
    this.history = history;
    this.watcher = watcher;
    const view = this.view;
    this.subject = {
      auid: -1,
      ses: -1,
      uid: -1,
      euid: -1,
      texts: () => ({
        tty: viewText(view, view.tty),
        comm: viewText(view, view.comm),
        exe: viewText(view, view.exe),
      }),
    };
  }

  push(event: AuditEvent): void {
    const first = event.records[0]!;
    if (first.type === RECORD.SYSCALL) {
      this.syscall(event, first);
      return;
    }
    const record = recordOfType(event, RECORD.SYSCALL);
    if (record) this.syscall(event, record);
    else if (first.type === RECORD.ANOM_ABEND || first.type === RECORD.SECCOMP) this.crash(event, first);
    if (!record || first.type === RECORD.LOGIN) this.message(event, first);
  }

  private syscall(event: AuditEvent, record: AuditRecord): void {
    const view = this.view;
    readSyscall(record, view);
    if (view.pid < 0) return;
    const at = msOf(event);
    const subject = this.subject;
    subject.auid = view.auid;
    subject.ses = view.ses;
    subject.uid = view.uid;
    subject.euid = view.euid;
    const call = callOf(view.arch, view.syscall);
    const life = this.history.see(event.node, view.pid, view.ppid, at, subject);
    if (call.kind !== 'exec') this.refresh(life, event, at);
    switch (call.kind) {
      case 'fork':
        this.fork(life, call, event, at);
        break;
      case 'exec':
        if (view.success === 1) this.exec(life, event, at);
        break;
      case 'exit':
      case 'exitGroup':
        this.exit(life, call, at, event.serial);
        break;
      case 'signal':
        this.signal(life, call, event, at);
        break;
      case 'wait':
        this.wait(life, at);
        break;
      case 'pidfd':
        if (view.success === 1) this.pidfd(life, view.exit, view.args[0] | 0);
        break;
    }
    this.watcher.call?.(life, call, view, event);
  }

  /** A program image that no exec record told: by title and name, which change when the program does. */
  private refresh(life: Life, event: AuditEvent, at: number): void {
    const image = imageOf(life);
    const view = this.view;
    const changed = view.exe[1] > 0 && !same(view, view.exe, image.exe);
    if (image.source === 'execve' && !changed) return;
    if (image.source === 'proctitle' && !changed && same(view, view.comm, image.comm)) return;
    const title = recordOfType(event, RECORD.PROCTITLE);
    const argv = title && titleWords(title);
    if (image.source === 'comm' && !changed && !argv && same(view, view.comm, image.comm)) return;
    const next: Image = {
      at: image.source === 'comm' && !changed ? image.at : at,
      argv,
      source: argv ? 'proctitle' : 'comm',
      exe: viewText(view, view.exe),
      comm: viewText(view, view.comm),
      cwd: undefined,
    };
    if (image.source === 'comm' && image.at === next.at) life.images[life.images.length - 1] = next;
    else this.history.image(life, next);
  }

  /** A descriptor now stands for a process. */
  private pidfd(life: Life, fd: number, pid: number): void {
    let open = this.pidfds.get(life);
    if (!open) this.pidfds.set(life, (open = new Map()));
    if (open.size < MOST_PIDFDS || open.has(fd)) open.set(fd, pid);
  }

  private fork(life: Life, call: Call, event: AuditEvent, at: number): void {
    const { success, exit, arch, args } = this.view;
    if (success !== 1 || exit <= 0) return;
    const child = this.history.fork(
      life,
      exit,
      at,
      makesThread(call.name, arch, args),
      makesSibling(call.name, arch, args),
    );
    if (child) this.watcher.fork?.(life, child, at, event.serial);
  }

  private exec(life: Life, event: AuditEvent, at: number): void {
    learnNames(event.records, this.names);
    const argv = argvOf(event);
    const title = argv ? undefined : recordOfType(event, RECORD.PROCTITLE);
    const words = argv ?? (title && titleWords(title));
    const cwd = recordOfType(event, RECORD.CWD);
    const image: Image = {
      at,
      argv: words,
      source: argv ? 'execve' : words ? 'proctitle' : 'comm',
      exe: viewText(this.view, this.view.exe),
      comm: viewText(this.view, this.view.comm),
      cwd: cwd && fieldText('cwd', fieldValue(cwd, 'cwd') ?? ''),
    };
    this.history.image(life, image);
    this.watcher.exec?.(life, image, at, event.serial);
  }

  private exit(life: Life, call: Call, at: number, serial: number): void {
    const status = this.view.args[0] & 0xff;
    // exit ends one thread; with others running the process lives on.
    if (call.kind === 'exit' && life.threads > 0) {
      life.threads--;
      return;
    }
    this.history.finish(life, at, call.kind === 'exit' ? 'last-thread' : 'exit', { status });
    if (call.kind === 'exitGroup' || life.threads === 0) this.watcher.exit?.(life, status, at, serial);
  }

  private wait(life: Life, at: number): void {
    if (this.view.success !== 1 || this.view.exit <= 0) return;
    const child = this.history.childOf(life, this.view.exit);
    if (!child) return;
    this.history.finish(child, Math.max(at, child.lastSeen), 'reaped');
    child.reaped = true;
  }

  private signal(killer: Life, call: Call, event: AuditEvent, at: number): void {
    learnNames(event.records, this.names);
    const view = this.view;
    const places = SIGNAL_CALLS[call.name]!;
    const given = view.args[0] | 0;
    const ok = view.success === 1;
    const act: SignalAct = {
      at,
      serial: event.serial,
      node: event.node,
      killer,
      image: imageOf(killer),
      call: call.name,
      signal: view.args[places.signal]!,
      given,
      to: kindOfTarget(places.target, given),
      ok,
      error: ok ? 0 : view.exit,
      targets: this.targets(event, killer, given, at, places.target),
      formerChild: places.target === 'pidfd' || given <= 0 ? undefined : this.formerChild(killer, given),
    };
    this.watcher.signal?.(act);
    if (act.to !== 'thread') this.effect(act);
  }

  /** The child the killer knows by a number; for kill(1), the child of the shell that ran it. */
  private formerChild(killer: Life, given: number): Life | undefined {
    const own = this.history.childOf(killer, given);
    if (own || !killer.parent || programOf(imageOf(killer)) !== 'kill') return own;
    return this.history.childOf(killer.parent, given);
  }

  /** What a signal proves about its target. */
  private effect(act: SignalAct): void {
    const { targets, killer } = act;
    // To many at once, success means that one could be signalled; root may signal all.
    const all = targets.length === 1 || killer.euid === 0;
    for (const { life } of targets) {
      if (life && all && act.ok && act.signal === SIGKILL) {
        this.history.finish(life, act.at, 'signal', { signal: SIGKILL });
      } else if (
        life &&
        act.to === 'process' &&
        act.error === ESRCH &&
        life.end === undefined &&
        !act.call.includes('tg')
      )
        this.history.finish(life, act.at, 'gone');
    }
  }

  private targets(event: AuditEvent, killer: Life, given: number, at: number, kind: string): Target[] {
    const found: Target[] = [];
    for (const record of event.records) {
      if (record.type !== RECORD.OBJ_PID) continue;
      const pid = wholeOf(fieldValue(record, 'opid')) ?? -1;
      const comm = fieldText('ocomm', fieldValue(record, 'ocomm') ?? '');
      const subject = subjectOf(record, 'o', comm, '');
      const life = this.history.see(event.node, pid, -1, at, subject);
      if (given > 0 && given !== pid && kind === 'process') killer.foreign = life.foreign = true;
      if (life.foreign && given > 0 && kind === 'process') life.nsPid ??= given;
      found.push({ pid, comm, life });
    }
    const pid = kind === 'pidfd' ? this.pidfds.get(killer)?.get(given) : given;
    if (found.length === 0 && pid !== undefined && pid > 0) {
      const life = killer.foreign ? this.history.childOf(killer, pid) : this.history.find(event.node, pid);
      found.push({ pid, comm: life ? imageOf(life).comm : '', life });
    }
    return found;
  }

  private crash(event: AuditEvent, record: AuditRecord): void {
    learnNames(event.records, this.names);
    const signal = wholeOf(fieldValue(record, 'sig')) ?? 0;
    const pid = wholeOf(fieldValue(record, 'pid')) ?? -1;
    if (pid < 0) return;
    const at = msOf(event);
    const text = (name: string) => fieldText(name, fieldValue(record, name) ?? '');
    const life = this.history.see(event.node, pid, -1, at, subjectOf(record, '', text('comm'), text('exe')));
    if (record.type === RECORD.SECCOMP) {
      const call = callOf(Number.parseInt(fieldValue(record, 'arch') ?? '', 16), Number(fieldValue(record, 'syscall')));
      const killed = isKillAction(fieldValue(record, 'code'));
      if (!killed) return;
      this.watcher.crash?.({ at, serial: event.serial, life, signal, why: 'seccomp', call: call.name });
    } else this.watcher.crash?.({ at, serial: event.serial, life, signal, why: 'crash', call: undefined });
    this.history.finish(life, at, 'signal', { signal });
  }

  private message(event: AuditEvent, record: AuditRecord): void {
    learnNames(event.records, this.names);
    const pid = wholeOf(fieldValue(record, 'pid')) ?? -1;
    if (pid > 0 && record.type !== RECORD.ANOM_ABEND && record.type !== RECORD.SECCOMP) {
      const exe = fieldText('exe', fieldValue(record, 'exe') ?? '');
      this.history.see(event.node, pid, -1, msOf(event), subjectOf(record, '', '', exe));
    }
    this.watcher.message?.(record, event);
  }
}

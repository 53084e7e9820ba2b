// What a login, a process tree, a program or a rule's key was seen doing: a black-box recorder's account. One
// accumulator, fed with whole events from a log or from the running kernel (`auspex trace`); it reads no clock and keeps
// counts, not events, so that it can run for as long as its subject does. Text is latin1.

import type { AuditTime } from '../../base/types.ts';
import type { AuditEvent } from '../../event/event.ts';
import { argvOf } from '../../event/execve.ts';
import { socketAddress } from '../../interpret/sockaddr.ts';
import { type FilesOf, filesAsTheyCome, withoutFolder } from '../../paths/index.ts';
import { fieldText } from '../../record/fields.ts';
import { type AuditRecord, fieldValue, typeNameOf } from '../../record/record.ts';
import { isAbsent, wholeOf } from '../../record/value.ts';
import { archOf } from '../../tables/arch.ts';
import { signalCall } from '../../tables/calls.ts';
import { errnoName } from '../../tables/errno.ts';
import { RECORD } from '../../tables/records.ts';
import { signalName } from '../../tables/signals.ts';
import { syscallName } from '../../tables/syscalls.ts';
import { Descriptors } from './descriptors.ts';
import { type FileUse, usesOf } from './files.ts';
import { type Selection, Selector } from './select.ts';

export interface CallCount {
  count: number;
  failed: number;
}

/** Counts by what was counted; each map in the order in which its things were first seen. */
export interface Activity {
  events: number;
  first: AuditTime | undefined;
  last: AuditTime | undefined;
  readonly processes: Set<number>;
  readonly calls: Map<string, CallCount>;
  /** Command lines that ran: arguments joined by a space, those that hold one in quotes. */
  readonly commands: Map<string, number>;
  readonly files: Map<string, Map<FileUse, number>>;
  /** `connect 192.0.2.1:443`. */
  readonly peers: Map<string, number>;
  /** `SIGTERM to findpid (4882)`. */
  readonly signalsSent: Map<string, number>;
  /** `SIGTERM from roxen (4299)`. */
  readonly signalsReceived: Map<string, number>;
  /** `setuid: uid 1000 -> 0 (/usr/bin/sudo)`. */
  readonly privileges: Map<string, number>;
  /** `ENOENT openat`. */
  readonly failures: Map<string, number>;
  /** Events that are no system call, by type. */
  readonly messages: Map<string, number>;
}

export const bump = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

function text(record: AuditRecord | undefined, name: string): string | undefined {
  const value = record && fieldValue(record, name);
  return isAbsent(value) ? undefined : fieldText(name, value);
}

function number(record: AuditRecord, name: string): number {
  return wholeOf(fieldValue(record, name)) ?? -1;
}

export const PEERS = new Set([
  'connect',
  'accept',
  'accept4',
  'bind',
  'sendto',
  'sendmsg',
  'recvfrom',
  'recvmsg',
  'socketcall',
]);
export const IDS = /^set(re|res|fs)?[ug]id(32)?$|^setgroups(32)?$|^capset$/;

/** A command line as a person would type it. */
export function commandLine(argv: readonly string[]): string {
  return argv
    .map((word) => (word === '' || /[\s"'\\]/.test(word) ? `'${word.replaceAll("'", "'\\''")}'` : word))
    .join(' ');
}

/** An account with nothing in it yet. */
export const noActivity = (): Activity => ({
  events: 0,
  first: undefined,
  last: undefined,
  processes: new Set(),
  calls: new Map(),
  commands: new Map(),
  files: new Map(),
  peers: new Map(),
  signalsSent: new Map(),
  signalsReceived: new Map(),
  privileges: new Map(),
  failures: new Map(),
  messages: new Map(),
});

/** An event of a process, at a moment. */
export function countEvent(activity: Activity, at: AuditTime, pid: number): void {
  activity.events++;
  if (!activity.first || before(at, activity.first)) activity.first = at;
  if (!activity.last || before(activity.last, at)) activity.last = at;
  if (pid >= 0) activity.processes.add(pid);
}

/** A system call by name; `failure` names its error. */
export function countCall(activity: Activity, name: string, failure: string | undefined): void {
  const count = activity.calls.get(name) ?? { count: 0, failed: 0 };
  count.count++;
  if (failure !== undefined) count.failed++;
  activity.calls.set(name, count);
  if (failure !== undefined) bump(activity.failures, `${failure} ${name}`);
}

/** A use of a file. */
export function countUse(activity: Activity, path: string, use: FileUse): void {
  const uses = activity.files.get(path) ?? new Map<FileUse, number>();
  uses.set(use, (uses.get(use) ?? 0) + 1);
  activity.files.set(path, uses);
}

export class ActivityCounter {
  readonly activity = noActivity();
  private readonly selector: Selector;
  private readonly selection: Selection;
  private readonly files: FilesOf;
  private readonly descriptors = new Descriptors();

  /** `files` gives the paths of an event's files; without, they are those that earlier events tell. */
  constructor(selection: Selection = {}, files: FilesOf = filesAsTheyCome()) {
    this.files = files;
    this.selection = selection;
    this.selector = new Selector(selection);
  }

  add(event: AuditEvent): void {
    const call = event.records.find((record) => record.type === RECORD.SYSCALL);
    const name = call && nameOf(call);
    if (call) this.received(event, call);
    if (!this.selector.takes(event, name)) return;
    const { activity } = this;
    const pid = number(call ?? event.records[0]!, 'pid');
    countEvent(activity, { sec: event.sec, ms: event.ms }, pid);
    if (call) this.call(event, call, name!, pid);
    else this.message(event);
  }

  private call(event: AuditEvent, record: AuditRecord, name: string, pid: number): void {
    const failed = fieldValue(record, 'success') === 'no';
    countCall(this.activity, name, failed ? failureName(number(record, 'exit')) : undefined);
    if (!failed) this.command(event, record);
    if (!failed) this.paths(event, record, name, pid);
    if (PEERS.has(name)) this.peer(event, name);
    if (signalCall(name) && !failed) this.sent(event, record, name);
    if (!failed) this.privilege(event, record, name);
  }

  private command(event: AuditEvent, record: AuditRecord): void {
    const argv = argvOf(event);
    if (!argv) return;
    bump(this.activity.commands, commandLine(argv));
    const uid = number(record, 'uid');
    const euid = number(record, 'euid');
    if (uid !== euid)
      bump(this.activity.privileges, `runs as uid ${euid} for uid ${uid}: ${text(record, 'exe') ?? '?'}`);
  }

  private paths(event: AuditEvent, record: AuditRecord, name: string, pid: number): void {
    const ppid = number(record, 'ppid');
    const done = new Set<string>();
    for (const { item, path, folder } of this.files(event, (fd) => this.descriptors.pathOf(fd, pid, ppid))) {
      if (item.name === undefined || item.nametype === 'PARENT') continue;
      const shown = path ?? withoutFolder(item.name, folder?.file);
      for (const use of usesOf(name, item.nametype || 'UNKNOWN', event)) {
        if (done.has(`${use} ${shown}`)) continue;
        done.add(`${use} ${shown}`);
        countUse(this.activity, shown, use);
      }
      if (path !== undefined) this.descriptors.opened(name, pid, number(record, 'exit'), path);
    }
    this.descriptors.closed(name, pid, fieldValue(record, 'a0'));
  }

  private peer(event: AuditEvent, name: string): void {
    for (const record of event.records) {
      if (record.type !== RECORD.SOCKADDR) continue;
      const address = socketAddress(fieldValue(record, 'saddr') ?? '');
      if (!address || address.short) continue;
      const host = address.address?.includes(':') ? `[${address.address}]` : address.address;
      if (host !== undefined) bump(this.activity.peers, `${name} ${host}:${address.port}`);
      else if (address.path !== undefined && address.path !== '') bump(this.activity.peers, `${name} ${address.path}`);
    }
  }

  private sent(event: AuditEvent, record: AuditRecord, name: string): void {
    const signal = signalOf(record, name);
    const targets = event.records.filter((r) => r.type === RECORD.OBJ_PID);
    for (const target of targets)
      bump(this.activity.signalsSent, `${signal} to ${text(target, 'ocomm') ?? '?'} (${number(target, 'opid')})`);
    if (targets.length === 0 && signalCall(name)!.target !== 'pidfd')
      bump(this.activity.signalsSent, `${signal} to pid ${Number.parseInt(fieldValue(record, 'a0') ?? '', 16) | 0}`);
  }

  /** A signal whose target is the subject, whoever sent it. */
  private received(event: AuditEvent, record: AuditRecord): void {
    const { auid, ses, pid } = this.selection;
    if ((auid ?? ses ?? pid) === undefined || fieldValue(record, 'success') === 'no') return;
    const name = nameOf(record);
    if (!signalCall(name)) return;
    for (const target of event.records) {
      if (target.type !== RECORD.OBJ_PID) continue;
      if (auid !== undefined && number(target, 'oauid') >>> 0 !== auid) continue;
      if (ses !== undefined && number(target, 'oses') >>> 0 !== ses) continue;
      if (pid !== undefined && !this.selector.knows(number(target, 'opid'))) continue;
      const from = `${text(record, 'comm') ?? '?'} (${number(record, 'pid')})`;
      bump(this.activity.signalsReceived, `${signalOf(record, name)} from ${from}`);
    }
  }

  private privilege(event: AuditEvent, record: AuditRecord, name: string): void {
    if (IDS.test(name)) bump(this.activity.privileges, `${name} by ${text(record, 'exe') ?? '?'}`);
    if (event.records.some((r) => r.type === RECORD.BPRM_FCAPS && /[1-9a-f]/.test(fieldValue(r, 'fp') ?? '')))
      bump(this.activity.privileges, `gains capabilities of its file: ${text(record, 'exe') ?? '?'}`);
  }

  private message(event: AuditEvent): void {
    const record = event.records[0]!;
    bump(this.activity.messages, typeNameOf(record));
    const command = record.type === RECORD.USER_CMD ? text(record, 'cmd') : undefined;
    if (command !== undefined) bump(this.activity.privileges, `sudo ${command}`);
  }
}

const before = (a: AuditTime, b: AuditTime): boolean => a.sec < b.sec || (a.sec === b.sec && a.ms < b.ms);

function nameOf(record: AuditRecord): string {
  const syscall = number(record, 'syscall');
  const arch = archOf(Number.parseInt(fieldValue(record, 'arch') ?? '', 16));
  return (arch && syscallName(arch, syscall)) ?? `syscall ${syscall}`;
}

const failureName = (exit: number): string => errnoName(-exit) ?? `errno ${-exit}`;

function signalOf(record: AuditRecord, name: string): string {
  const signal = Number.parseInt(fieldValue(record, `a${signalCall(name)!.signal}`) ?? '', 16);
  return signalName(signal) ?? `signal ${signal}`;
}

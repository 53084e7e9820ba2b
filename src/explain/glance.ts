// A first look at a trail in one pass: from when to when, how much, who, by which rules, what failed, who was killed.
// It looks at the text of a few fields only, so that it keeps up with reading; what it counts, it counts from raw values.

import { TextMemo } from '../base/memo.ts';
import type { AuditEvent } from '../event/event.ts';
import { type InterpretContext, interpretField, interpretValue, readingOf } from '../interpret/index.ts';
import { type AuditRecord, fieldsOf, textOf } from '../record/record.ts';
import { signalCall } from '../tables/calls.ts';
import { errnoName } from '../tables/errno.ts';
import { RECORD } from '../tables/records.ts';

/** How often each text occurred; texts are latin1. */
export type Tally = ReadonlyMap<string, number>;

/** Somebody was ended or made to stop: a signal that reached its target, or a crash. */
export interface Ended {
  readonly victim: string;
  /** Who sent the signal; undefined for a crash. */
  readonly by: string | undefined;
  readonly signal: string;
}

/** Signals that by default neither end nor stop whom they reach. */
const HARMLESS = new Set(['SIG0', 'SIGCHLD', 'SIGCONT', 'SIGWINCH', 'SIGURG']);
const MOST_SLOTS = 2048;
const MOST_NAMES = 100_000;

export class Glance {
  events = 0;
  records = 0;
  first = Number.POSITIVE_INFINITY;
  last = Number.NEGATIVE_INFINITY;
  calls = 0;
  failedCalls = 0;
  logins = 0;
  failedLogins = 0;
  commands = 0;
  readonly nodes = new Map<string, number>();
  readonly users = new Map<string, number>();
  readonly keys = new Map<string, number>();
  readonly programs = new Map<string, number>();
  readonly errors = new Map<string, number>();
  readonly ended: Ended[] = [];
  /** Kills and crashes, also those that `ended` has no room for. */
  endings = 0;
  private readonly context: InterpretContext;
  private readonly names = new TextMemo<string>(MOST_NAMES, 16);
  private slots = new Map<number, number>();
  private slotWidth = 1;

  constructor(context: InterpretContext) {
    this.context = context;
  }

  push(event: AuditEvent): void {
    this.events++;
    this.records += event.records.length;
    this.time(event);
    if (event.node !== '') count(this.nodes, event.node);
    let user: string | undefined;
    let call: AuditRecord | undefined;
    for (const record of event.records) {
      if (record.type === RECORD.SYSCALL) call = record;
      else if (record.type === RECORD.USER_LOGIN) this.login(record);
      else if (record.type === RECORD.USER_CMD) this.commands++;
      else if (record.type === RECORD.ANOM_ABEND) this.crash(record);
      user ??= this.userOf(record);
    }
    if (user !== undefined) count(this.users, user);
    if (call) this.call(call, event);
  }

  /** Events per slot from the first to the last, in at most `most` slots of equal length. */
  rate(most: number): number[] {
    if (this.events === 0) return [];
    const from = Math.floor(this.first / this.slotWidth);
    const slots = Math.floor(this.last / this.slotWidth) - from + 1;
    const perSlot = Math.ceil(slots / most);
    const rate: number[] = new Array(Math.ceil(slots / perSlot)).fill(0);
    for (const [slot, events] of this.slots) rate[Math.floor((slot - from) / perSlot)]! += events;
    return rate;
  }

  private time({ sec, ms }: AuditEvent): void {
    const at = sec + ms / 1000;
    if (at < this.first) this.first = at;
    if (at > this.last) this.last = at;
    const slot = Math.floor(sec / this.slotWidth);
    this.slots.set(slot, (this.slots.get(slot) ?? 0) + 1);
    while (this.slots.size > MOST_SLOTS) this.widen();
  }

  private widen(): void {
    const wider = new Map<number, number>();
    this.slotWidth *= 2;
    for (const [slot, events] of this.slots) {
      const at = Math.floor(slot / 2);
      wider.set(at, (wider.get(at) ?? 0) + events);
    }
    this.slots = wider;
  }

  /** The name of the login user, as the trail or else this machine tells it. */
  private userOf(record: AuditRecord): string | undefined {
    const id = rawValue(record, ' auid=');
    if (id === undefined) return undefined;
    const known = this.names.find(id);
    if (known !== undefined) return known;
    const field = fieldsOf(record).find((f) => f.name === 'auid');
    return this.names.keep(id, field ? interpretField(record, field, this.context) : id);
  }

  private login(record: AuditRecord): void {
    this.logins++;
    if (rawValue(record, 'res=')?.startsWith('failed')) this.failedLogins++;
  }

  private call(record: AuditRecord, event: AuditEvent): void {
    this.calls++;
    const key = rawValue(record, ' key=');
    if (key !== undefined && key !== '(null)')
      for (const one of this.text(record, 'key', key).split(' key=')) count(this.keys, one);
    const exe = rawValue(record, ' exe=');
    if (exe !== undefined) count(this.programs, this.text(record, 'exe', exe));
    if (rawValue(record, ' success=') === 'no') {
      this.failedCalls++;
      const exit = Number(rawValue(record, ' exit='));
      count(this.errors, errnoName(-exit) ?? String(exit));
    } else if (event.records.some((r) => r.type === RECORD.OBJ_PID)) this.signal(record, event);
  }

  private signal(record: AuditRecord, event: AuditEvent): void {
    const reading = readingOf(record, this.context);
    const sends = signalCall(reading.call.name);
    if (!sends) return;
    const argument = `a${sends.signal}`;
    const signal = interpretValue(reading, argument, rawValue(record, ` ${argument}=`) ?? '');
    if (HARMLESS.has(signal)) return;
    const by = this.text(record, 'comm', rawValue(record, ' comm=') ?? '?');
    for (const target of event.records) {
      if (target.type !== RECORD.OBJ_PID) continue;
      this.end({ victim: this.text(target, 'ocomm', rawValue(target, ' ocomm=') ?? '?'), by, signal });
    }
  }

  private crash(record: AuditRecord): void {
    const reading = readingOf(record, this.context);
    const signal = interpretValue(reading, 'sig', rawValue(record, ' sig=') ?? '');
    this.end({ victim: this.text(record, 'comm', rawValue(record, ' comm=') ?? '?'), by: undefined, signal });
  }

  private end(ended: Ended): void {
    this.endings++;
    if (this.ended.length < 1000) this.ended.push(ended);
  }

  private text(record: AuditRecord, name: string, value: string): string {
    return value.startsWith('"') ? value.slice(1, -1) : interpretValue(readingOf(record, this.context), name, value);
  }
}

function count(tally: Map<string, number>, name: string): void {
  const known = tally.get(name);
  if (known !== undefined || tally.size < MOST_NAMES) tally.set(name, (known ?? 0) + 1);
}

/** The raw value after ` name=`, quotes included; undefined when the record has no such field before its tail. */
function rawValue(record: AuditRecord, name: string): string | undefined {
  const text = textOf(record);
  const at = text.indexOf(name, record.body - 1);
  if (at < 0) return undefined;
  const start = at + name.length;
  if (text[start] === '"') {
    const close = text.indexOf('"', start + 1);
    return close < 0 ? text.slice(start) : text.slice(start, close + 1);
  }
  let end = start;
  while (end < text.length && !" \x1d'".includes(text[end]!)) end++;
  return text.slice(start, end);
}

/** The most frequent, most first. */
export function most(tally: Tally, number: number): [string, number][] {
  return [...tally].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, number);
}

// A trail seen through rules: every event of it handed to the simulation, and what each rule would have recorded.
import { type AuditEvent, EventReader } from '../event/index.ts';
import { eventFaults } from '../host/faults.ts';
import { auditLines, readLog } from '../logs/index.ts';
import type { AuditRecord, Unread } from '../record/index.ts';
import { isExcluded, type PlacedRule, simulateCall, type Verdict } from '../rule/index.ts';
import { recordedCall } from './recorded-call.ts';

/** What one rule (or no rule) takes of a trail. */
export interface Share {
  events: number;
  records: number;
  bytes: number;
}

export interface TrailTally {
  /** By the rule that decides; `undefined` = no rule matches. */
  readonly shares: ReadonlyMap<PlacedRule | undefined, Share>;
  /** Events that have no system call: messages of programs and the like, which rules of the exit list do not touch. */
  readonly others: Share;
  /** Records of recorded calls that the exclude list would throw away; they are in no share. */
  readonly excluded: Share;
  /** Fields that the log could not answer -> how many events that made unsure. */
  readonly unsure: ReadonlyMap<string, number>;
  /** Seconds from the first event to the last. */
  readonly seconds: number;
  /** Lines that hold no record. */
  readonly malformed: number;
  /** What those of them are that are about audit. */
  readonly unread: readonly Unread[];
}

/** Called for each event with a system call. */
export type OnVerdict = (event: AuditEvent, verdict: Verdict) => void;

/** Runs every event of the logs through the rules. */
export async function tallyTrail(
  logs: readonly string[],
  rules: readonly PlacedRule[],
  each?: OnVerdict,
): Promise<TrailTally> {
  const tally = new RuleTally(rules, each);
  const reader = new EventReader(eventFaults.around((event) => tally.push(event)));
  for (const log of logs) {
    reader.unread.begin(log);
    for await (const chunk of auditLines(readLog(log))) reader.push(chunk);
  }
  reader.end();
  return { ...tally.done(), malformed: reader.malformed, unread: reader.unread.list() };
}

/** What rules take of the events it is given. */
export class RuleTally {
  private readonly rules: readonly PlacedRule[];
  private readonly each: OnVerdict | undefined;
  private readonly shares = new Map<PlacedRule | undefined, Share>();
  private readonly others = { events: 0, records: 0, bytes: 0 };
  private readonly excluded = { events: 0, records: 0, bytes: 0 };
  private readonly unsure = new Map<string, number>();
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;

  constructor(rules: readonly PlacedRule[], each?: OnVerdict) {
    this.rules = rules;
    this.each = each;
  }

  push(event: AuditEvent): void {
    this.first = Math.min(this.first, event.sec);
    this.last = Math.max(this.last, event.sec);
    const call = recordedCall(event);
    if (!call) {
      add(this.others, event.records);
      return;
    }
    const verdict = simulateCall(this.rules, call);
    let share = this.shares.get(verdict.rule);
    if (!share) this.shares.set(verdict.rule, (share = { events: 0, records: 0, bytes: 0 }));
    const types = new Map<number, boolean>();
    const isDropped = ({ type }: AuditRecord): boolean => {
      if (!types.has(type)) types.set(type, isExcluded(this.rules, type, call));
      return types.get(type)!;
    };
    const dropped = event.records.filter(isDropped);
    add(
      share,
      event.records.filter((r) => !isDropped(r)),
    );
    if (dropped.length > 0) add(this.excluded, dropped);
    for (const field of verdict.unsure) this.unsure.set(field, (this.unsure.get(field) ?? 0) + 1);
    this.each?.(event, verdict);
  }

  done(): Omit<TrailTally, 'malformed' | 'unread'> {
    const { shares, others, excluded, unsure, first, last } = this;
    return { shares, others, excluded, unsure, seconds: last > first ? last - first : 0 };
  }
}

function add(share: Share, records: readonly AuditRecord[]): void {
  share.events++;
  share.records += records.length;
  for (const r of records) share.bytes += (r.text === undefined ? r.end - r.start : r.text.length) + 1;
}

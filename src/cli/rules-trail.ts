// A trail seen through rules: every event of it handed to the simulation, and what each rule would have recorded.
import { type AuditEvent, EventReader } from '../event/index.ts';
import { readLog } from '../logs/index.ts';
import type { AuditRecord } from '../record/index.ts';
import { isExcluded, type PlacedRule, simulateCall, type Verdict } from '../rule/index.ts';
import { recordedCall } from './rules-event.ts';

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
}

/** Called for each event with a system call. */
export type OnVerdict = (event: AuditEvent, verdict: Verdict) => void;

/** Runs every event of the logs through the rules. */
export async function tallyTrail(
  logs: readonly string[],
  rules: readonly PlacedRule[],
  each?: OnVerdict,
): Promise<TrailTally> {
  const shares = new Map<PlacedRule | undefined, Share>();
  const others = { events: 0, records: 0, bytes: 0 };
  const excluded = { events: 0, records: 0, bytes: 0 };
  const unsure = new Map<string, number>();
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const reader = new EventReader((event) => {
    first = Math.min(first, event.sec);
    last = Math.max(last, event.sec);
    const call = recordedCall(event);
    if (!call) return add(others, event.records);
    const verdict = simulateCall(rules, call);
    let share = shares.get(verdict.rule);
    if (!share) shares.set(verdict.rule, (share = { events: 0, records: 0, bytes: 0 }));
    const dropped = event.records.filter((r) => isExcluded(rules, r.type, call));
    add(
      share,
      event.records.filter((r) => !dropped.includes(r)),
    );
    if (dropped.length > 0) add(excluded, dropped);
    for (const field of verdict.unsure) unsure.set(field, (unsure.get(field) ?? 0) + 1);
    each?.(event, verdict);
  });
  for (const log of logs) for await (const chunk of readLog(log)) reader.push(chunk);
  reader.end();
  return { shares, others, excluded, unsure, seconds: last > first ? last - first : 0, malformed: reader.malformed };
}

function add(share: Share, records: readonly AuditRecord[]): void {
  share.events++;
  share.records += records.length;
  for (const r of records) share.bytes += (r.text === undefined ? r.end - r.start : r.text.length) + 1;
}

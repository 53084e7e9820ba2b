// Which events a report sees: the time range, machines and outcomes the user asked for, and only events whose records
// are whole. It also keeps when the first and the last of them were. Pure: it reads no clock.

import type { AuditTime } from '../base/types.ts';
import type { AuditEvent } from '../event/event.ts';
import { RECORD } from '../tables/records.ts';
import { type Flaw, factsOf, isFlaw } from './facts/extract.ts';
import { type Facts, WANT } from './facts/facts.ts';
import { some } from './report.ts';

export interface GateOptions {
  /** Bits of WANT. */
  readonly wants: number;
  /** Seconds since 1970 UTC, both included. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** latin1 names of machines; empty for all. */
  readonly nodes?: readonly string[] | undefined;
  readonly outcome?: 'yes' | 'no' | undefined;
  /** Leave out what deletes, or what adds. */
  readonly change?: 'add' | 'delete' | undefined;
  /** Leave out system calls that do not say of which machine: they cannot be named. */
  readonly named?: boolean | undefined;
  /** Leave out CONFIG_CHANGE. */
  readonly noConfig?: boolean | undefined;
  /** Told of each event that is left out because a record of it is malformed. */
  readonly flawed?: ((flaw: Flaw) => void) | undefined;
}

const ADDERS = new Set<number>([
  RECORD.ADD_USER,
  RECORD.ADD_GROUP,
  RECORD.MAC_CIPSOV4_ADD,
  RECORD.MAC_MAP_ADD,
  RECORD.MAC_IPSEC_ADDSA,
  RECORD.MAC_IPSEC_ADDSPD,
  RECORD.MAC_UNLBL_STCADD,
]);
const DELETERS = new Set<number>([
  RECORD.DEL_USER,
  RECORD.DEL_GROUP,
  RECORD.MAC_CIPSOV4_DEL,
  RECORD.MAC_MAP_DEL,
  RECORD.MAC_IPSEC_DELSA,
  RECORD.MAC_IPSEC_DELSPD,
  RECORD.MAC_UNLBL_STCDEL,
]);

/** When the first and the last of some events were, in the order in which they came. */
export interface Span {
  readonly first: AuditTime;
  readonly last: AuditTime;
}

export class Gate {
  /** Of the events in the time range. */
  span: Span | undefined;
  private readonly options: GateOptions;

  constructor(options: GateOptions) {
    this.options = options;
  }

  /** The facts of an event that belongs in the report. */
  pass(event: AuditEvent): Facts | undefined {
    const { from, to, nodes, outcome, wants, named } = this.options;
    if ((from !== undefined && event.sec < from) || (to !== undefined && event.sec > to)) return undefined;
    const last = { sec: event.sec, ms: event.ms };
    this.span = { first: this.span?.first ?? last, last };
    if (nodes && nodes.length > 0 && !nodes.includes(event.node)) return undefined;
    const facts = factsOf(event, named ? wants | WANT.arch : wants);
    if (isFlaw(facts)) {
      this.options.flawed?.(facts);
      return undefined;
    }
    if (outcome !== undefined && facts.success !== outcome) return undefined;
    return this.unwanted(facts) ? undefined : facts;
  }

  private unwanted(facts: Facts): boolean {
    const { change, noConfig } = this.options;
    if (noConfig && some(facts, (type) => type === RECORD.CONFIG_CHANGE)) return true;
    return change !== undefined && (change === 'add' ? DELETERS : ADDERS).has(facts.type);
  }
}

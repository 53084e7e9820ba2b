// What tells one event from another: the machine, the time and the kernel's serial (which begins again at each start of the
// machine, so that it is no number of an event by itself). One order, one text.

import type { AuditTime } from './types.ts';

/** Time and serial: which event of a machine. */
export interface Stamp extends AuditTime {
  /** The kernel's number of the event; a whole number. */
  readonly serial: number;
}

/** Which event of which machine. */
export interface EventId extends Stamp {
  /** The machine's name from `node=`, latin1; '' for none. */
  readonly node: string;
}

/** By time; negative when `a` is earlier. */
export const compareTimes = (a: AuditTime, b: AuditTime): number => a.sec - b.sec || a.ms - b.ms;

/** By time, then serial; negative when `a` comes first. Machines are not compared: their clocks are what there is. */
export const compareStamps = (a: Stamp, b: Stamp): number => a.sec - b.sec || a.ms - b.ms || a.serial - b.serial;

/** Whether both are one event of one machine. */
export const sameEvent = (a: EventId, b: EventId): boolean =>
  a.serial === b.serial && a.sec === b.sec && a.ms === b.ms && a.node === b.node;

/** Milliseconds as records write them: three digits. */
export const milliText = (ms: number): string => String(ms).padStart(3, '0');

/** `SEC.MS:SERIAL`, as it stands in `audit(…)`. */
export const stampText = ({ sec, ms, serial }: Stamp): string => `${sec}.${milliText(ms)}:${serial}`;

/** Milliseconds since 1970-01-01 UTC; exact for every time that has a date. */
export const msOf = ({ sec, ms }: AuditTime): number => sec * 1000 + ms;

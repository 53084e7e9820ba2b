// Addresses that lead on from a process: its events, who ended it, what it did, its branch, its session. Pure.
import type { ProcessFacts } from '../../../src/web/contract.ts';
import { momentOf, momentText } from '../../parts/moment.ts';

/** An address with its query; parts without a value are left out. */
export function addressOf(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** `until` of a stretch is without its end: the last record lies in it. */
const after = (iso: string): string => momentText(momentOf(iso) + 1);

/** The stretch a process is known in: a pid is reused, so every question about it says when. */
export const stretchOf = (process: ProcessFacts): { readonly since: string; readonly until: string } => ({
  since: process.started ?? process.firstSeen,
  until: after(
    process.ended && momentOf(process.ended) > momentOf(process.lastSeen) ? process.ended : process.lastSeen,
  ),
});

export const eventsOf = (process: ProcessFacts): string =>
  addressOf('/events', { q: `pid == ${process.pid}`, ...stretchOf(process) });

export const killersOf = (process: ProcessFacts): string =>
  addressOf('/answers/who-killed', { pid: process.pid, ...stretchOf(process) });

export const deedsOf = (process: ProcessFacts): string =>
  addressOf('/answers/summary', { pid: process.pid, ...stretchOf(process) });

export const branchOf = (process: ProcessFacts): string =>
  addressOf('/processes', { pid: process.pid, ...stretchOf(process) });

export const sessionOf = (session: number): string => `/sessions/${session}`;

/** The event with this serial number at this time. */
export function eventOf(at: string | number, serial: number): string {
  const ms = typeof at === 'number' ? at : momentOf(at);
  const stamp = `${Math.floor(ms / 1000)}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;
  return addressOf('/events', { q: `\\timestamp_ex == ts:${stamp}:${serial}` });
}

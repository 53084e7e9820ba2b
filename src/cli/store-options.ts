// What the verbs of the store share: where it is, and how a line of theirs is printed.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AuditError } from '../base/index.ts';

/** For option tables. */
export const DB_OPTION = {
  name: 'db',
  forms: ['--db'],
  value: 'FILE',
  help: 'the store; default $AUSPEX_STORE, else /var/lib/auspex/store.duckdb for root and ~/.local/share/auspex/… for others',
} as const;

/** The file of the store. */
export function storePath(given: string | undefined): string {
  const chosen = given ?? process.env.AUSPEX_STORE;
  if (chosen) return chosen;
  const folder = process.getuid?.() === 0 ? '/var/lib/auspex' : join(homedir(), '.local/share/auspex');
  return join(folder, 'store.duckdb');
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1 << 10, M: 1 << 20, G: 2 ** 30 };
const AGES: Readonly<Record<string, number>> = { h: 3600, d: 86_400, w: 604_800 };

/** `500M` in bytes. */
export function sizeOf(text: string): number {
  const match = /^(\d{1,12})([KMG]?)$/.exec(text);
  if (!match) throw new AuditError('usage', `Cannot read the size ${text}: write it as 500M or 2G`);
  return Number(match[1]) * UNITS[match[2]!]!;
}

/** `90d` in seconds. */
export function ageOf(text: string): number {
  const match = /^(\d{1,6})([hdw])$/.exec(text);
  if (!match) throw new AuditError('usage', `Cannot read the age ${text}: write it as 12h, 90d or 8w`);
  return Number(match[1]) * AGES[match[2]!]!;
}

// What the conformance suite of a store runs on: every implementation, and events of the lab's trail where it is there, else
// of the sample.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type AuditEvent, detachEvent, readEvents } from '../event/index.ts';
import { duckStore, memoryStore, type Store } from './index.ts';

const place = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const lab = place('../../shared/corpus/lab/slice-raw.log');
const log = existsSync(lab) ? lab : place('sample/audit.log');
const trail: AuditEvent[] = [];
for (const event of readEvents([readFileSync(log)])) trail.push(event);
export const events = trail.slice(0, 2500);
export const hostile = (text: string): AuditEvent[] =>
  readEvents([Buffer.from(`type=USER_LOGIN msg=audit(1700000000.123:7): ${text}\n`, 'latin1')]);

export const makers: readonly (readonly [string, () => Promise<Store>])[] = [
  ['memory', async () => memoryStore()],
  ['DuckDB', () => duckStore(':memory:')],
];

for (const event of events) detachEvent(event);

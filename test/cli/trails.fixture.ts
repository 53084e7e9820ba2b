// The trails on which counts are compared, and our programs run on them as a user runs them.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { tallied } from '../counting.fixture.ts';

const root = join(import.meta.dirname, '../..');
const lab = join(root, '../shared/corpus/lab/enriched.log');
const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
export const unbuilt = existsSync(join(root, 'dist/.built')) ? '' : ' [needs a build]';

/** What a program prints (UTF-8); it must not complain. */
export function say(tool: string, argv: readonly string[]): string {
  const { stdout, stderr } = spawnSync(join(root, 'bin', tool), argv, { env, maxBuffer: 1 << 28 });
  expect(stderr.toString()).toBe('');
  return stdout.toString('utf8');
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of the program under test
export type Json = any;
export const json = (argv: readonly string[]): Json => JSON.parse(say('auspex', [...argv, '--json']));

/** A list of `{ command: 'id', count: 2 }` as what the text is counted into. */
export const counts = (rows: readonly Json[], name: string): Record<string, number> =>
  tallied(rows.flatMap((row) => Array.from({ length: row.count }, () => row[name])));

export const TRAILS = [
  {
    name: 'the lab capture',
    file: lab,
    who: { auid: '7005', ses: '34', pid: '6210', exe: '/usr/bin/sudo', key: 'signals' },
  },
  {
    name: 'the sample trail',
    file: join(root, 'sample/audit.log'),
    who: { auid: '1001', ses: '24', pid: '6013', exe: '/usr/bin/bash', key: 'proc' },
  },
];

// The kit finds what is planted: behind letters that only the branches taken lead to, an error, one that comes late, a loop
// without an end, work that grows with the square, and memory that is never given back; and nothing where nothing is.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from './kit/report.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-fuzz-test-'));
const names = ['throw', 'late', 'hang', 'square', 'grow', 'good'];
/** Executions that lead to all of it: a number of them, and no time, so that a busy machine finds the same. */
const ENOUGH = ['--runs', '40000', '--faults', '1', '--seconds', '600'];
const reports = new Map<string, Report>();
let status: number | null;
let said: string;

function fuzz(...args: readonly string[]) {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'run.mjs'), ...args], { encoding: 'utf8' });
}

beforeAll(() => {
  const json = join(folder, 'reports.json');
  ({ status, stdout: said } = fuzz(...names, '--folder', 'planted', ...ENOUGH, '--json', json));
  for (const report of JSON.parse(readFileSync(json, 'utf8')) as Report[]) reports.set(report.campaign, report);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const faultOf = (name: string) => reports.get(name)!.faults[0]!;

describe('the kit', () => {
  it('finds an error, says where it is thrown, and makes its input small', () => {
    expect(faultOf('throw')).toMatchObject({ kind: 'throw', message: 'RangeError: planted', bytes: 5 });
    expect(faultOf('throw').place).toMatch(/^at planted fuzz\/planted\/planted\.ts:\d+:\d+\)/);
    expect(readFileSync(faultOf('throw').file, 'latin1')).toBe('plant');
  });

  it('finds an error that nobody waits for', () => {
    expect(faultOf('late')).toMatchObject({ kind: 'throw', message: 'Error: planted late' });
  });

  it('finds an input that never comes back, although nothing else runs in that process any more', () => {
    expect(faultOf('hang').kind).toBe('hang');
    expect(readFileSync(faultOf('hang').file, 'latin1')).toMatch(/^planh/);
  });

  it('finds work that grows with the square, by an input of at most 100 kB', () => {
    expect(faultOf('square').kind).toBe('hang');
    expect(readFileSync(faultOf('square').file, 'latin1')).toMatch(/^planq/);
    expect(faultOf('square').bytes).toBeLessThanOrEqual(100_000);
  });

  it('finds memory that is not given back', () => {
    expect(reports.get('grow')).toMatchObject({ growing: true, faults: [] });
  });

  it('finds nothing where there is nothing, and says what it did', () => {
    const { faults, growing, executions, taken } = reports.get('good')!;
    expect({ faults, growing }).toEqual({ faults: [], growing: false });
    expect(executions).toBeGreaterThan(100);
    expect(taken).toBeGreaterThan(5);
  });

  it('ends with a count, and not with 0', () => {
    expect(status).toBe(1);
    expect(said.trim().split('\n').at(-1)).toBe('1 passed, 5 failed');
  });

  it('makes the same of the same seed, and another of another', () => {
    const run = (seed: string, file: string): Report => {
      const json = join(folder, file);
      fuzz('records', '--runs', '1500', '--seconds', '600', '--seed', seed, '--json', json);
      return (JSON.parse(readFileSync(json, 'utf8')) as Report[])[0]!;
    };
    const same = ({ kept, taken }: Report) => ({ kept, taken });
    const first = run('3', 'a');
    expect(same(run('3', 'b'))).toEqual(same(first));
    expect(same(run('4', 'c'))).not.toEqual(same(first));
  }, 600_000);

  it('refuses what is no campaign, and tells which there are', () => {
    const { status, stderr } = fuzz('nonesuch');
    expect(status).toBe(2);
    expect(stderr).toContain('there is no such campaign');
    for (const name of readdirSync(join(import.meta.dirname, 'campaigns')).map((file) => file.replace(/\.ts$/, '')))
      expect(stderr).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });
});

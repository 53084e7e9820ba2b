// ausyscall against the golden command lines of the reference: output and exit status.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { run } from './ausyscall.ts';

const golden = join(import.meta.dirname, '../../../shared/golden');

function ausyscall(...argv: string[]) {
  let out = '';
  let err = '';
  const io = { out: (t: string) => void (out += t), err: (t: string) => void (err += t) };
  return { exit: run(argv, io, 'x86_64'), out, err };
}

describe('ausyscall', () => {
  it.skipIf(!existsSync(golden))('prints what the reference prints [needs ../shared/golden]', () => {
    let compared = 0;
    for (const line of readFileSync(join(golden, 'cases.jsonl'), 'utf8').trim().split('\n')) {
      const c = JSON.parse(line) as { tool: string; argv: string[]; exit: number; stdout?: string };
      if (c.tool !== 'ausyscall') continue;
      const { exit, out } = ausyscall(...c.argv);
      const want = c.stdout ? gunzipSync(readFileSync(join(golden, c.stdout))).toString() : '';
      expect([c.argv, exit, out]).toEqual([c.argv, c.exit, want]);
      compared++;
    }
    expect(compared).toBe(116);
  });

  it('says what is wrong, and what was perhaps meant', () => {
    expect(ausyscall('execev', '--exact').err).toBe(
      'Unknown syscall execev using x86_64 lookup table (did you mean "execve"?)\n',
    );
    expect(ausyscall('b32', 'b64', 'open').err).toMatch(/^Two machine types not allowed\nusage: /);
    expect(ausyscall('1', '2')).toMatchObject({ exit: 1, out: '' });
    expect(ausyscall('0x3b').out).toBe('execve\n');
    expect(ausyscall('alpha').err).toMatch(/^Alpha processor support is deprecated/);
    expect(ausyscall('--help').err).toMatch(/^usage: ausyscall \[arch\]/);
  });
});

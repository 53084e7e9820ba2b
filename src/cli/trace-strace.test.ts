// The command line of strace that `auspex trace` falls back to; where strace is here, it takes it.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { CLASSES } from '../trace/index.ts';
import { hasStrace, runStrace, straceArguments } from './trace-strace.ts';

const plain = { calls: 'all', longest: 200, failed: false, time: false, file: undefined } as const;

describe('falling back to strace', () => {
  it('asks it the same question', () => {
    expect(straceArguments(plain, ['ls', '-e'])).toEqual(['-f', '-qq', '-s', '200', '--', 'ls', '-e']);
    expect(straceArguments({ ...plain, calls: new Set(['kill', 'open']), failed: true, file: '/x' }, ['a'])).toEqual([
      '-f',
      '-qq',
      '-s',
      '200',
      '-e',
      'trace=?kill,?open',
      '-Z',
      '-o',
      '/x',
      '--',
      'a',
    ]);
  });
  it.skipIf(!hasStrace())('takes every call of every class, gives the command’s status [needs strace]', async () => {
    const calls = new Set(Object.values(CLASSES).flat());
    const { status, stderr } = spawnSync('strace', straceArguments({ ...plain, calls }, ['sh', '-c', 'exit 7']), {
      encoding: 'utf8',
    });
    expect(status).toBe(7);
    expect(stderr).toContain('execve(');
    expect(await runStrace({ ...plain, calls: new Set(['pause']), file: '/dev/null' }, ['sh', '-c', 'exit 7'])).toBe(7);
  });
});

// Threads that use native code end in good order, whenever they are told to: see src/host/thread.ts.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const stopper = fileURLToPath(new URL('./stopper.mjs', import.meta.url));

function run(...args: string[]) {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [stopper, ...args], { encoding: 'utf8' });
  return { status, signal, stdout, stderr };
}

describe('a thread that uses native code', () => {
  it('ends when it is stopped, at whatever point', () => {
    expect(run('stop', '90')).toEqual({ status: 0, signal: null, stdout: 'all ended\n', stderr: '' });
  });

  it.each([0, 5, 10, 15, 20, 30, 50])('lets the process exit, %d ms after it began', (ms) => {
    expect(run('exit', String(ms))).toEqual({ status: 7, signal: null, stdout: '', stderr: '' });
  });
});

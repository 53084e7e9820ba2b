// The asking verbs from the command line: what they print for a small trail, and what they say when they cannot.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Io } from './io.ts';
import { run as sessions } from './sessions.ts';
import { run as tree } from './tree.ts';
import { run as whoKilled } from './who-killed.ts';
import { run as whoTouched } from './who-touched.ts';

const seeds = fileURLToPath(new URL('../../test/explain/seeds.log', import.meta.url));
const oom = fileURLToPath(new URL('../../test/explain/oom-cgroup.dmesg', import.meta.url));

async function said(verb: (argv: readonly string[], io: Io) => number | Promise<number>, ...argv: string[]) {
  let out = '';
  let err = '';
  const status = await verb(argv, { out: (text) => (out += text), err: (text) => (err += text) });
  return { status, out: Buffer.from(out, 'latin1').toString(), err: Buffer.from(err, 'latin1').toString() };
}

describe('who-killed', () => {
  it('answers by name, pid and time, in words and as JSON', async () => {
    const words = await said(whoKilled, 'findpid', '-i', seeds);
    expect(words.status).toBe(0);
    expect(words.out.split('\n')[0]).toMatch(/findpid.*26880.*killed by pike/);
    const { out } = await said(whoKilled, '26880', '-i', seeds, '--json');
    expect(JSON.parse(out)).toMatchObject({
      cause: 'signal',
      killer: { pid: 4299, comm: 'roxen' },
      victims: [{ pid: 26880 }],
    });
    const near = await said(whoKilled, '--at', '2021-01-13T08:00:00Z', '-i', seeds, '--json');
    expect(
      near.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).victims[0].pid),
    ).toEqual([4882]);
    const since = await said(whoKilled, '--since', '2015-01-01', '-i', seeds, '--json');
    expect(since.out.trim().split('\n')).toHaveLength(1);
  });

  it('reads a kernel log beside the trail', async () => {
    const { out } = await said(whoKilled, 'python3', '-i', seeds, '--kernel-log', oom, '--json');
    expect(JSON.parse(out)).toMatchObject({ cause: 'oom-cgroup', victims: [{ pid: 5188, kernel: { rssKb: 26732 } }] });
  });

  it('says what to do when it finds nothing', async () => {
    const { status, out, err } = await said(whoKilled, 'nobody', '-i', seeds);
    expect([status, out]).toEqual([1, '']);
    expect(err).toContain('who-killed --watch');
    await expect(said(whoKilled, 'a', '--unit', 'b')).rejects.toThrow(/two ways/);
  });

  it('reads a pipe', () => {
    const auspex = fileURLToPath(new URL('../../bin/auspex', import.meta.url));
    const line = 'cat "$1" | "$2" "$3" who-killed --json';
    const piped = spawnSync('/bin/sh', ['-c', line, 'sh', seeds, process.execPath, auspex], { encoding: 'utf8' });
    expect(piped.stdout.trim().split('\n')).toHaveLength(2);
  });
});

describe('the other verbs', () => {
  it('answer as JSON', async () => {
    const processes = await said(tree, '4299', '-i', seeds, '--json');
    expect(JSON.parse(processes.out)).toMatchObject({ pid: 4299, program: 'pike', children: [] });
    expect((await said(whoTouched, '/etc/none', '-i', seeds)).status).toBe(1);
    expect((await said(sessions, '-i', seeds)).status).toBe(1);
  });

  it.each([
    ['who-killed', whoKilled],
    ['who-touched', whoTouched],
    ['tree', tree],
    ['sessions', sessions],
  ])('%s --help holds an example', async (name, verb) => {
    const { out } = await said(verb, '--help');
    expect(out).toContain(`usage: auspex ${name}`);
    expect(out).toMatch(/Example:\n {2}auspex/);
  });
});

describe('auspex who-killed --watch', () => {
  it('lets go of the process where it cannot begin', async () => {
    const before = process.listenerCount('SIGINT');
    await expect(said(whoKilled, '--watch', 'x', '--scope', 'bogus')).rejects.toThrow(/an operator is missing/);
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

// `auspex search` as a user runs it: filters against ausearch's own answers, formats, times, errors, standard input,
// compressed files, following a log that is rotated.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const trail = join(root, 'test/expression/trail.log');
const auspex = join(root, 'bin/auspex');
const folder = mkdtempSync(join(tmpdir(), 'auspex-search-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(argv: readonly string[], input?: string | Buffer) {
  const { stdout, stderr, status } = spawnSync(auspex, ['search', ...argv], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
    ...(input !== undefined && { input }),
  });
  return { stdout, stderr, status };
}
const serials = (argv: readonly string[]): number[] =>
  run([...argv, '--json', trail])
    .stdout.trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { serial: number }).serial)
    .sort((a, b) => a - b);

describe.skipIf(!existsSync(join(root, 'dist/.built')))('auspex search [needs a build]', () => {
  it.each([
    ['\\regexp /^([^@]+)+@$/', 1, 'Nothing in this trail matches.'],
    ['\\regexp /(a|a)*(b*)*(.*)*\\x01/', 1, 'Nothing in this trail matches.'],
    ['\\regexp /a{1,500}{1,500}/', 2, 'at column 18'],
    [`\\regexp "${'x'.repeat(64_000)}"`, 2, 'at column 4106'],
    [`\\regexp "${'('.repeat(60_000)}"`, 2, 'at column 260'],
    ['('.repeat(60_000), 2, 'at column 501'],
    [Array.from({ length: 5000 }, () => 'pid == -7').join(' && '), 1, 'Nothing in this trail matches.'],
  ])('is not held up by an expression, nor overflows (%#)', (expression, status, says) => {
    const asked = run(['--where', expression, trail]);
    expect(asked).toMatchObject({ stdout: '', status });
    expect(asked.stderr).toContain(says);
    expect(asked.stderr.length).toBeLessThan(1000);
  });

  it.each([
    [['--type', 'user_login'], [977427]],
    [
      ['-m', 'USER_LOGIN,1005'],
      [977427, 977704],
    ],
    [['--syscall', 'kill'], [975608]],
    [['--exit', 'ENOENT'], [975862]],
    [['--exit', '-2', '--failed'], [975862]],
    [['--key', 'fsops', '--key', 'signals', '--syscall', 'kill'], [975608]],
    [['--where', '\\record_type == SECCOMP'], [977537]],
    [['--where', 'auid i= alice && syscall i= execve'], [975545]],
    [['--node', 'db-2'], [975826]],
    [['--since', '2026-11-21 04:17:52', '--until', '2026-11-21T04:17:52Z'], [977427]],
    [['--since', '1795234675.740', '--until', '1795234675.790'], [977688]],
    [['--event', '975545'], [975545]],
    [['--comm', 'set', '--word'], []],
  ] as const)('%j', (argv, expected) => {
    expect(serials(argv)).toEqual(expected);
  });

  it('reads names of users that the trail itself tells, and the reference’s answers to interpreted comparisons', () => {
    const cases = JSON.parse(readFileSync(join(root, 'test/expression/cases.json'), 'utf8')) as {
      expression: string;
      matches?: number[];
    }[];
    // What only the recording machine's accounts could tell is left out: alice stands in the enriched tail, root is 0.
    for (const { expression, matches } of cases.filter((c) => / i!?= /.test(c.expression) && c.matches)) {
      const unique = [...new Set(matches)].sort((a, b) => a - b);
      expect([...new Set(serials(['--where', expression]))], expression).toEqual(unique);
    }
  });

  it('prints records in the order of the log, and takes standard input, gzip and several files', () => {
    const raw = run(['--event', '975545', '--raw', trail]).stdout;
    const lines = readFileSync(trail, 'latin1')
      .split('\n')
      .filter((l) => l.includes(':975545)'));
    expect(raw.replaceAll('\x1d', '')).toBe(`${lines.join('\n')}\n`.replaceAll('\x1d', ''));
    expect(run(['--event', '975545', '--raw', '-'], readFileSync(trail)).stdout).toBe(raw);
    const zipped = join(folder, 'a.log.gz');
    writeFileSync(zipped, gzipSync(readFileSync(trail)));
    expect(run(['--event', '975545', '--raw', zipped]).stdout).toBe(raw);
    expect(run(['--count', zipped, trail]).stdout).toBe(`${2 * Number(run(['--count', trail]).stdout)}\n`);
  });

  it('shows no control character of a log', () => {
    const line = 'type=USER_CMD msg=audit(1795234666.803:7): cmd=1B5B33316D exe="\x1b[2J\x07"\n';
    for (const format of ['interpreted', 'json'])
      expect(run(['--format', format, '-'], line).stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
  });

  it.each([
    [['--sinc', '5m'], 2, 'did you mean "--since"'],
    [['--format', 'jsno'], 2, 'did you mean "json"'],
    [['--syscall', 'opennat'], 2, 'did you mean "openat"'],
    [['--type', 'SYSCAL'], 2, 'did you mean "SYSCALL"'],
    [['--exit', 'EACCESS'], 2, 'EACCES'],
    [['--since', 'yesterdy'], 2, 'yesterday'],
    [['--where', 'comm = x'], 2, 'column 6'],
    [['/no/such/file'], 1, 'no such file'],
    [['--key', 'none', trail], 1, 'Nothing in this trail matches.'],
  ] as const)('%j: status %d, says %s', (argv, status, words) => {
    const r = run(argv);
    expect([r.status, r.stdout]).toEqual([status, '']);
    expect(r.stderr).toContain(words);
  });

  it('follows a log across its rotation', async () => {
    const log = join(folder, 'audit.log');
    const line = (n: number) => `type=USER_CMD msg=audit(1795234666.803:${n}): cmd="x"\n`;
    writeFileSync(log, line(1));
    const child = spawn(auspex, ['search', '--follow', '--json', log], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (d) => (out += d));
    const ended = new Promise((done) => child.on('close', done));
    const serials = () => [...out.matchAll(/"serial":(\d+)/g)].map((m) => Number(m[1]));
    const heard = (n: number) => expect.poll(serials, { timeout: 100_000 }).toContain(n);
    try {
      // It tells what comes after its start, whenever that is: probes until one is heard.
      for (let probe = 1000; serials().length === 0; probe++) {
        appendFileSync(log, line(probe));
        await sleep(100);
      }
      appendFileSync(log, line(2));
      await heard(2);
      appendFileSync(log, line(3));
      renameSync(log, `${log}.1`);
      writeFileSync(log, line(4));
      await heard(4);
    } finally {
      child.kill();
    }
    await ended;
    expect(serials().filter((n) => n < 1000)).toEqual([2, 3, 4]);
  });
});

// `auspex store`, `auspex sql`, `auspex export` as a user runs them: what they print, what they refuse and how they say
// so; and that a follower killed at any moment loses and doubles nothing, against a count of the log's own lines.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../random.fixture.ts';

const root = join(import.meta.dirname, '../..');
const auspex = join(root, 'bin/auspex');
const sample = join(root, 'sample/audit.log');
const dir = mkdtempSync(join(tmpdir(), 'auspex-store-cli-'));
const db = join(dir, 'store.duckdb');
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const env = { ...process.env, TZ: 'UTC', AUSPEX_STORE: db };
function run(...argv: string[]) {
  const { stdout, stderr, status } = spawnSync(auspex, argv, { encoding: 'utf8', env });
  return { stdout, stderr, status };
}
const json = (...argv: string[]) =>
  run(...argv)
    .stdout.trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** What the text of a log says: records are lines, events their different stamps. */
function countOf(...logs: string[]) {
  const lines = logs.flatMap((log) => readFileSync(log, 'latin1').split('\n').filter(Boolean));
  return { records: lines.length, events: new Set(lines.map((line) => /audit\(([^)]*)\)/.exec(line)![1])).size };
}
const COUNTS =
  'SELECT count(*)::INT AS events, coalesce(sum(len(string_split(raw, chr(10)))), 0)::INT AS records, ' +
  'count(DISTINCT (sec, ms, serial))::INT AS ids FROM events';

describe.skipIf(!existsSync(join(root, 'dist/.built')))('the store’s verbs [need a build]', () => {
  beforeAll(() => {
    run('store', 'ingest', sample);
  });

  it('ingest: only what is new; status: what there is', () => {
    const counted = countOf(sample);
    expect(json('sql', '--json', COUNTS)).toEqual([{ ...counted, ids: counted.events }]);
    const [again] = json('store', 'ingest', '--json', sample);
    expect(again).toMatchObject({ events: 0, bytes: 0, deleted: 0, path: db });
    const [status] = json('store', 'status', '--json');
    expect(status).toMatchObject({ path: db, events: counted.events, bytes: statSync(db).size });
    expect(run('store', 'status').stdout).toMatch(new RegExp(`^events +${counted.events}$`, 'm'));
  });

  it('retain: by age and size; what is asked wrongly is named', () => {
    const own = ['--db', join(dir, 'retain.duckdb')];
    run('store', 'ingest', ...own, sample);
    const [{ n }] = json('sql', '--json', ...own, 'SELECT count(*)::INT AS n FROM events') as [{ n: number }];
    const [{ deleted }] = json('store', 'retain', ...own, '--json', '--max-size', '10K') as [{ deleted: number }];
    const [left] = json(
      'sql',
      '--json',
      ...own,
      'SELECT count(*)::INT AS n, sum(length(raw) + 1)::INT AS bytes FROM events',
    );
    expect(left!.n).toBe(n - deleted);
    expect(left!.bytes).toBeLessThanOrEqual(10_240);
    expect(left!.bytes).toBeGreaterThan(5000);
    expect(json('store', 'retain', ...own, '--json', '--max-age', '99999w')).toEqual([{ deleted: 0 }]);
    for (const [argv, message] of [
      [['store'], 'say ingest, retain or status'],
      [['store', 'ingets'], 'say ingest, retain or status, not `ingets`'],
      [['store', 'retain'], 'say how much may stay'],
      [['store', 'retain', '--max-age', '5y'], 'Cannot read the age 5y'],
      [['store', 'status', 'x'], 'nothing is to follow here'],
      [['store', 'ingest', '--follow', sample, sample], 'one log'],
      [['sql'], 'say what to ask'],
      [['export'], 'say one format'],
      [['export', '--csv', 'a', '--arrow', 'b'], 'say one format'],
    ] as const) {
      const got = run(...argv);
      expect(got.stderr, argv.join(' ')).toContain(message);
      expect(got.status, argv.join(' ')).toBe(2);
    }
  });

  it('a store or log that is missing is named, with what to do', () => {
    const none = join(dir, 'none.duckdb');
    for (const argv of [
      ['sql', '--db', none, 'SELECT 1'],
      ['store', 'status', '--db', none],
      ['store', 'retain', '--db', none, '--max-size', '1G'],
      ['export', '--db', none, '--csv', join(dir, 'x.csv')],
    ]) {
      const got = run(...argv);
      expect(got.stderr).toContain(`Cannot open ${none}: there is no such file; \`auspex store ingest\` makes a store`);
      expect(got.status).toBe(1);
    }
    expect(existsSync(none)).toBe(false);
    const log = run('store', 'ingest', '--db', join(dir, 'y.duckdb'), join(dir, 'none.log'));
    expect(log).toMatchObject({ status: 1, stderr: expect.stringContaining(`Cannot open ${join(dir, 'none.log')}`) });
  });

  it('sql: names of the trail as they are typed, and no byte of them lost', () => {
    const own = ['--db', join(dir, 'names.duckdb')];
    const log = join(dir, 'names.log');
    const [cafe, broken] = [Buffer.from('/tmp/café'), Buffer.from('caf\xe9', 'latin1')];
    writeFileSync(
      log,
      'type=SYSCALL msg=audit(1700000000.000:1): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=1 ' +
        `ppid=1 pid=5 auid=7 uid=0 tty=x ses=1 comm=${broken.toString('hex')} exe=${cafe.toString('hex')} key=(null)\n`,
    );
    run('store', 'ingest', ...own, log);
    const asked = "SELECT comm, exe, [exe] AS list FROM events WHERE exe = '/tmp/café'";
    expect(json('sql', ...own, '--json', asked)).toEqual([{ comm: 'caf\\xe9', exe: '/tmp/café', list: ['/tmp/café'] }]);
    expect(run('sql', ...own, asked).stdout).toMatch(/^caf\\xe9 +\/tmp\/café +\["\/tmp\/café"\]$/m);
  });

  it('sql: a table, JSON, and errors that point at the place', () => {
    const table = run(
      'sql',
      "SELECT 'a' AS letter, 12 AS n, NULL AS nothing UNION ALL SELECT E'b\\x1b[31m\\n', 3, NULL ORDER BY n",
    );
    expect(table.stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      expect.stringMatching(/^letter +n +nothing$/),
      expect.stringMatching(/^b\S+ +3$/),
      expect.stringMatching(/^a +12$/),
      '',
    ]);
    expect(table.stdout).not.toContain('\x1b');
    expect(json('sql', '--json', "SELECT 'é' AS a, [1, 2] AS b, {'c': NULL} AS d")).toEqual([
      { a: 'é', b: [1, 2], d: { c: null } },
    ]);
    const wrong = run('sql', 'SELECT exe, nosuch FROM events');
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('"nosuch" not found');
    expect(wrong.stderr).toMatch(/LINE 1: SELECT exe, nosuch FROM events\n +\^/);
    for (const sql of [
      'DELETE FROM event',
      "COPY (SELECT 1) TO 'x'",
      "ATTACH 'x'",
      'SET threads = 9',
      'INSTALL httpfs',
      'SELECT 1; SELECT 2',
    ])
      expect(run('sql', sql)).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(/Cannot answer: .+/),
      });
    expect(run('sql', "SELECT * FROM read_csv('/etc/passwd')").stderr).toMatch(/Permission Error|disabled/);
  });

  it('export: three formats, private, and how many', () => {
    const { events } = countOf(sample);
    for (const format of ['parquet', 'csv', 'arrow']) {
      const to = join(dir, `out.${format}`);
      expect(run('export', `--${format}`, to)).toEqual({
        stdout: '',
        stderr: `${events} events written to ${to}\n`,
        status: 0,
      });
      expect(statSync(to).mode & 0o777).toBe(0o600);
    }
    const bad = run('export', '--csv', join(dir, 'none/out.csv'));
    expect(bad).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`Cannot export to ${join(dir, 'none/out.csv')}`),
    });
  });

  it('a store of a newer version is refused by every verb', async () => {
    const newer = join(dir, 'newer.duckdb');
    run('store', 'ingest', '--db', newer, sample);
    const instance = await DuckDBInstance.create(newer);
    const connection = await instance.connect();
    await connection.run('UPDATE meta SET version = 1000');
    connection.closeSync();
    instance.closeSync();
    for (const argv of [
      ['store', 'ingest', '--db', newer, sample],
      ['store', 'status', '--db', newer],
      ['sql', '--db', newer, 'SELECT 1'],
      ['export', '--db', newer, '--arrow', join(dir, 'z')],
    ])
      expect(run(...argv)).toMatchObject({ status: 1, stderr: expect.stringContaining('a newer Auspex wrote it') });
  });

  it('a 16 MB event goes in and comes out', () => {
    const log = join(dir, 'large.log');
    const stamp = 'msg=audit(1700000000.000:77)';
    const parts = [`type=SYSCALL ${stamp}: arch=c000003e syscall=59 success=yes pid=1 comm="x" exe="/bin/x"`];
    for (let i = 0; i < 2048; i++) parts.push(`type=EXECVE ${stamp}: argc=2048 a${i}="${'x'.repeat(8000)}"`);
    parts.push(`type=PROCTITLE ${stamp}: proctitle="x"`, 'type=USER_LOGIN msg=audit(1700000001.000:78): pid=1');
    writeFileSync(log, `${parts.join('\n')}\n`);
    const own = ['--db', join(dir, 'large.duckdb')];
    expect(json('store', 'ingest', ...own, '--json', log)).toMatchObject([{ events: 2, bytes: statSync(log).size }]);
    expect(
      json('sql', ...own, '--json', 'SELECT serial::INT AS serial, length(raw)::INT AS size FROM events ORDER BY seq'),
    ).toEqual([
      { serial: 77, size: parts.slice(0, -1).join('\n').length },
      { serial: 78, size: parts.at(-1)!.length },
    ]);
  });

  it('a follower is killed at any moment, and nothing is lost or doubled', { timeout: 120_000 }, async () => {
    const log = join(dir, 'killed.log');
    const own = ['--db', join(dir, 'killed.duckdb')];
    writeFileSync(log, '');
    let serial = 0;
    const write = (events: number): void => {
      // Two events at a time, their records mixed; a piece may end in the middle of a line.
      let text = '';
      for (let i = 0; i < events; i++) {
        const [a, b] = [++serial, ++serial].map(
          (n) => `msg=audit(${1_700_000_000 + (n >> 8)}.${100 + (n % 800)}:${n}): pid=${n}`,
        );
        text += `type=SYSCALL ${a} exe="/bin/a"\ntype=SYSCALL ${b}\ntype=CWD ${a} cwd="/"\ntype=PROCTITLE ${b}\ntype=PROCTITLE ${a}\n`;
      }
      const middle = Math.floor(text.length * random());
      appendFileSync(log, text.slice(0, middle));
      appendFileSync(log, text.slice(middle));
    };
    const random = seeded(41);
    for (let round = 0; round < 6; round++) {
      const follower = spawn(auspex, ['store', 'ingest', '--follow', ...own, log], {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const ended = ending(follower);
      // Some rounds are killed while it starts, the others some writes after it has caught up.
      if (round % 3 > 0) await Promise.race([new Promise((resolve) => follower.stderr!.once('data', resolve)), ended]);
      for (let i = Math.floor(random() * 8); i >= 0; i--) {
        write(1 + Math.floor(random() * 400));
        await sleep(random() * 120);
      }
      if (round === 3) {
        renameSync(log, `${log}.1`);
        write(50);
      }
      follower.kill('SIGKILL');
      await ended;
    }
    const follower = spawn(auspex, ['store', 'ingest', '--follow', ...own, log], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = ending(follower);
    await new Promise((resolve) => follower.stderr!.once('data', resolve));
    const held = run('sql', ...own, 'SELECT 1');
    expect(held).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(`process ${follower.pid} (`) });
    expect(held.stderr).toContain('store ingest --follow');
    expect(run('store', 'ingest', ...own, log).stderr).toContain(`process ${follower.pid} (`);
    write(3);
    follower.kill('SIGTERM');
    expect(await ended).toBe(0);
    run('store', 'ingest', ...own, log);
    const counted = countOf(`${log}.1`, log);
    expect(counted.events).toBe(serial);
    expect(json('sql', ...own, '--json', COUNTS)).toEqual([{ ...counted, ids: counted.events }]);
  });
});

const ending = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.on('exit', resolve));

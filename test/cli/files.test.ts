// Every verb that writes a file, as its user runs it: under umask 0, in a folder that is there, nothing comes out that
// others may read; and no link that another user planted, under a name that could be guessed, is written through.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const top = join(import.meta.dirname, '../..');
const sample = join(top, 'sample/audit.log');
const OTHER = 65534;
const root = process.getuid?.() === 0;
let folder: string;
let victim: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-written-'));
  victim = join(folder, 'victim');
  writeFileSync(victim, 'whole', { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a tool in `at` under umask 0; `before` is shell, where $$ is the tool's own process id. */
function run(at: string, tool: string, argv: readonly string[], { before = '', input = '' } = {}) {
  const script = `umask 0; ${before} exec "$@"`;
  const { status, stderr, stdout } = spawnSync('/bin/sh', ['-c', script, 'sh', join(top, 'bin', tool), ...argv], {
    cwd: at,
    encoding: 'utf8',
    input,
    env: { ...process.env, TZ: 'UTC', TMPDIR: at, AUSPEX_STORE: join(at, 'store.duckdb') },
  });
  return { status, said: stderr, stdout };
}

/** Every file and folder below, with its mode. */
function modes(at: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(at, { recursive: true, encoding: 'utf8' }))
    found[name] = (lstatSync(join(at, name)).mode & 0o777).toString(8);
  return found;
}

function plant(name: string): void {
  symlinkSync(victim, name);
  if (root) lchownSync(name, OTHER, OTHER);
}

const metrics = (at: string): string => {
  const file = join(at, 'metrics.conf');
  writeFileSync(file, `file = ${join(at, 'audit.prom')}\n`, { mode: 0o600 });
  return file;
};

const RECORD = "type=USER msg=audit(1795234667.115:1): pid=1 uid=0 msg='op=x res=success'\n";

describe.skipIf(!existsSync(join(top, 'dist/.built')))('what the tools write [need a build]', () => {
  it('is for nobody else, whatever the umask', () => {
    const at = join(folder, 'at');
    mkdirSync(at, 0o755);
    const went = [
      run(at, 'ausearch', ['-if', sample, '--checkpoint', 'checkpoint', '-m', 'LOGIN']),
      run(at, 'auspex', ['tree', '-i', sample, '--svg', 'tree.svg', '--html', 'tree.html']),
      run(at, 'auspex', ['store', 'ingest', sample]),
      run(at, 'auspex', ['store', 'ingest', '--db', 'new/deep/store.duckdb', sample]),
      run(at, 'auspex', ['export', '--csv', 'events.csv']),
      run(at, 'auspex', ['export', '--parquet', 'events.parquet']),
      run(at, 'auspex', ['export', '--arrow', 'events.arrow']),
      run(at, 'aulast', ['-f', sample, '--extract']),
      run(at, 'audisp-metrics', [metrics(at)], { input: RECORD }),
      run(at, 'auspex', ['link', 'bin']),
    ];
    expect(went.filter(({ status }) => status !== 0)).toEqual([]);
    const all = Object.entries(modes(at)).filter(([name]) => !name.startsWith('bin/'));
    expect(Object.fromEntries(all)).toEqual({
      'audit.prom': '644', // counts alone, for a collector
      'aulast.log': '600',
      bin: '755', // links, on a path of programs
      checkpoint: '600',
      'events.arrow': '600',
      'events.csv': '600',
      'events.parquet': '600',
      'metrics.conf': '600',
      new: '700',
      'new/deep': '700',
      'new/deep/store.duckdb': '600',
      'store.duckdb': '600',
      'tree.html': '600',
      'tree.svg': '600',
    });
  }, 120_000);

  it('is added where standard output is added to', () => {
    const at = join(folder, 'at');
    mkdirSync(at, 0o755);
    run(at, 'auspex', ['store', 'ingest', sample]);
    for (const format of ['csv', 'parquet', 'arrow']) {
      const whole = join(at, `whole.${format}`);
      const added = join(at, `added.${format}`);
      writeFileSync(added, 'before\n');
      const before = `exec >> ${added};`;
      expect(run(at, 'auspex', ['export', `--${format}`, '/dev/stdout'], { before }).status).toBe(0);
      expect(run(at, 'auspex', ['export', `--${format}`, whole]).status).toBe(0);
      const text = readFileSync(added, 'latin1');
      expect([format, text.slice(0, 7)]).toEqual([format, 'before\n']);
      expect(Math.abs(text.length - 7 - lstatSync(whole).size)).toBeLessThan(4096); // the order of rows is free
    }
    expect(readdirSync(at).filter((name) => name.startsWith('auspex-'))).toEqual([]);
  }, 60_000);

  it('spills to files of ours alone', () => {
    const at = join(folder, 'at');
    mkdirSync(at, 0o755);
    // What DuckDB makes while it works: its log of writes, and what memory does not hold.
    const script = `
      const { openDuck } = await import(process.argv[1]);
      const { readdirSync, lstatSync } = await import('node:fs');
      const { connection, close } = await openDuck('spill.duckdb', { memory: '48MB' });
      const seen = new Set();
      const look = () => { for (const name of readdirSync('.', { recursive: true })) try {
        seen.add(name.replace(/\\d+/g, 'N').replace(/^(.*\\.tmp\\/).*/, '$1…') + ' ' + (lstatSync(name).mode & 0o777).toString(8)); } catch {} };
      const timer = setInterval(look, 2);
      await connection.run('CREATE TABLE a AS SELECT range AS n, md5(range::VARCHAR) AS t FROM range(1500000)');
      await connection.run('INSERT INTO a VALUES (1, 2)');
      look();
      await connection.run('CREATE TABLE b AS SELECT * FROM a ORDER BY t').catch(() => {});
      clearInterval(timer);
      close();
      console.log(JSON.stringify([...seen].sort()));`;
    const { stdout, stderr } = spawnSync(
      '/bin/sh',
      [
        '-c',
        'umask 0; exec "$@"',
        'sh',
        process.execPath,
        '--input-type=module',
        '-e',
        script,
        join(top, 'dist/store/duckdb-open.js'),
      ],
      { cwd: at, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    const seen = JSON.parse(stdout) as string[];
    expect(seen.filter((one) => !/ (600|700)$/.test(one))).toEqual([]);
    expect(seen).toContain('spill.duckdb.tmp/… 600');
    expect(seen).toContain('spill.duckdb.wal 600');
  }, 120_000);

  it('of a store that was readable by all, is no more', () => {
    const at = join(folder, 'at');
    mkdirSync(at, 0o755);
    run(at, 'auspex', ['store', 'ingest', sample]);
    chmodSync(join(at, 'store.duckdb'), 0o644);
    expect(run(at, 'auspex', ['store', 'ingest', sample]).status).toBe(0);
    expect(modes(at)).toEqual({ 'store.duckdb': '600' });
  }, 60_000);
});

describe.skipIf(!root || !existsSync(join(top, 'dist/.built')))(
  'what the tools write into a folder of everybody [needs root, and a build]',
  () => {
    let shared: string;
    beforeEach(() => {
      shared = join(folder, 'shared');
      mkdirSync(shared);
      chmodSync(shared, 0o1777);
    });
    const victimIsWhole = (): void => {
      expect(readFileSync(victim, 'utf8')).toBe('whole');
      expect(readdirSync(folder).sort()).toEqual(['shared', 'victim']);
    };

    it('goes through no planted link, under whatever name that can be guessed', () => {
      const names = [
        'checkpoint',
        'tree.svg',
        'tree.html',
        'aulast.log',
        'audit.prom',
        'audit.prom.new',
        'tmp_events.csv',
      ];
      for (const name of [...names, 'events.csv', 'events.parquet', 'tmp_events.parquet', 'events.arrow'])
        plant(join(shared, name));
      const before = `ln -s ${victim} checkpoint.$$.tmp; ln -s ${victim} .checkpoint.$$.tmp; chown -h ${OTHER} .checkpoint.* checkpoint.*;`;
      rmSync(join(shared, 'checkpoint')); // it is read too, and refused: see the next test
      const own = join(folder, 'shared', 'own');
      mkdirSync(own, 0o700);
      const went = [
        run(shared, 'ausearch', ['-if', sample, '--checkpoint', 'checkpoint', '-m', 'LOGIN'], { before }),
        run(shared, 'auspex', ['tree', '-i', sample, '--svg', 'tree.svg', '--html', 'tree.html']),
        run(shared, 'aulast', ['-f', sample, '--extract']),
        run(shared, 'audisp-metrics', [metrics(shared)], { input: RECORD }),
        run(shared, 'auspex', ['store', 'ingest', '--db', 'own/store.duckdb', sample]),
        ...['csv', 'parquet', 'arrow'].map((format) =>
          run(shared, 'auspex', ['export', '--db', 'own/store.duckdb', `--${format}`, `events.${format}`]),
        ),
      ];
      expect(went.filter(({ status }) => status !== 0)).toEqual([]);
      victimIsWhole();
      for (const name of [
        'checkpoint',
        'tree.svg',
        'tree.html',
        'aulast.log',
        'audit.prom',
        'events.csv',
        'events.arrow',
      ]) {
        const { mode, uid } = lstatSync(join(shared, name));
        expect([name, uid, (mode & 0o777777).toString(8)]).toEqual([
          name,
          0,
          name === 'audit.prom' ? '100644' : '100600',
        ]);
      }
    }, 120_000);

    it('is no store, beside which others could put what DuckDB reads or writes; nor a checkpoint of theirs', () => {
      for (const name of ['store.duckdb', 'store.duckdb.wal', 'store.duckdb.tmp']) plant(join(shared, name));
      const store = run(shared, 'auspex', ['store', 'ingest', sample]);
      expect([store.status === 0, store.said]).toEqual([false, expect.stringContaining('others may put files in')]);
      writeFileSync(join(shared, 'theirs'), 'dev=0x1\ninode=1\noutput=- 9999999999.000:1 0x1\n');
      lchownSync(join(shared, 'theirs'), OTHER, OTHER);
      const search = run(shared, 'ausearch', ['-if', sample, '--checkpoint', 'theirs', '-m', 'LOGIN']);
      expect([search.status === 0, search.said]).toEqual([false, expect.stringContaining(`belongs to uid ${OTHER}`)]);
      // A checkpoint of ours that others lead to says what is passed over as well; and nobody waits for a FIFO of theirs.
      writeFileSync(victim, 'dev=0x1\ninode=1\noutput=- 9999999999.000:1 0x1\n');
      plant(join(shared, 'lead'));
      linkSync(victim, join(shared, 'second'));
      spawnSync('mkfifo', ['-m', '666', join(shared, 'fifo')]);
      for (const [name, why] of [
        ['lead', 'ELOOP'],
        ['second', 'EPERM: it has a second name'],
        ['fifo', 'EINVAL: it is not a regular file'],
      ] as const) {
        const { status, said } = run(shared, 'ausearch', ['-if', sample, '--checkpoint', name, '-m', 'LOGIN']);
        expect([name, status, said]).toEqual([name, 11, expect.stringContaining(why)]);
      }
      writeFileSync(victim, 'whole');
      victimIsWhole();
    }, 60_000);

    it('is nothing where others own the folder for what is only for now: neither made nor taken away', () => {
      const theirs = join(shared, 'tmp');
      mkdirSync(theirs);
      lchownSync(theirs, OTHER, OTHER);
      const script = `
        const fs = await import('node:fs');
        for (const name of ['mkdtempSync', 'rmSync']) fs.default[name] = () => { console.log(name); throw new Error(name); };
        (await import('node:module')).syncBuiltinESMExports();
        const { temporaryFolder } = await import(process.argv[1]);
        try { temporaryFolder(); } catch (error) { console.log(error.message); }`;
      const files = join(top, 'dist/host/files.js');
      for (const at of [theirs, join(theirs, 'deep')]) {
        mkdirSync(at, { recursive: true }); // a folder of ours in one of theirs is theirs to move
        const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, files], {
          encoding: 'utf8',
          env: { ...process.env, TMPDIR: at },
        });
        expect([stderr, stdout]).toEqual(['', expect.stringMatching(/^Cannot keep anything in [^\n]*\n$/)]);
      }
    });

    it('is no store below a folder of theirs, also by a relative path or a link to where nothing is yet', () => {
      const theirs = join(shared, 'theirs');
      mkdirSync(theirs);
      lchownSync(theirs, OTHER, OTHER);
      const ours = join(theirs, 'ours');
      mkdirSync(ours, 0o700);
      const home = join(folder, 'shared', 'home');
      mkdirSync(home, 0o700);
      symlinkSync(join(shared, 'not-yet.duckdb'), join(home, 'store.duckdb'));
      for (const at of [ours, home]) {
        const { status, said } = run(at, 'auspex', ['store', 'ingest', '--db', 'store.duckdb', sample]);
        expect([at, status, said]).toEqual([at, 1, expect.stringContaining('others may put files in')]);
      }
      expect([readdirSync(ours), readdirSync(home), existsSync(join(shared, 'not-yet.duckdb'))]).toEqual([
        [],
        ['store.duckdb'],
        false,
      ]);
    });

    it('goes through no link of a folder into which programs are linked', () => {
      const programs = join(folder, 'shared', 'programs');
      mkdirSync(join(shared, 'root'), 0o755);
      writeFileSync(join(shared, 'root', 'ausearch'), 'whole');
      symlinkSync(join(shared, 'root'), programs);
      lchownSync(programs, OTHER, OTHER);
      const { status, said } = run(shared, 'auspex', ['link', '--force', 'programs']);
      expect([status, said]).toEqual([1, expect.stringContaining('ELOOP')]);
      expect(readFileSync(join(shared, 'root', 'ausearch'), 'utf8')).toBe('whole');
    });
  },
);

// A good trail with records of times that no clock shows among its lines (1970, 1969's neighbours, the far future, fifteen
// digits, milliseconds of four), through every verb and format and every question of the API: nothing fails, every good
// event is there as it was, and the odd time is shown as what it is.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/auspex.ts';
import { readEvents } from '../../src/event/index.ts';
import { Glance, glanceText, plainWords } from '../../src/explain/index.ts';
import { interpretContext } from '../../src/interpret/index.ts';
import { duckStore } from '../../src/store/index.ts';
import { accounts, eventsOf, SAMPLE, type TestConsole, testConsole } from '../../src/web/app.fixture.ts';
import type { EventPage } from '../../src/web/contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-odd-times-'));
const root = join(import.meta.dirname, '../..');
const unbuilt = existsSync(join(root, 'dist/.built')) ? '' : ' [needs a build]';
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As they stand between the brackets, and whether they are a record's time at all. */
const STAMPS = [
  '0.000',
  '1.999',
  '86399.000',
  '978307200.000',
  '32472144000.001',
  '99999999999.000',
  '253402300799.999',
  '253402300800.000',
  '8640000000000.000',
  '8640000000001.000',
  '67768036191676799.000',
  '999999999999999.000',
  '99999999999999999999.000',
  '-5.000',
  '1795234668.1000',
];

const TASK =
  'ppid=1 pid=4242 auid=1001 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=24 comm="odd" exe="/usr/bin/odd" key="odd"';
const call = (syscall: number): string =>
  `arch=c000003e syscall=${syscall} success=yes exit=0 a0=1082 a1=9 a2=0 a3=0 items=1 ${TASK}`;
/** Events with every kind of answer in them. */
const KINDS: readonly ((at: string) => string)[] = [
  (at) =>
    `type=SYSCALL msg=audit(${at}): ${call(62)}\ntype=OBJ_PID msg=audit(${at}): opid=4226 oauid=1001 ouid=0 oses=24 ocomm="odd"`,
  (at) => `type=SYSCALL msg=audit(${at}): ${call(59)}\ntype=EXECVE msg=audit(${at}): argc=1 a0="odd"`,
  (at) =>
    `type=SYSCALL msg=audit(${at}): ${call(257)}\ntype=CWD msg=audit(${at}): cwd="/"\ntype=PATH msg=audit(${at}): item=0 name="/etc/shadow" inode=7 dev=08:01 mode=0100640 ouid=0 ogid=42 rdev=00:00 nametype=NORMAL`,
  (at) => `type=SYSCALL msg=audit(${at}): ${call(231)}`,
  (at) =>
    `type=ANOM_ABEND msg=audit(${at}): auid=1001 uid=0 gid=0 ses=24 pid=4242 comm="odd" exe="/usr/bin/odd" sig=11 res=1`,
  (at) =>
    `type=USER_LOGIN msg=audit(${at}): pid=77 uid=0 auid=1001 ses=24 msg='op=login id=1001 exe="/usr/sbin/sshd" hostname=? addr=192.0.2.1 terminal=ssh res=success'`,
  (at) =>
    `type=USER_LOGIN msg=audit(${at}): pid=77 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct="eve" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.1 terminal=ssh res=failed'`,
  (at) =>
    `type=LOGIN msg=audit(${at}): pid=77 uid=0 old-auid=4294967295 auid=1001 tty=(none) old-ses=4294967295 ses=24 res=1`,
  (at) =>
    `type=USER_END msg=audit(${at}): pid=77 uid=0 auid=1001 ses=24 msg='op=PAM:session_close acct="alice" exe="/usr/sbin/sshd" hostname=? addr=? terminal=ssh res=success'`,
];

const good = readFileSync(SAMPLE, 'latin1').split('\n').slice(0, 260);
const idsOf = (lines: readonly string[]): string[] =>
  readEvents([Buffer.from(`${lines.join('\n')}\n`, 'latin1')]).map(
    ({ sec, ms, serial, records }) => `${sec}.${String(ms).padStart(3, '0')}:${serial} ${records.length}`,
  );
const goodIds = idsOf(good);

/** Where odd events stand in the good trail. */
const oddities = fc.array(
  fc.record({
    at: fc.nat(good.length),
    stamp: fc.constantFrom(...STAMPS),
    kind: fc.nat(KINDS.length - 1),
  }),
  { minLength: 1, maxLength: 4 },
);

type Oddity = { readonly at: number; readonly stamp: string; readonly kind: number };

/** No two in one place: it takes two events in a row to move a trail's time. */
function trailWith(some: readonly Oddity[]): string {
  const lines: string[] = [];
  const byPlace = new Map(
    some.map((one, i) => [one.at, { ...one, serial: [0, 7, 4_294_967_296, 999_999_999][i % 4]! }]),
  );
  for (let at = 0; at <= good.length; at++) {
    const odd = byPlace.get(at);
    if (odd) lines.push(KINDS[odd.kind]!(`${odd.stamp}:${odd.serial}`));
    if (at < good.length) lines.push(good[at]!);
  }
  return `${lines.join('\n')}\n`;
}

const everyOne: readonly Oddity[] = STAMPS.map((stamp, i) => ({ at: 13 * i + 5, stamp, kind: i % KINDS.length }));
const NONSENSE = /Invalid|NaN|undefined|Infinity/;

interface Said {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

const bin = (tool: string, argv: readonly string[]): Said => {
  const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
  const { status, stdout, stderr } = spawnSync(join(root, 'bin', tool), argv, { env, maxBuffer: 1 << 28 });
  return { status, out: stdout.toString('latin1'), err: stderr.toString('latin1') };
};

/** A verb here; a search, which writes to its descriptors, as a program. */
async function say(...argv: string[]): Promise<Said> {
  if (argv[0] === 'search') return bin('auspex', argv);
  let [out, err] = ['', ''];
  const status = await run(argv, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { status, out, err };
}

const VERBS: readonly (readonly string[])[] = [
  ...['text', 'csv', 'raw', 'ecs', 'ocsf', 'json'].map((format) => ['search', '--format', format]),
  ['search'],
  ['search', '--since', '99999999999999'],
  ['search', '--until', '@999999999999998.5'],
  ['report', '--by', 'hour'],
  ['report', '--by', 'day', '--csv'],
  ['report', '--by', 'hour', '--json'],
  ['report', 'login', '--rows'],
  ['report', '--compare-to', '10y', '--since', '1y'],
  ['report'],
  ...['summary', 'sessions', 'tree', 'who-killed'].flatMap((verb) => [[verb], [verb, '--json']]),
  ['sessions', '--all'],
  ['tree', '--svg', join(folder, 'tree.svg')],
  ['tree', '--html', join(folder, 'tree.html')],
  ['who-killed', '4226'],
  ['who-killed', 'odd'],
  ['who-touched', '/etc/shadow'],
  ['who-touched', '/etc/shadow', '--json'],
];

const withInput = (argv: readonly string[], file: string): string[] =>
  argv[0] === 'search' ? [...argv, file] : [...argv, '--input', file];

describe.skipIf(unbuilt !== '')(`every verb${unbuilt}`, () => {
  const file = join(folder, 'every.log');
  writeFileSync(file, trailWith(everyOne), 'latin1');

  it.each(VERBS.map((argv) => [argv.join(' '), argv] as const))('%s', async (_, argv) => {
    const { status, out, err } = await say(...withInput(argv, file));
    expect([0, 1], err).toContain(status);
    expect(
      err
        .split('\n')
        .filter((text) => !/malformed|no record|not read|not be read|passed over/i.test(text))
        .join(''),
    ).toBe('');
    expect(out).not.toMatch(NONSENSE);
  });

  it('shows the seconds as they stand in the record', async () => {
    for (const argv of [['search'], ['search', '--format', 'json'], ['search', '--format', 'csv']])
      expect((await say(...argv, file)).out).toContain('@999999999999999.000');
    expect((await say('search', '--format', 'ocsf', file)).out).toContain('"time":999999999999999000,');
    const sessions = await say('sessions', '--json', '--all', '--input', file);
    expect(sessions.out).toContain('@');
  });

  it('search: every good event, whole, wherever the odd ones stand', async () => {
    const one = join(folder, 'some.log');
    await fc.assert(
      fc.asyncProperty(oddities, async (some) => {
        const text = trailWith(some);
        writeFileSync(one, text, 'latin1');
        const { status, out } = await say('search', '--format', 'json', one);
        expect(status).toBe(0);
        const found = new Set(
          out
            .trimEnd()
            .split('\n')
            .filter((line) => !line.startsWith('{"unread":'))
            .map((line) => JSON.parse(line) as { id: string; records: readonly unknown[] })
            .map(({ id, records }) => `${id} ${records.length}`),
        );
        expect(goodIds.filter((id) => !found.has(id))).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['ausearch', '--format', 'interpret'],
    ['ausearch', '--format', 'text'],
    ['ausearch', '--format', 'csv', '--extra-time'],
    ['ausearch', '--format', 'default'],
    ['ausearch', '--format', 'raw'],
    ['ausearch', '-i', '-ts', 'recent'],
    ['aureport'],
    ['aureport', '--login', '-i'],
    ['aureport', '-t'],
    ['aureport', '-e'],
    ['aulast', '--proof'],
    ['aulastlog'],
  ])('%s %s %s %s', (tool, ...argv) => {
    const input = tool === 'aulast' ? '-f' : '-if';
    const { status, out } = bin(tool!, tool === 'aulastlog' ? argv : [...argv, input, file]);
    expect([0, 1]).toContain(status);
    expect(out).not.toMatch(NONSENSE);
    if (argv.includes('text')) expect(out).toContain(' 01:46:39 07/05/08 '); // 31690708, as localtime(3) and %y have it
  });

  it('the overview', () => {
    const glance = new Glance(interpretContext({ accounts, escape: 'raw' }));
    for (const event of readEvents([readFileSync(file)])) glance.push(event);
    const text = glanceText(glance, { title: '', source: '', next: [['x', 'y']] }, plainWords);
    expect(text).toContain('@999999999999999');
    expect(text).not.toMatch(NONSENSE);
  });

  it('store, sql and export', async () => {
    const db = join(folder, 'odd.duckdb');
    expect((await say('store', 'ingest', '--db', db, file)).status).toBe(0);
    const times = await say('sql', '--db', db, '--json', 'SELECT sec, time FROM events ORDER BY sec DESC LIMIT 1');
    expect(JSON.parse(times.out)).toMatchObject({ sec: '999999999999999', time: null });
    for (const format of ['parquet', 'csv', 'arrow']) {
      const { status, err } = await say('export', '--db', db, `--${format}`, join(folder, `odd.${format}`));
      expect(status, err).toBe(0);
    }
  });
});

const ROUTES = [
  '/api/health',
  '/api/events',
  '/api/events?limit=1000',
  '/api/events?after=0&limit=1000',
  '/api/events?q=pid%20%3D%3D%204242',
  '/api/events?q=pid%20%3D%3D%201&limit=5',
  '/api/events/count',
  '/api/events/count?q=pid%20%3D%3D%204242',
  '/api/facets?columns=exe,auid,type',
  '/api/histogram',
  '/api/histogram?by=kind&q=pid%20%3D%3D%204242',
  '/api/overview',
  '/api/tree',
  '/api/sessions',
  '/api/sessions/24',
  '/api/answers/who-killed?all=true',
  '/api/answers/who-touched?path=/etc/shadow&all=true',
  '/api/answers/summary',
  '/api/reports/overview?by=hour',
  '/api/reports/login?rows=true',
  '/api/report.html',
];
const SINCE = ['', '0', '99999999999999', '999999999999999', '-1', '99999y', '@253402300800.000'];
const BAD = ['1e309', 'NaN', 'Infinity', '-Infinity', '9999999999999999999999', `${'9'.repeat(60)}y`, ''];

describe('every question of the API', () => {
  const events = eventsOf(Buffer.from(trailWith(everyOne), 'latin1'));
  const ask = async (work: (page: TestConsole) => Promise<void>): Promise<void> => {
    const page = await testConsole(events, { console: { store: await duckStore(':memory:') } });
    await work(page);
    expect(page.logged).toEqual([]);
    await page.console.store.close();
  };

  it('is answered', () =>
    ask(async (page) => {
      for (const at of ROUTES) {
        const reply = await page.ask(at);
        const text = await reply.text();
        if (at !== '/api/sessions/24') expect(reply.status, `${at} ${text}`).toBe(200);
        expect(reply.status).toBeLessThan(500);
        expect(text, at).not.toMatch(/Invalid Date|NaN/);
      }
    }));

  it('is answered for any range of time, or says what is wrong with it', () =>
    ask(async (page) => {
      for (const at of ROUTES)
        for (const [name, given] of [...SINCE, ...BAD].flatMap((t) => [['since', t] as const, ['until', t] as const])) {
          const href = `${at}${at.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(given)}`;
          const { status } = await page.ask(href);
          expect([200, 400, 404], href).toContain(status);
        }
    }));

  it('has every good event, page after page in the order of time', () =>
    ask(async (page) => {
      const ids: string[] = [];
      for (let before = ''; ; ) {
        const reply = await page.json<EventPage>(`/api/events?limit=50${before}`);
        ids.push(...reply.events.map(({ id }) => id));
        if (!reply.more) break;
        before = `&before=${reply.events.at(-1)!.seq}`;
      }
      expect(ids).toHaveLength(events.length);
      expect(goodIds.map((id) => id.split(' ')[0]!).filter((id) => !ids.includes(id))).toEqual([]);
    }));
});

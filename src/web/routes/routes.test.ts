// The routes on a trail, in both stores, held against counts made from the log's lines by themselves.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpretingContext } from '../../query/readings.ts';
import { duckStore, memoryStore, type Store } from '../../store/index.ts';
import { accounts, eventsOf, SAMPLE, type TestConsole, testConsole } from '../app.fixture.ts';
import type {
  CompletionReply,
  EventCount,
  EventDetail,
  EventPage,
  FacetReply,
  Health,
  Histogram,
  KillAnswer,
  Overview,
  ReportList,
  ReportReply,
  SessionsReply,
  SummaryAnswer,
  TouchAnswer,
  TreeReply,
} from '../contract.ts';

const lines = readFileSync(SAMPLE, 'latin1').trimEnd().split('\n');
const idOf = (line: string): string => /msg=audit\(([^)]+)\)/.exec(line)![1]!;
/** Ids of events with a line that holds `part`. */
const idsWith = (part: string | RegExp): Set<string> =>
  new Set(lines.filter((l) => (typeof part === 'string' ? l.includes(part) : part.test(l))).map(idOf));
const all = idsWith('');

const folder = mkdtempSync(join(tmpdir(), 'auspex-web-'));
afterAll(() => rmSync(folder, { recursive: true }));
const context = interpretingContext(accounts);
const makers: readonly (readonly [string, () => Promise<Store>])[] = [
  ['memory', async () => memoryStore(context)],
  ['DuckDB', () => duckStore(join(folder, 'store.duckdb'), { context })],
];

describe.each(makers)('routes on %s', (_name, make) => {
  let page: TestConsole;
  let store: Store;
  beforeAll(async () => {
    store = await make();
    page = await testConsole(eventsOf(SAMPLE), { console: { store } });
  });
  afterAll(() => store.close());
  const get = <T>(path: string): Promise<T> => page.json<T>(`/api/${path}`);
  const countOf = async (query: string): Promise<number> => (await get<EventCount>(`events/count?${query}`)).count;

  it('names users in counts as the trail does, though this machine does not know them', async () => {
    // bob is in the enriched lines of the sample alone: the accounts of this test have root and alice.
    const bob = idsWith(/ auid=1002 .*\x1d.*\bAUID="bob"/).size;
    expect(bob).toBeGreaterThan(0);
    const { facets } = await get<FacetReply>('facets?columns=auid');
    expect(facets[0]!.values.find(({ value }) => value === '1002')).toMatchObject({ label: 'bob' });
    expect((await get<Overview>('overview')).users.map(({ name }) => name)).toContain('bob');
  });

  it('pages through every event once, newest first, and forwards', async () => {
    const back: string[] = [];
    for (let before = ''; ; ) {
      const page = await get<EventPage>(`events?limit=100${before}`);
      back.push(...page.events.map((e) => e.id));
      if (!page.more) break;
      before = `&before=${page.events.at(-1)!.seq}`;
    }
    expect(back.length).toBe(all.size);
    expect(new Set(back)).toEqual(all);
    const times = back.map((id) => Number(id.split(':')[0]));
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const forward: number[] = [];
    for (let after = 0; ; after = forward.at(-1)!) {
      const page = await get<EventPage>(`events?limit=64&after=${after}`);
      forward.push(...page.events.map((e) => e.seq));
      if (!page.more) break;
    }
    expect(forward).toEqual(Array.from(all, (_, i) => i + 1));
  });

  it('counts what the lines hold', async () => {
    expect(await countOf('')).toBe(all.size);
    expect(await countOf('key=proc')).toBe(idsWith(/^type=SYSCALL.* key="proc"/).size);
    const auids = idsWith(/^type=SYSCALL.* auid=1002 /).size;
    expect(await countOf(`q=${encodeURIComponent('auid == 1002 && \\record_type == SYSCALL')}`)).toBe(auids);
    expect(await countOf('exe=/usr/bin/sudo&exe=/usr/sbin/cron')).toBe(
      (await countOf('exe=/usr/bin/sudo')) + (await countOf('exe=/usr/sbin/cron')),
    );
    expect(await countOf('pid=')).toBe(all.size - (await countOf('q=pid%20>=%200%20%26%26%20pid%20!==%204294967295')));
    const middle = Number(idOf(lines[lines.length >> 1]!).split(':')[0]);
    const before = [...all].filter((id) => Number(id.split(':')[0]) < middle).length;
    const within = [...all].filter((id) => Number(id.split(':')[0]) <= middle).length;
    expect(await countOf(`until=${middle.toFixed(3)}`)).toBe(within);
    expect(await countOf(`since=${middle.toFixed(3)}`)).toBe(all.size - before);
    const second = Math.floor(middle);
    const whole = [...all].filter((id) => Number(id.split('.')[0]) <= second).length;
    expect(await countOf(`until=${second}`)).toBe(whole);
  });

  it('shows one event whole: its lines are the log’s', async () => {
    const { events } = await get<EventPage>('events?limit=5&key=signals');
    for (const { seq, id } of events) {
      const detail = await get<EventDetail>(`events/${seq}`);
      expect(detail.lines).toEqual(lines.filter((line) => idOf(line) === id));
      expect(detail.bytes.map((b) => Buffer.from(b, 'base64').toString('latin1'))).toEqual(detail.lines);
      expect(detail.event.id).toBe(id);
      for (const { q, count, label, narrowing } of detail.related) {
        expect([label, await countOf(String(new URLSearchParams(narrowing)))]).toEqual([label, count]);
        expect(await countOf(`q=${encodeURIComponent(q)}`), q).toBeGreaterThanOrEqual(count);
      }
    }
    expect((await page.ask('/api/events/999999')).status).toBe(404);
  });

  it('sums facets and charts to the whole', async () => {
    const { total, facets } = await get<FacetReply>('facets?columns=exe,auid,outcome,pid&limit=1000');
    expect(total).toBe(all.size);
    for (const { column, values } of facets) {
      expect(values.reduce((sum, v) => sum + v.count, 0)).toBe(total);
      for (const { value, count } of values.slice(0, 3))
        expect(await countOf(`${column}=${encodeURIComponent(value)}`)).toBe(count);
    }
    expect(facets[1]!.values.find((v) => v.value === '1001')?.label).toBe('alice');
    for (const query of [
      'buckets=1',
      'buckets=7&by=kind',
      'buckets=1000',
      'by=auid',
      'since=0&until=9e9'.replace('9e9', '9000000000'),
    ]) {
      const { series, seconds, fromSeconds, toSeconds } = await get<Histogram>(`histogram?${query}`);
      expect(series.flatMap((s) => s.counts).reduce((a, b) => a + b, 0)).toBe(all.size);
      for (const { counts } of series) expect(counts.length).toBe((toSeconds - fromSeconds) / seconds);
      expect(series.length).toBeLessThanOrEqual(9);
      const most = Number(/buckets=(\d+)/.exec(query)?.[1] ?? 60);
      expect(series[0]!.counts.length).toBeLessThanOrEqual(most);
    }
    expect(await get<Histogram>('histogram?key=none')).toEqual({
      seconds: 1,
      fromSeconds: 0,
      toSeconds: 0,
      series: [],
    });
  });

  it('gives the front page and health', async () => {
    const front = await get<Overview>('overview');
    expect(front.events).toBe(all.size);
    expect(front.logins.succeeded + front.logins.failed).toBe(idsWith('type=USER_LOGIN ').size);
    expect(front.failures.count).toBe(await countOf('outcome=failed'));
    for (const list of [front.users, front.keys, front.executables, front.failures.top])
      for (const { q, count, name, narrowing } of list) {
        expect([name, await countOf(String(new URLSearchParams(narrowing)))]).toEqual([name, count]);
        expect(await countOf(`q=${encodeURIComponent(q)}`), q).toBeGreaterThanOrEqual(count);
      }
    const half = [...all].map((id) => Number(id.split(':')[0])).sort((a, b) => a - b)[all.size >> 1]!;
    const later = await get<Overview>(`overview?since=${half}`);
    for (const { exe } of later.newExecutables) {
      const first = Math.min(
        ...lines.filter((l) => l.includes(`exe="${exe}"`)).map((l) => Number(idOf(l).split(':')[0])),
      );
      expect([exe, first >= half]).toEqual([exe, true]);
    }
    expect((await get<Health>('health')).store.events).toBe(all.size);
  });

  it('answers who killed, who touched, what was done', async () => {
    const { stories } = await get<KillAnswer>('answers/who-killed?name=findpid');
    expect(stories.length).toBeGreaterThan(0);
    expect(stories[0]!.text).toContain('was killed by roxen');
    const times = (await get<KillAnswer>('answers/who-killed?all=true')).stories.map((s) => String(s.data.first));
    expect(times).toEqual([...times].sort().reverse());
    expect((await get<KillAnswer>('answers/who-killed?pid=1')).hint).toContain('-S kill');
    const { files } = await get<TouchAnswer>('answers/who-touched?path=/etc/shadow');
    expect(files.length).toBeGreaterThan(0);
    for (const { touches } of files)
      for (const touch of touches) expect(lines.some((l) => l.includes(`:${touch.serial})`))).toBe(true);
    expect((await get<TouchAnswer>('answers/who-touched?path=/nothing/here')).hint).toContain('-F path=/nothing/here');
    const { data, text } = await get<SummaryAnswer>('answers/summary?auid=1001');
    expect(data.subject).toBe('login uid 1001 (alice)');
    expect(text).toContain('login uid 1001 (alice)');
    const none = await get<KillAnswer>('answers/who-killed?until=1');
    expect(none.stories).toEqual([]);
  });

  it('draws trees within the limit, and lists logins newest first', async () => {
    const count = (nodes: TreeReply['trees']): number => nodes.reduce((sum, n) => sum + 1 + count(n.children), 0);
    const whole = await get<TreeReply>('tree');
    expect(whole.omitted).toBe(0);
    const cut = await get<TreeReply>('tree?limit=10');
    expect([count(cut.trees), cut.omitted]).toEqual([10, count(whole.trees) - 10]);
    const { sessions, failures } = await get<SessionsReply>('sessions');
    const ends = sessions.map((s) => String(s.lastSeen));
    expect(sessions.length).toBeGreaterThan(3);
    expect(ends[0]! >= ends.at(-1)!).toBe(true);
    expect(failures.length).toBeGreaterThan(0);
    const mine = await get<SessionsReply>('sessions?auid=1002');
    expect(mine.sessions.length).toBeGreaterThan(0);
    for (const session of mine.sessions) expect(session.auid).toBe(1002);
  });

  it('gives reports as tables and as files', async () => {
    const { reports } = await get<ReportList>('reports');
    expect(reports.map((r) => r.name)).toContain('executable');
    for (const { name } of reports) {
      const { columns, rows } = await get<ReportReply>(`reports/${name}`);
      for (const row of rows) expect([name, row.length]).toEqual([name, columns.length]);
    }
    const keys = await get<ReportReply>('reports/key');
    expect(keys.rows.find(([key]) => key === 'identity')?.[1]).toBe(idsWith('key="identity"').size);
    const some = await get<ReportReply>('reports/executable?top=2');
    const every = await get<ReportReply>('reports/executable');
    expect([some.rows, some.omitted]).toEqual([every.rows.slice(0, 2), every.rows.length - 2]);
    const hours = await get<ReportReply>('reports/overview?by=hour');
    expect(hours.rows.reduce((sum, row) => sum + Number(row[1]), 0)).toBe(all.size);
    const reply = await page.ask('/api/report.html');
    const html = await reply.text();
    expect(reply.headers.get('content-disposition')).toContain('attachment');
    expect(reply.headers.get('content-security-policy')).toContain('sandbox');
    expect(html).not.toMatch(/<script|javascript:|https?:|\bon\w+=|@import|url\(/i);
    expect(html).toContain('<svg');
    for (const user of ['alice', 'root']) expect(html).toContain(user);
    expect((await page.ask('/api/reports/login.html?rows=true')).headers.get('content-type')).toMatch('text/html');
    for (const path of ['reports/x', 'reports/-l', 'reports/key.htm'])
      expect((await page.ask(`/api/${path}`)).status).toBe(404);
  });

  it('completes fields, operators and values, and points at the fault', async () => {
    const at = async (q: string, place?: number) =>
      get<CompletionReply>(`complete?q=${encodeURIComponent(q)}${place === undefined ? '' : `&at=${place}`}`);
    const texts = async (q: string, place?: number) => (await at(q, place)).items.map((item) => item.text);
    expect((await texts('')).slice(0, 2)).toEqual(['exe', 'comm']);
    expect(await texts('ex')).toEqual(expect.arrayContaining(['exe', 'exit']));
    expect(await texts('exe ')).toEqual(['i=', 'i!=', 'r=', 'r!=']);
    expect(await texts('auid ')).toContain('==');
    expect(await texts('exe i= "/usr/bin/su')).toEqual(expect.arrayContaining(['"/usr/bin/sudo"']));
    expect(await texts('\\rec')).toContain('record_type');
    expect(await texts('\\record_type == USER_LO')).toEqual(expect.arrayContaining(['USER_LOGIN', 'USER_LOGOUT']));
    expect(await texts('(comm i= sh ')).toEqual(['&&', '||', ')']);
    expect(await at('exe i= x && com', 4)).toMatchObject({ from: 4, to: 6 });
    expect(await at('auid i= al')).toMatchObject({ from: 8, to: 10, items: [{ text: 'alice' }] });
    expect((await at('é == 1 && comm')).fault).toMatchObject({ column: 0 });
    expect((await at('comm i= "x')).fault!.column).toBe(8);
    expect((await at('comm i= x')).fault).toBeUndefined();
  });
});

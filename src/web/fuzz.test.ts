// Every route, asked with anything its document allows and much that it does not: never a fault of ours (5xx), always an
// ApiFault that says why, and never text of the trail as markup.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventsOf, SAMPLE, type TestConsole, testConsole } from './app.fixture.ts';
import type { ApiFault, EventDetail, EventPage, FacetReply } from './contract.ts';

interface Schema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const HOSTILE = [
  '',
  '0',
  '-1',
  '1e99',
  '99999999999999999999',
  'true',
  '\0',
  '\\xff',
  "'; DROP TABLE event; --",
  '<script>alert(1)</script>',
  '\u202e\u2066',
  '../../etc/passwd',
  '%00',
  'é'.repeat(40),
  '(((((((((',
  'comm i= "',
  '\\regexp /(a+)+$/',
  '__proto__',
  'constructor',
  '2026-13-45',
  'yesterday',
];
/** What a parameter may be asked with, by its schema. */
function textOf(schema: Schema): fc.Arbitrary<string> {
  const fitting: fc.Arbitrary<string>[] = [];
  if (schema.enum) fitting.push(fc.constantFrom(...schema.enum));
  if (schema.type === 'integer')
    fitting.push(fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 1e6, 2000) }).map(String));
  if (schema.type === 'boolean') fitting.push(fc.constantFrom('true', 'false'));
  const good = fitting.map((arbitrary) => ({ arbitrary, weight: 6 }));
  return fc.oneof(...good, fc.constantFrom(...HOSTILE), fc.string(), fc.string({ unit: 'binary' }));
}
const USEFUL: Readonly<Record<string, fc.Arbitrary<string>>> = {
  q: fc.constantFrom(
    'auid == 1001',
    'comm i= sh',
    'exe r= "/bin/sh" || !(success r= no)',
    '\\record_type == PATH',
    'uid i= alice',
  ),
  columns: fc.constantFrom('exe', 'exe,auid,key', 'node,type,kind,action,outcome,syscall,comm,exe,tty,key,object'),
  since: fc.constantFrom('0', '1h', '1795234666.5'),
  until: fc.constantFrom('now', '1795234670'),
};

/** What each required parameter may be, so that its route answers. */
const PLAIN: Readonly<Record<string, string>> = {
  seq: '7',
  name: 'login',
  columns: 'exe,key',
  path: '/etc/shadow',
  q: 'auid == 1001',
};

const events = eventsOf(SAMPLE).slice(0, 120);
let page: TestConsole;
let operations: readonly (readonly [string, string, Operation])[];
beforeAll(async () => {
  page = await testConsole(events);
  const { paths } = await page.json<Document>('/api/openapi.json');
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [path, method, operation] as const),
  );
});

/** A request to an operation. */
function requestOf([path, method, operation]: readonly [string, string, Operation]): fc.Arbitrary<{
  path: string;
  init: RequestInit;
}> {
  const parameters = operation.parameters ?? [];
  const given = fc.tuple(
    ...parameters.map((one) => {
      const text = USEFUL[one.name] ? fc.oneof(USEFUL[one.name]!, textOf(one.schema)) : textOf(one.schema);
      const pair = text.map((value) => [one, value] as const);
      const left = { arbitrary: fc.constant(undefined), weight: 2 * parameters.length };
      return one.required ? pair : fc.oneof(left, { arbitrary: pair, weight: 3 });
    }),
  );
  const more = fc.option(fc.tuple(fc.constantFrom('x', '__proto__', 'q'), fc.string()), { freq: 12 });
  const schema = operation.requestBody?.content['application/json'].schema;
  const body = schema
    ? fc.oneof(
        fc.record(
          Object.fromEntries(Object.keys(schema.properties ?? {}).map((name) => [name, fc.oneof(fc.string(), RULES)])),
        ),
        fc.jsonValue(),
      )
    : fc.constant(undefined);
  return fc.tuple(given, more, body).map(([pairs, extra, data]) => {
    let at = path;
    const query = new URLSearchParams();
    for (const pair of pairs)
      if (pair?.[0].in === 'path') at = at.replace(`{${pair[0].name}}`, encodeURIComponent(pair[1]) || '%20');
      else if (pair) query.append(pair[0].name, pair[1]);
    if (extra) query.append(...extra);
    const init =
      method === 'post'
        ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(data ?? {}) }
        : {};
    return { path: `${at}?${query}`, init };
  });
}
const RULES = fc.constantFrom(
  '-a always,exit -S kill -k x',
  '-w /etc/passwd -p wa',
  '-e 2\n-D',
  '-a never',
  '\0',
  '-a always,exit -F path=/\xff',
);

describe('every route of the document', () => {
  it('answers with what it requires and no more', async () => {
    for (const [path, method, { parameters = [] }] of operations) {
      if (method !== 'get') continue;
      const query = new URLSearchParams();
      let at = path;
      for (const { name, in: where, required } of parameters)
        if (where === 'path') at = at.replace(`{${name}}`, PLAIN[name]!);
        else if (required) query.set(name, PLAIN[name]!);
      const reply = await page.ask(`${at}?${query}`);
      expect([at, reply.status]).toEqual([at, 200]);
      await reply.body?.cancel();
    }
  });

  it('answers, or says what is wrong, whatever it is asked with', async () => {
    for (const operation of operations) {
      const [path, method] = operation;
      if (path === '/api/live' || path === '/api/logout' || path === '/api/login') continue;
      await fc.assert(
        fc.asyncProperty(requestOf(operation), async ({ path: href, init }) => {
          const reply = await page.ask(href, init);
          const label = `${method} ${href} ${String(init.body ?? '')}: ${reply.status}`;
          const text = await reply.text();
          if (reply.status >= 400) {
            const { error } = JSON.parse(text) as ApiFault;
            expect(error.code, label).not.toBe('internal');
            expect(error.message, label).toMatch(/^Cannot /);
          } else expect(reply.status, label).toBe(200);
          expect(reply.status, label).toBeLessThan(reply.headers.has('retry-after') ? 504 : 500);
        }),
        { numRuns: 25 },
      );
    }
    expect(page.logged).toEqual([]);
  }, 120_000);
});

describe('hostile text of the trail', () => {
  const bytes = [
    '<img src=x onerror=alert(1)>',
    '</script><script>',
    '\x1b[31m',
    '\xe2\x80\xae',
    '\xff\xfe',
    '\\xff',
    "';--",
    '"',
  ];
  const hostile = bytes.flatMap((text, i) => {
    const hex = Buffer.from(text, 'latin1').toString('hex').toUpperCase();
    return eventsOf(
      Buffer.from(
        `type=USER_LOGIN msg=audit(1700000000.123:${i}): pid=1 uid=0 auid=0 ses=1 msg='op=login acct=${hex} exe=${hex} hostname=? addr=? terminal=x res=failed'\n`,
      ),
    );
  });

  it('is text in JSON, exact in bytes, and found again by its facet', async () => {
    const console = await testConsole(hostile);
    const { facets } = await console.json<FacetReply>('/api/facets?columns=exe&limit=100');
    expect(facets[0]!.values.length).toBe(bytes.length);
    for (const { value, count } of facets[0]!.values) {
      const { events: found } = await console.json<EventPage>(`/api/events?${new URLSearchParams({ exe: value })}`);
      expect(found.length).toBe(count);
      for (const { seq } of found) {
        const detail = await console.json<EventDetail>(`/api/events/${seq}`);
        expect(Buffer.from(detail.bytes[0]!, 'base64').toString('latin1')).toMatch(/^type=USER_LOGIN/);
      }
    }
  });

  it('of a megabyte is cut in a row and whole in the event', async () => {
    const exe = 'a'.repeat(1 << 20);
    const line = `type=USER_CMD msg=audit(1700000000.000:1): pid=1 uid=0 auid=0 ses=1 msg='cmd="x" exe="${exe}" res=success'`;
    const console = await testConsole(eventsOf(Buffer.from(`${line}\n`)));
    const { events: found } = await console.json<EventPage>('/api/events');
    expect(found[0]!.exe.length).toBe(2001);
    expect((await console.json<EventDetail>('/api/events/1')).lines).toEqual([line]);
  });

  it('is text in the auditor’s file', async () => {
    const console = await testConsole(hostile);
    const html = await (await console.ask('/api/report.html')).text();
    expect(html).not.toMatch(/<img|<script|\x1b|\u202e/);
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  });
});

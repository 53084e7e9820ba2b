// Replies of every route against the OpenAPI document that describes them, with a validator that knows nothing of our
// shapes but what the document says.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readRules } from '../rule/index.ts';
import { accounts, eventsOf, json, request, SAMPLE, type TestConsole, testConsole } from './app.fixture.ts';
import type { EventPage, RulePlanReply } from './contract.ts';
import { fakeKernel } from './routes/kernel.fixture.ts';

interface Media {
  readonly schema: { readonly $ref?: string; readonly contentSchema?: { readonly oneOf: readonly Titled[] } };
}
interface Titled {
  readonly title: string;
  readonly $ref: string;
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, Media>> }>>;
}
interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, object>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

type Defs = Extract<Parameters<typeof z.fromJSONSchema>[0], object> & Record<string, never>;

/** Zod looks for what a schema refers to under `$defs`. */
const moved = (part: object): Defs => JSON.parse(JSON.stringify(part).replaceAll('#/components/schemas/', '#/$defs/'));

const FILE = '/etc/audit/rules.d/x.rules';
const RULES = '-b 320\n-a always,exit -F arch=b64 -S kill -F auid=7999 -k kills\n';
const HOSTILE = `type=USER_LOGIN msg=audit(99999999999999.000:1): pid=1 uid=0 auid=4294967295 ses=4294967295 msg='op=login acct=FFFE exe="/x\xff" res=failed'\n`;

let page: TestConsole;
let document: Document;
let check: (schema: object, value: unknown, label: string) => void;
/** Routes that have answered as described, as `METHOD PATH`. */
const seen = new Set<string>();

beforeAll(async () => {
  const context = { host: 'x86_64', accounts, isDirectory: () => false } as const;
  const policy = {
    context,
    kernel: () => fakeKernel().kernel,
    sources: () => [{ file: FILE, lines: readRules(`${RULES}-w /etc/shadow -p wa\n`, FILE, context) }],
  };
  const facts = {
    source: { kind: 'live-unicast', text: 'a test', path: '/x' },
    store: { kind: 'memory', bytes: 0, path: '/y' },
    kernel: { enabled: 1, daemonPid: 0, lost: 0, backlog: 0, backlogLimit: 64, rateLimit: 0 },
    reading: { bytes: 1 },
    missed: 0,
  } as const;
  const events = [...eventsOf(SAMPLE), ...eventsOf(Buffer.from(HOSTILE, 'latin1'))];
  page = await testConsole(events, { policy, console: { allowChanges: true, facts: () => facts } });
  document = await page.json<Document>('/api/openapi.json');
  const $defs = moved(document.components.schemas);
  const made = new Map<string, z.ZodType>();
  check = (schema, value, label) => {
    const key = JSON.stringify(schema);
    if (!made.has(key)) made.set(key, z.fromJSONSchema({ ...moved(schema), $defs }));
    const read = made.get(key)!.safeParse(value);
    expect(read.error?.issues.slice(0, 3) ?? [], label).toEqual([]);
  };
});
afterAll(() => page.console.store.close());

/** Asks, and holds the reply against the document. */
async function asked(path: string, at: string, init: RequestInit = {}, ask = page.ask): Promise<unknown> {
  const method = init.method?.toLowerCase() ?? 'get';
  const reply = await ask(at, init);
  const label = `${method} ${at} ${reply.status}`;
  const media = /^[^;]+/.exec(reply.headers.get('content-type') ?? '')![0];
  const described = document.paths[path]![method]!.responses[reply.status]?.content[media];
  expect(described, label).toBeDefined();
  if (reply.status === 200) seen.add(`${method} ${path} ${media}`);
  if (media !== 'application/json') return reply.text();
  const value: unknown = await reply.json();
  check(described!.schema, value, label);
  return value;
}

describe('the document', () => {
  it('describes every JSON reply by a shape with a name', () => {
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { responses }] of Object.entries(methods))
        for (const [status, { content }] of Object.entries(responses)) {
          const schema = content['application/json']?.schema;
          if (!schema || path === '/api/openapi.json') continue;
          const name = schema.$ref?.replace('#/components/schemas/', '') ?? '';
          expect(document.components.schemas[name], `${method} ${path} ${status}`).toBeDefined();
        }
  });

  it('refers to nothing that it does not have', () => {
    const names = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, n]) => n!);
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) expect(document.components.schemas[name], name).toBeDefined();
  });

  it('is strict: a reply with a member missing or of another type is none', async () => {
    const { events } = await page.json<EventPage>('/api/events?limit=1');
    const $ref = '#/components/schemas/EventRow';
    check({ $ref }, events[0], 'as it is');
    for (const name of document.components.schemas.EventRow!.required!)
      for (const wrong of [undefined, null, { x: 1 }])
        expect(() => check({ $ref }, { ...events[0], [name]: wrong }, name), name).toThrow();
    expect(() => check({ $ref }, { ...events[0], more: 1 }, '')).toThrow();
  });
});

describe('replies', () => {
  it('to questions are as described', async () => {
    const questions: Readonly<Record<string, readonly string[]>> = {
      '/api/health': [''],
      '/api/events': ['', '?limit=3', '?after=0&limit=1000', '?q=auid%20%3D%3D%201001'],
      '/api/events/count': ['?outcome=failed'],
      '/api/facets': ['?columns=exe,auid,pid&limit=20'],
      '/api/histogram': ['', '?by=kind&buckets=7', '?key=none', '?since=0&until=1'],
      '/api/complete': ['?q=', '?q=ex', '?q=comm%20i%3D%20', '?q=%28%28', '?q=auid%20%3D%3D%20x'],
      '/api/overview': ['', '?since=0&until=1'],
      '/api/tree': ['', '?limit=5', '?pid=1'],
      '/api/sessions': ['', '?auid=1001', '?who=alice'],
      '/api/answers/who-killed': ['', '?all=true', '?name=findpid', '?pid=1', '?until=1'],
      '/api/answers/who-touched': ['?path=/etc/shadow', '?path=/etc&below=true&all=true', '?path=/none'],
      '/api/answers/summary': ['', '?auid=1001', '?exe=/none', '?top=1'],
      '/api/reports': [''],
      '/api/report.html': [''],
      '/api/rules': [''],
      '/api/rules/cost': [''],
      '/api/openapi.json': [''],
    };
    for (const [path, queries] of Object.entries(questions))
      for (const query of queries) await asked(path, `${path}${query}`);
    const { reports } = await page.json<{ reports: readonly { name: string }[] }>('/api/reports');
    for (const { name } of reports)
      for (const rest of ['', '?rows=true&top=20']) await asked('/api/reports/{name}', `/api/reports/${name}${rest}`);
    await asked('/api/reports/{name}', '/api/reports/overview?by=user');
    await asked('/api/reports/{name}', '/api/reports/login.html');
    const { events } = await page.json<EventPage>('/api/events?limit=1000');
    const kinds = new Map(events.map(({ seq, type, action, outcome }) => [`${type} ${action} ${outcome}`, seq]));
    expect(kinds.size).toBeGreaterThan(20);
    for (const seq of kinds.values()) await asked('/api/events/{seq}', `/api/events/${seq}`);
  });

  it('to what is posted are as described', async () => {
    const post = (path: string, body: object) => asked(path, path, json(body));
    await post('/api/rules/check', { text: `${RULES}-a bogus\n-D\n` });
    await post('/api/rules/cost', { text: RULES });
    const { plan } = (await post('/api/rules/plan', { text: RULES })) as RulePlanReply;
    await post('/api/rules/apply', { text: RULES, plan });
    const other = await testConsole();
    const outside = (at: string, init?: RequestInit) => other.app(request(at, init));
    await asked('/api/login', '/api/login', json({ token: other.sessions.token }), outside);
    await asked('/api/logout', '/api/logout', json({}), other.ask);
  });

  it('of the live stream are as described', async () => {
    const stop = new AbortController();
    const reply = await page.ask('/api/live?after=0', { signal: stop.signal });
    const { contentSchema } = document.paths['/api/live']!.get!.responses[200]!.content['text/event-stream']!.schema;
    const names = new Set<string>();
    let text = '';
    for await (const part of reply.body!.pipeThrough(new TextDecoderStream())) {
      const whole = `${text}${part}`.split('\n\n');
      text = whole.pop()!;
      for (const frame of whole) {
        const [, name, data] = /event: (\w+)\ndata: (.*)$/.exec(frame)!;
        check(contentSchema!.oneOf.find(({ title }) => title === `event: ${name}`)!, JSON.parse(data!), frame);
        names.add(name!);
      }
      if (names.has('row') && names.has('rate')) break;
    }
    stop.abort();
    seen.add('get /api/live text/event-stream');
  });

  it('were seen of every route, in each of its forms', () => {
    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.keys(responses[200]!.content).map((media) => `${method} ${path} ${media}`),
      ),
    );
    expect([...seen].sort()).toEqual(all.sort());
  });

  it('that refuse are as described', async () => {
    await asked('/api/events', '/api/events?limit=x');
    await asked('/api/events', '/api/events?q=%28%28');
    await asked('/api/events/{seq}', '/api/events/999999');
    await asked('/api/reports/{name}', '/api/reports/none');
    await asked('/api/rules/apply', '/api/rules/apply', json({ text: RULES, plan: 'x' }));
    await asked('/api/rules/check', '/api/rules/check', { method: 'POST', body: '{}' });
    await asked('/api/health', '/api/health', { headers: { origin: 'http://evil.example' } });
    for (const path of Object.keys(document.paths).filter((one) => one !== '/api/login'))
      for (const method of Object.keys(document.paths[path]!)) {
        const init = method === 'post' ? json({}) : {};
        const at = path.replace(/\{\w+\}/, '1');
        await asked(path, at, init, (href, more) => page.app(request(href, more)));
      }
  });
});

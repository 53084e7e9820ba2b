// Requests to the console, made from its own OpenAPI document: an input is a request as HTTP writes it (line, headers, an empty
// line, body). Never a fault of ours (500), nothing logged, and every reply is one that the document describes.
import { z } from 'zod';
import { readRules } from '../../src/rule/index.ts';
import { accounts, eventsOf, request, type TestConsole, testConsole } from '../../src/web/app.fixture.ts';
import { openApi } from '../../src/web/openapi.ts';
import { fakeKernel } from '../../src/web/routes/kernel.fixture.ts';
import { type Campaign, hold, type Target } from '../kit/campaign.ts';
import { textAt } from '../kit/material.ts';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly schema: { readonly type?: string; readonly enum?: readonly unknown[] };
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { schema: object }>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object };
}

const document = openApi('0.0.0') as unknown as Document;
const RULES = '-b 320\n-a always,exit -F arch=b64 -S kill -F auid=7999 -k kills\n';
/** An hour after the sample, so that `1h` is a time of it. */
const NOW = 1_795_238_000_000;

function makeConsole(): Promise<TestConsole> {
  const context = { host: 'x86_64', accounts, isDirectory: () => false } as const;
  const file = '/etc/audit/rules.d/x.rules';
  const policy = {
    context,
    kernel: () => fakeKernel().kernel,
    sources: () => [{ file, lines: readRules(`${RULES}-w /etc/shadow -p wa\n`, file, context) }],
  };
  const events = eventsOf(Buffer.from(textAt('sample/audit.log'), 'latin1')).slice(0, 150);
  return testConsole(events, { policy, console: { allowChanges: true, now: () => NOW } });
}

/** What a request asks for: the operation and its place in the document; undefined where the document has none. */
function operationOf(method: string, path: string): Operation | undefined {
  const asked = path.split('/');
  for (const [place, methods] of Object.entries(document.paths)) {
    const parts = place.split('/');
    const fits = parts.length === asked.length && parts.every((part, i) => part.startsWith('{') || part === asked[i]);
    if (fits) return methods[method.toLowerCase()];
  }
  return undefined;
}

type Schema = Parameters<typeof z.fromJSONSchema>[0];
/** Zod looks for what a schema refers to under `$defs`. */
const moved = (part: object): object =>
  JSON.parse(JSON.stringify(part).replaceAll('#/components/schemas/', '#/$defs/'));
const $defs = moved(document.components.schemas);
const shapes = new Map<object, z.ZodType>();

function holdDescribed(schema: object, value: unknown, label: string): void {
  let shape = shapes.get(schema);
  if (!shape) shapes.set(schema, (shape = z.fromJSONSchema({ ...moved(schema), $defs } as Schema)));
  const { error } = shape.safeParse(value);
  hold(error === undefined, () => `${label}: ${JSON.stringify(error!.issues.slice(0, 2))}`);
}

interface Parts {
  readonly path: string;
  readonly init: RequestInit & { readonly method: string };
}

/** An input as a request; undefined where it is none that a client could make. */
function partsOf(input: Buffer): Parts | undefined {
  const text = input.toString('latin1');
  const end = text.indexOf('\n\n');
  const [line = '', ...headerLines] = (end < 0 ? text : text.slice(0, end)).split('\n');
  const [, method, path] = /^([A-Z]{1,10}) (\/\S*)/.exec(line) ?? [];
  if (method === undefined || path === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const one of headerLines) {
    const colon = one.indexOf(':');
    if (colon > 0 && !/^(?:host|cookie)$/i.test(one.slice(0, colon)))
      headers[one.slice(0, colon)] = one.slice(colon + 1).trim();
  }
  const body = method === 'GET' || method === 'HEAD' || end < 0 ? undefined : input.subarray(end + 2);
  const init = { method, headers, ...(body && { body }) };
  try {
    request(path, init);
    return { path, init };
  } catch {
    return undefined;
  }
}

async function open(): Promise<Target> {
  let console = await makeConsole();
  return {
    async check(input) {
      const parts = partsOf(input);
      if (!parts) return;
      const reply = await console.ask(parts.path, parts.init);
      await checkReply(parts, reply, console.logged);
      console.audited.length = 0;
      if (reply.headers.has('set-cookie')) {
        await console.console.store.close();
        console = await makeConsole(); // it may have signed us out
      }
    },
    close: () => console.console.store.close(),
  };
}

async function checkReply({ path, init }: Parts, reply: Response, logged: readonly string[]): Promise<void> {
  const label = `${init.method} ${path.slice(0, 300)}: ${reply.status}`;
  hold(logged.length === 0, () => `${label}: ${logged[0]}`);
  hold(reply.status !== 500, label);
  const media = /^[^;]*/.exec(reply.headers.get('content-type') ?? '')![0];
  const operation = operationOf(init.method, new URL(request(path).url).pathname);
  if (media === 'text/event-stream') {
    await reply.body?.cancel();
    return;
  }
  const body = await reply.text();
  if (!operation) return;
  const described = operation.responses[reply.status]?.content[media];
  hold(described !== undefined, () => `${label} ${media} is not described`);
  if (media === 'application/json') holdDescribed(described.schema, JSON.parse(body), label);
}

const VALUES: Readonly<Record<string, readonly string[]>> = {
  q: ['auid == 1001', 'comm i= sh', '\\regexp /(a+)+$/', '!(success r= no)', '\\record_type == PATH'],
  columns: ['exe,auid,key', 'node'],
  since: ['1h', '0', '1795234666.5'],
  until: ['now', '1795234670'],
  path: ['/etc/shadow', '/etc'],
  name: ['login', 'overview', 'findpid'],
  by: ['user', 'kind'],
};

function valuesOf({ name, schema }: Parameter): readonly string[] {
  const known = VALUES[name] ?? [];
  const ofShape = schema.enum ?? (schema.type === 'integer' ? [7, 1000] : schema.type === 'boolean' ? [true] : ['sh']);
  return [...known, ...ofShape.map(String)];
}

/** For each operation: with nothing but what its place needs, with each parameter, with all. */
function seeds(): Uint8Array[] {
  const texts: string[] = [];
  for (const [place, methods] of Object.entries(document.paths))
    for (const [method, { parameters = [], requestBody }] of Object.entries(methods)) {
      const at = parameters
        .filter((one) => one.in === 'path')
        .reduce((path, one) => path.replace(`{${one.name}}`, valuesOf(one)[0]!), place);
      const pairs = parameters
        .filter((one) => one.in === 'query')
        .flatMap((one) => valuesOf(one).map((value) => [one.name, value]));
      const queries = [
        '',
        ...pairs.map((pair) => new URLSearchParams([pair as [string, string]])),
        new URLSearchParams(Object.fromEntries(pairs)),
      ];
      const body = requestBody ? `content-type: application/json\n\n${JSON.stringify({ text: RULES })}` : '\n';
      for (const query of queries) texts.push(`${method.toUpperCase()} ${at}?${query}\n${body}`);
    }
  return texts.map((text) => Buffer.from(text));
}

export const campaign: Campaign = {
  about: 'requests to the console, made from its OpenAPI document',
  seeds,
  words: () => [
    ...Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).flatMap(({ parameters = [] }) =>
        parameters.flatMap((one) => [
          `&${one.name}=`,
          ...valuesOf(one).map((value) => `&${one.name}=${encodeURIComponent(value)}`),
        ]),
      ),
    ),
    ...Object.keys(document.paths),
    ...[
      '%00',
      '%0a',
      '%ff',
      '%2e%2e/',
      '%2f',
      '%61',
      '\\xff',
      "'--",
      '<script>',
      '__proto__',
      'constructor',
      '%e2%80%ae',
    ],
    ...['{"text":"', '"}', '-a always,exit -S kill -k x\\n', '-D\\n', '-e 2\\n', 'null', '[]', '1e999', '-1', 'true'],
    ...[
      'origin: http://evil.example\n',
      'sec-fetch-site: cross-site\n',
      'content-type: text/plain\n',
      'last-event-id: 1\n',
    ],
    ...['HEAD ', 'PUT ', 'OPTIONS ', 'DELETE ', 'POST ', 'GET '],
  ],
  open,
};

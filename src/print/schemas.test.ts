// ECS and OCSF output against the published schemas (names, types, enumerations and requirements, in test/schemas with
// their source), by zod's JSON Schema validator, over the trails in ../shared and over hostile bytes.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bytesOf } from '../base/bytes.ts';
import type { AuditEvent } from '../event/event.ts';
import { readEvents } from '../event/read.ts';
import { accountsOf } from '../host/accounts.ts';
import { interpretContext } from '../interpret/context.ts';
import { ecsPrinter } from './ecs.ts';
import { mappedActions, mappingOf } from './mapping.ts';
import { ocsfPrinter } from './ocsf.ts';

const root = resolve(import.meta.dirname, '../..');
const corpus = resolve(root, '../shared/corpus');
const schemaFile = (name: string) => JSON.parse(readFileSync(join(root, 'test/schemas', name), 'utf8'));
const ecs = schemaFile('ecs-9.4.0.json');
const ocsf = schemaFile('ocsf-1.8.0.json');
const ecsSchema = z.fromJSONSchema(ecs.schema);
const ocsfSchemas = new Map<number, z.ZodType>(
  Object.entries(ocsf.classes).map(([uid, schema]) => [
    Number(uid),
    z.fromJSONSchema({ ...(schema as object), $defs: ocsf.$defs } as Parameters<typeof z.fromJSONSchema>[0]),
  ]),
);

const accounts = accountsOf('root:x:0:0::/:\nalice:x:1001:1001::/:\n', 'root:x:0:\nalice:x:1001:\n');
const context = interpretContext({ accounts, escape: 'raw' });
// biome-ignore lint/suspicious/noExplicitAny: documents of a foreign schema
type Document = any;
const documents = (print: (event: AuditEvent) => string, events: readonly AuditEvent[]): Document[] =>
  events.map((event) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(print(event)))));

/** `at_least_one` of OCSF, wherever an object of that type stands. */
function constraintFaults(event: Document): string[] {
  const faults: string[] = [];
  const check = (name: string, object: Document) => {
    const one = ocsf.constraints[name]?.at_least_one;
    if (object && one && !one.some((member: string) => member in object)) faults.push(`${name}: none of ${one}`);
  };
  check(String(event.class_uid), event);
  for (const [name, member] of [
    ['actor', event.actor],
    ['process', event.process],
    ['process', event.actor?.process],
    ['process', event.actor?.process?.parent_process],
    ['user', event.user],
    ['user', event.actor?.user],
    ['user', event.actor?.process?.user],
    ['user', event.file?.owner],
    ['network_endpoint', event.src_endpoint],
    ['network_endpoint', event.dst_endpoint],
    ['managed_entity', event.entity],
  ] as const)
    check(name, member);
  return faults;
}

function ecsFaults(document: Document): string[] {
  const result = ecsSchema.safeParse(document);
  const faults = result.success ? [] : result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  for (const category of document.event.category ?? [])
    for (const type of document.event.type)
      if (document.event.category.length === 1 && !ecs.expectedTypes[category].includes(type))
        faults.push(`event.type ${type} is not expected with ${category}`);
  return faults;
}

function ocsfFaults(event: Document): string[] {
  const schema = ocsfSchemas.get(event.class_uid);
  if (!schema) return [`no class ${event.class_uid}`];
  const result = schema.safeParse(event);
  const faults = result.success ? [] : result.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
  if (event.type_uid !== event.class_uid * 100 + event.activity_id) faults.push('type_uid');
  return [...faults, ...constraintFaults(event)];
}

const logs = existsSync(corpus)
  ? ['seeds', 'lab', 'hard', 'synth'].flatMap((dir) =>
      readdirSync(join(corpus, dir))
        .filter((file) => file.endsWith('.log') && !/^(enriched|raw)\.log$/.test(file))
        .map((file) => join(corpus, dir, file)),
    )
  : [];

describe.skipIf(logs.length === 0)('the trails of the corpus [needs ../shared/corpus]', () => {
  it.each(logs)('%s is ECS 9.4', (log) => {
    const faults = new Set(documents(ecsPrinter(context), readEvents([readFileSync(log)])).flatMap(ecsFaults));
    expect([...faults]).toEqual([]);
  });
  it.each(logs)('%s is OCSF 1.8', (log) => {
    const faults = new Set(documents(ocsfPrinter(context), readEvents([readFileSync(log)])).flatMap(ocsfFaults));
    expect([...faults]).toEqual([]);
  });
});

describe('the mapping table', () => {
  it('names only categories and types of ECS that go together, and classes and activities of OCSF', () => {
    for (const action of mappedActions()) {
      const { categories, types, ocsfClass, ocsfActivity } = action.startsWith('@')
        ? mappingOf('triggered-audit-rule', action.slice(1))
        : mappingOf(action, undefined);
      for (const type of types)
        expect(
          categories.some((c) => ecs.expectedTypes[c].includes(type)),
          `${action}: ${type}`,
        ).toBe(true);
      expect(ocsf.classes[ocsfClass]['x-activities'][ocsfActivity], action).toBeDefined();
    }
  });
});

describe('docs/ecs-ocsf.md', () => {
  it('lists every action', () => {
    const text = readFileSync(join(root, 'docs/ecs-ocsf.md'), 'utf8');
    for (const action of mappedActions()) {
      const call = action.startsWith('@') ? action.slice(1) : undefined;
      const { categories, types, ocsfClass, ocsfActivity } = mappingOf(call ? 'triggered-audit-rule' : action, call);
      const { title, 'x-activities': activities } = ocsf.classes[ocsfClass];
      const name = call ? `\`${call}\` (system call)` : `\`${action}\``;
      expect(text).toContain(
        `| ${name} | ${categories.join(', ')} | ${types.join(', ')} | ${title} (${ocsfClass}) | ${activities[ocsfActivity]} (${ocsfActivity}) |`,
      );
    }
  });
});

const head = 'msg=audit(1700000001.123:7): ';
const kill = `type=SYSCALL ${head}arch=c000003e syscall=62 success=no exit=-1 a0=1 a1=9 a2=0 a3=0 items=0 ppid=1 pid=22 auid=1001 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=5 comm="k\\" exe="/usr/bin/kill" key=6B31016B32
type=OBJ_PID ${head}opid=77 oauid=-1 ouid=0 oses=-1 ocomm="victim"
type=PROCTITLE ${head}proctitle=6B696C6CFF
`;
const eventsOf = (text: string) => readEvents([bytesOf(text)]);

describe('one event', () => {
  it('in ECS', () => {
    const [document] = documents(ecsPrinter(context), eventsOf(kill));
    expect(ecsFaults(document)).toEqual([]);
    expect(document).toMatchObject({
      '@timestamp': '2023-11-14T22:13:21.123Z',
      event: { category: ['process'], type: ['end'], outcome: 'failure', action: 'killed-pid', sequence: 7 },
      tags: ['k1', 'k2'],
      user: { id: '0', name: 'root' },
      process: { pid: 22, parent: { pid: 1 }, executable: '/usr/bin/kill', title: 'kill\\xff' },
      auditd: { login: { id: '1001', name: 'alice' }, object: { kind: 'process', primary: '77' } },
    });
    expect(document.event.original.split('\n')).toHaveLength(3);
    expect(document.auditd.records).toHaveLength(3);
  });

  it('in OCSF', () => {
    const [event] = documents(ocsfPrinter(context), eventsOf(kill));
    expect(ocsfFaults(event)).toEqual([]);
    expect(event).toMatchObject({
      class_uid: 1007,
      activity_id: 2,
      type_uid: 100702,
      time: 1700000001123,
      status_id: 2,
      status_code: '-1',
      process: { pid: 77, name: 'victim' },
      actor: { process: { pid: 22, auid: 1001, euid: 0 }, user: { uid: '1001', name: 'alice' } },
    });
    expect(event.unmapped.auditd.records).toHaveLength(3);
  });

  it('is refused with a member, a type or a value the schema does not have', () => {
    const [document] = documents(ecsPrinter(context), eventsOf(kill));
    const [event] = documents(ocsfPrinter(context), eventsOf(kill));
    expect(ecsFaults({ ...document, process: { ...document.process, pid: '22' } })).not.toEqual([]);
    expect(ecsFaults({ ...document, user: { ...document.user, auid: '1' } })).not.toEqual([]);
    expect(ecsFaults({ ...document, event: { ...document.event, outcome: 'failed' } })).not.toEqual([]);
    expect(ocsfFaults({ ...event, process: { ...event.process, pid: '77' } })).not.toEqual([]);
    expect(ocsfFaults({ ...event, actor: { process: { name: 'x' } } })).not.toEqual([]);
    expect(ocsfFaults({ ...event, status_id: 7 })).not.toEqual([]);
    expect(ocsfFaults({ ...event, process: undefined })).not.toEqual([]);
  });

  it('that sends signal 0 ends nothing', () => {
    const [event] = documents(ocsfPrinter(context), eventsOf(kill.replace('a1=9', 'a1=0')));
    expect(event).toMatchObject({ class_uid: 1007, activity_id: 99, activity_name: 'killed-pid' });
  });

  it('is one whichever call sent it, and to whom the kernel says it went', () => {
    const calls: readonly (readonly [number, 'a1' | 'a2'])[] = [
      ...([
        [62, 'a1'],
        [200, 'a1'],
        [129, 'a1'],
        [424, 'a1'],
        [234, 'a2'],
        [297, 'a2'],
      ] as const),
    ];
    for (const [number, signal] of calls) {
      const text =
        `type=SYSCALL msg=audit(5.000:1): arch=c000003e syscall=${number} success=yes exit=0 a0=9 a1=9 a2=9 a3=0 items=0 ppid=1 pid=22 auid=1001 uid=0 euid=0 tty=pts0 ses=3 comm="killer" exe="/usr/bin/killer" key="sig"
type=OBJ_PID msg=audit(5.000:1): opid=77 oauid=-1 ouid=0 oses=-1 ocomm=6120627A
`.replace(`${signal}=9`, `${signal}=f`);
      const [event] = documents(ocsfPrinter(context), eventsOf(text));
      expect([number, event.class_uid, event.activity_id]).toEqual([number, 1007, 2]);
      expect(event.process).toMatchObject({ pid: 77, name: 'a bz' });
      const [document] = documents(ecsPrinter(context), eventsOf(text));
      expect(document.event).toMatchObject({ category: ['process'], type: ['end'] });
    }
  });

  it('names whom it was sent to where it reached nobody, and never its sender', () => {
    const sent = (number: number, a0: string) =>
      documents(
        ocsfPrinter(context),
        eventsOf(
          `type=SYSCALL msg=audit(5.000:1): arch=c000003e syscall=${number} success=no exit=-3 a0=${a0} a1=f a2=0 a3=0 items=0 ppid=1 pid=22 auid=1001 uid=0 euid=0 tty=pts0 ses=3 comm="k" exe="/usr/bin/k" key="sig"\n`,
        ),
      )[0];
    expect(sent(62, '64')).toMatchObject({ class_uid: 1007, process: { pid: 100 } });
    for (const [number, a0] of [
      [62, 'ffffff9c'],
      [62, '0'],
      [62, 'ffffffffffffffff'],
      [424, '5'],
    ] as const)
      expect(sent(number, a0).class_uid, `${number} ${a0}`).toBe(0);
  });

  it('keeps every byte it is given, whatever they are', () => {
    const fields = fc.array(
      fc.tuple(
        fc.constantFrom(
          'pid',
          'auid',
          'acct',
          'addr',
          'hostname',
          'exe',
          'id',
          'res',
          'op',
          'key',
          'ses',
          'unit',
          'name',
        ),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 12 }),
          fc.constantFrom('1', '-1', '"x"', 'FF00', '::1', '999.1.1.1'),
        ),
      ),
    );
    const types = fc.constantFrom(
      'USER_AUTH',
      'ADD_USER',
      'ADD_GROUP',
      'SYSCALL',
      'PATH',
      'AVC',
      'CONFIG_CHANGE',
      'BPF',
      'X',
    );
    const latin = (text: string) => text.replace(/[\n\u0100-\uffff]/g, '\xfe');
    fc.assert(
      fc.property(types, fields, (type, list) => {
        const line = `type=${type} ${head}${list.map(([n, v]) => `${n}=${latin(v)}`).join(' ')}\n`;
        const events = eventsOf(line);
        expect(documents(ecsPrinter(context), events).flatMap(ecsFaults)).toEqual([]);
        expect(documents(ocsfPrinter(context), events).flatMap(ocsfFaults)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

// `--format ecs`: one document an event in the Elastic Common Schema 9.4, a line each. Only fields of the schema, with
// its types, and one namespace of our own, `auditd`, which holds every record in full: nothing is dropped.
// docs/ecs-ocsf.md has the table of what goes where.

import { milliText, stampText } from '../base/event-id.ts';
import { hasDate, isoSecond, isoTime, isTimed, NO_TIME } from '../base/moment.ts';
import type { AuditTime } from '../base/types.ts';
import type { InterpretContext } from '../interpret/context.ts';
import type { FilesOf } from '../paths/index.ts';
import { typeNameOf } from '../record/record.ts';
import { inRange, RECORD_RANGE } from '../tables/record-ranges.ts';
import { RECORD } from '../tables/records.ts';
import { documentPrinter } from './document.ts';
import type { Facts, Id } from './facts.ts';
import { membersJson, objectOf, type Value } from './json-value.ts';
import { mappingOfEvent } from './mapping.ts';
import { type EventPrinter, eachSecond } from './printer.ts';

export const ECS_VERSION = '9.4.0';

/** A printer of ECS documents. `context` must escape nothing (interpretContext with `escape: 'raw'`). */
export function ecsPrinter(context: InterpretContext, files?: FilesOf): EventPrinter {
  return documentPrinter(context, files, (facts, { records, message }) => {
    const own = objectOf(membersJson(auditd(facts)), membersJson({ records }));
    return objectOf(membersJson(documentOf(facts)), membersJson({ message, auditd: own }));
  });
}

function documentOf(facts: Facts): Readonly<Record<string, Value>> {
  const { event, file, address } = facts;
  const network = networkMembers(facts);
  return {
    '@timestamp': timestamp(event),
    ecs: { version: ECS_VERSION },
    event: eventMembers(facts),
    tags: facts.keys,
    host: { hostname: event.node || undefined },
    user: userMembers(facts),
    group: inRange(facts.main.type, RECORD_RANGE.userMessages) ? { name: facts.text('grp') } : undefined,
    process: processMembers(facts),
    file: file && {
      path: file.path,
      name: file.name,
      directory: file.path && directory(file.path),
      target_path: file.target,
      inode: file.inode,
      device: file.device,
      mode: file.mode,
      uid: file.owner.id,
      owner: file.owner.name,
      gid: file.group.id,
      group: file.group.name,
      type: FILE_TYPES[file.kind] ?? undefined,
    },
    source: network.source,
    destination: network.destination,
    network: network.network,
    related: {
      user: facts.ofTask('related', () =>
        unique([facts.id('auid').name, facts.id('uid').name, facts.id('euid').name, facts.text('acct')]),
      ),
      ip: unique([address?.ip, ipOf(facts.text('addr'))]),
      hosts: unique([event.node || undefined, facts.text('hostname')]),
    },
    service: { name: facts.text('unit') },
    package: { name: facts.text('sw'), type: facts.text('sw_type') },
  };
}

const FILE_TYPES: Readonly<Record<string, string>> = {
  file: 'file',
  directory: 'dir',
  symlink: 'symlink',
  fifo: 'fifo',
  socket: 'socket',
  'character-device': 'char_device',
  'block-device': 'block_device',
};

const OUTCOMES = { success: 'success', failed: 'failure' } as const;

function eventMembers({ event, meaning, main, call, original }: Facts): Value {
  const mapping = mappingOfEvent(meaning, call);
  return {
    kind: 'event',
    category: mapping.categories,
    type: mapping.types,
    outcome: meaning?.outcome ? OUTCOMES[meaning.outcome] : 'unknown',
    action: meaning?.action,
    code: typeNameOf(main.type === RECORD.SYSCALL ? main : event.records[0]!),
    module: 'auditd',
    dataset: 'auditd.log',
    provider: 'auditd',
    id: `${event.node === '' ? '' : `${event.node}:`}${stampText(event)}`,
    sequence: event.serial,
    original,
  };
}

const person = ({ id, name }: Id): Value => ({ id, name });

function userMembers(facts: Facts): Value {
  const account = facts.meaning?.object.kind === 'account';
  return facts.ofTask(account ? 'user and account' : 'user', () => {
    const target = { id: account ? facts.id('id').id : undefined, name: facts.text('acct') };
    const members = { group: person(facts.id('gid')), effective: person(facts.id('euid')), target };
    return objectOf(membersJson({ ...facts.id('uid'), ...members }));
  });
}

function processMembers(facts: Facts): Value {
  const { argv } = facts;
  const begin = facts.ofTask('process', () =>
    membersJson({
      pid: facts.number('pid'),
      parent: { pid: facts.number('ppid') },
      name: facts.text('comm'),
      executable: facts.text('exe'),
    }),
  );
  const own = membersJson({
    args: argv,
    args_count: argv?.length,
    command_line: argv?.join(' ') ?? facts.text('cmd') ?? facts.title,
    title: facts.title,
    working_directory: facts.cwd ?? facts.text('cwd'),
  });
  const end = facts.ofTask('process ids', () =>
    membersJson({
      user: person(facts.id('euid')),
      real_user: person(facts.id('uid')),
      saved_user: person(facts.id('suid')),
      group: person(facts.id('egid')),
      real_group: person(facts.id('gid')),
      saved_group: person(facts.id('sgid')),
    }),
  );
  return objectOf(begin, own, end);
}

const INCOMING = new Set(['accepted-connection-from', 'received-from']);

function networkMembers(facts: Facts): { source?: Value; destination?: Value; network?: Value } {
  const { address, meaning } = facts;
  const remote = ipOf(facts.text('addr'));
  const host = facts.text('hostname');
  if (!address) return remote ? { source: { ip: remote, address: host ?? remote } } : {};
  const end = { ip: address.ip, port: address.port, address: address.ip ?? address.path };
  const incoming = INCOMING.has(meaning?.action ?? '');
  const type = address.family === 'inet' ? 'ipv4' : address.family === 'inet6' ? 'ipv6' : undefined;
  const network = { type, direction: address.ip === undefined ? undefined : incoming ? 'ingress' : 'egress' };
  return incoming ? { source: end, network } : { destination: end, network };
}

/** What the schema has no place for: who logged in, the session, what the event means in auditd's own words. */
function auditd(facts: Facts): Readonly<Record<string, Value>> {
  const { meaning } = facts;
  return {
    message_type: typeNameOf(facts.main),
    time: odd(facts.event),
    kind: meaning?.kind,
    login: person(facts.id('auid')),
    session: facts.read(meaning?.session),
    terminal: facts.text('tty') ?? facts.text('terminal'),
    label: facts.read(meaning?.subject.label),
    subject: { kind: meaning?.subject.kind, primary: facts.read(meaning?.subject.primary) },
    object: {
      kind: meaning?.object.kind,
      primary: facts.read(meaning?.object.primary),
      secondary: facts.read(meaning?.object.secondary),
      second: facts.read(meaning?.object.second),
      label: facts.read(meaning?.object.label),
    },
    how: typeof meaning?.how === 'string' ? meaning.how : facts.read(meaning?.how),
  };
}

const second = eachSecond((sec) => isoSecond(sec));

/** What `@timestamp` cannot say of a time. */
function odd({ sec, ms }: AuditTime): string | undefined {
  if (!isTimed(sec)) return NO_TIME;
  return hasDate(sec) ? undefined : isoTime(sec, ms);
}

/** RFC 3339: `2026-11-21T04:17:47.115Z`. The schema asks for a date: 1970's first for a time that has none or that no
 * record tells; `auditd.time` then says which. */
const timestamp = ({ sec, ms }: AuditTime): string =>
  hasDate(sec) ? `${second(sec)}.${milliText(ms)}Z` : isoTime(0, 0);

const directory = (path: string): string | undefined =>
  path.lastIndexOf('/') > 0 ? path.slice(0, path.lastIndexOf('/')) : path.startsWith('/') ? '/' : undefined;

function unique(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}

const ADDRESS = /^(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|(?=.*:)[0-9a-fA-F:]{2,39})$/;

/** A text that is an IP address. */
export const ipOf = (text: string | undefined): string | undefined =>
  text !== undefined && ADDRESS.test(text) && text.split('.').every((part) => part.length > 3 || !(Number(part) > 255))
    ? text
    : undefined;

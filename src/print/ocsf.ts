// `--format ocsf`: one event a line in the Open Cybersecurity Schema Framework 1.8 with its Linux extension's users.
// A class that requires what the event does not have gives way to the base event. What no attribute takes stands in
// `unmapped.auditd`, every record in full. docs/ecs-ocsf.md has the table.

import { msOf, stampText } from '../base/event-id.ts';

import { isTimed, NO_TIME } from '../base/moment.ts';
import type { AuditTime } from '../base/types.ts';
import type { InterpretContext } from '../interpret/context.ts';
import type { FilesOf } from '../paths/index.ts';
import { fieldValue } from '../record/record.ts';
import { decoded, isAbsent, wholeOf } from '../record/value.ts';
import { isFork, type SignalCall, signalCall } from '../tables/calls.ts';
import { RECORD } from '../tables/records.ts';
import { documentPrinter } from './document.ts';
import { ipOf } from './ecs.ts';
import type { Facts, FileFacts, Id } from './facts.ts';
import { membersJson, objectOf, type RawJson, type Value } from './json-value.ts';
import { mappingOfEvent } from './mapping.ts';
import type { EventPrinter } from './printer.ts';

export const OCSF_VERSION = '1.8.0';

type Members = Readonly<Record<string, Value>>;

/** A printer of OCSF events. `context` must escape nothing (interpretContext with `escape: 'raw'`). */
export function ocsfPrinter(context: InterpretContext, files?: FilesOf): EventPrinter {
  return documentPrinter(context, files, (facts, { records, message }) => {
    const { class: uid, activity, members } = classOf(facts);
    const own = objectOf(membersJson(auditd(facts)), membersJson({ records }));
    const base = membersJson(baseMembers(facts, uid, activity));
    return objectOf(base, membersJson({ message }), membersJson(members), membersJson({ unmapped: { auditd: own } }));
  });
}

const CAPTIONS: Readonly<Record<number, string>> = {
  0: 'Base Event',
  1001: 'File System Activity',
  1002: 'Kernel Extension Activity',
  1004: 'Memory Activity',
  1007: 'Process Activity',
  1008: 'Event Log Activity',
  3001: 'Account Change',
  3002: 'Authentication',
  3004: 'Entity Management',
  3006: 'Group Management',
  4001: 'Network Activity',
};

const PRODUCT: RawJson = { json: '{"name":"Linux Audit","vendor_name":"Linux"}' };
const PROFILES: RawJson = { json: '["host","linux/linux_users"]' };
const STATUSES = { success: [1, 'Success'], failed: [2, 'Failure'], unknown: [0, 'Unknown'] } as const;
const ALARMING = new Set(['anomaly', 'anomaly-response', 'integrity']);

function baseMembers(facts: Facts, uid: number, activity: number): Members {
  const { event, meaning, original } = facts;
  const [status, statusName] = STATUSES[meaning?.outcome ?? 'unknown'];
  const alarming = ALARMING.has(meaning?.kind ?? '');
  return {
    class_uid: uid,
    class_name: CAPTIONS[uid],
    category_uid: Math.floor(uid / 1000),
    activity_id: activity,
    activity_name: activity === 99 ? meaning?.action : undefined,
    type_uid: uid * 100 + activity,
    time: timeOf(event),
    severity_id: alarming ? 3 : 1,
    severity: alarming ? 'Medium' : 'Informational',
    status_id: status,
    status: statusName,
    status_code: meaning?.outcome === 'failed' ? facts.text('exit') : undefined,
    metadata: {
      version: OCSF_VERSION,
      product: PRODUCT,
      profiles: PROFILES,
      uid: `${stampText(event)}`,
      sequence: event.serial,
      log_name: 'audit',
      log_provider: 'auditd',
      labels: facts.keys,
    },
    device: { type_id: 0, hostname: event.node || undefined },
    actor: actorOf(facts),
    raw_data: original,
  };
}

/** Milliseconds since 1970, exact also where a number is not. */
function timeOf(time: AuditTime): Value {
  const all = msOf(time);
  return Number.isSafeInteger(all) ? all : { json: String(BigInt(time.sec) * 1000n + BigInt(time.ms)) };
}

const person = ({ id, name }: Id): Members | undefined => (id || name ? { uid: id, name } : undefined);
const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;

function programFile(path: string | undefined): Members | undefined {
  const name = path?.slice(path.lastIndexOf('/') + 1);
  return name ? { path, name, type_id: 1 } : undefined;
}

function actorOf(facts: Facts): Value {
  const process = processOf(facts);
  const login = person(facts.id('auid'));
  const uid = facts.read(facts.meaning?.session);
  const session = { uid, terminal: facts.text('tty') ?? facts.text('terminal') };
  return process || login ? { process, user: login, session } : { app_name: 'kernel', session };
}

/** The process that acts; undefined where no record tells its id. */
function processOf(facts: Facts): RawJson | undefined {
  const pid = facts.number('pid');
  if (pid === undefined) return undefined;
  const begin = facts.ofTask('process', () =>
    membersJson({ pid, name: facts.text('comm'), path: facts.text('exe'), file: programFile(facts.text('exe')) }),
  );
  const own = membersJson({ cmd_line: facts.argv?.join(' ') ?? facts.title, working_directory: facts.cwd });
  const end = facts.ofTask('process ids', () => {
    const parent = facts.number('ppid');
    return membersJson({
      parent_process: parent === undefined ? undefined : { pid: parent },
      user: person(facts.id('uid')),
      group: person(facts.id('gid')),
      auid: whole(facts.id('auid').id),
      euid: whole(facts.id('euid').id),
      egid: whole(facts.id('egid').id),
    });
  });
  return objectOf(begin, own, end);
}

interface Classified {
  readonly class: number;
  readonly activity: number;
  readonly members: Members;
}

const OTHER = 99;
const BASE: Classified = { class: 0, activity: OTHER, members: {} };

/** The class the action belongs to, with the members it requires; the base event where one of them is missing. */
function classOf(facts: Facts): Classified {
  const { ocsfClass, ocsfActivity } = mappingOfEvent(facts.meaning, facts.call);
  const build = CLASSES[ocsfClass];
  const members = build?.(facts);
  if (!members) return BASE;
  const activity = ocsfClass === 1007 && ocsfActivity === 2 && !ends(facts) ? OTHER : ocsfActivity;
  return { class: ocsfClass, activity, members };
}

/** Signals whose default is to end a process: HUP, INT, QUIT, ABRT, KILL, TERM. */
const ENDING = new Set([1, 2, 3, 6, 9, 15]);

/** Whether what was sent to a process was meant to end it. */
function ends({ main, call }: Facts): boolean {
  const sends = signalCall(call);
  return !sends || ENDING.has(Number.parseInt(fieldValue(main, `a${sends.signal}`) ?? '', 16));
}

const CLASSES: Readonly<Record<number, (facts: Facts) => Members | undefined>> = {
  1001: ({ file }) => file && { file: fileOf(file), file_result: file.target ? named(file.target) : undefined },
  1002: (facts) => {
    const name = facts.read(facts.meaning?.object.primary);
    return name === undefined || !processOf(facts) ? undefined : { driver: { file: { name, type_id: 1 } } };
  },
  1004: (facts) => withProcess(processOf(facts)),
  1007: (facts) => withProcess(targetOf(facts)),
  1008: () => ({ log_name: 'audit', log_provider: 'auditd' }),
  3001: (facts) => withUser(facts),
  3002: (facts) => {
    const user = withUser(facts);
    const name = facts.text('exe') ?? facts.text('terminal');
    return user && name ? { ...user, service: { name }, src_endpoint: remoteOf(facts) } : undefined;
  },
  3004: (facts) => {
    const { object } = facts.meaning!;
    const name = object.byName ? object.primary?.field.name : facts.read(object.primary);
    return name === undefined ? undefined : { entity: { name, type: object.kind } };
  },
  3006: (facts) => {
    const group = person(
      facts.meaning?.object.primary?.field.name === 'id' ? facts.id('id') : { id: undefined, name: facts.text('acct') },
    );
    return group && { group };
  },
  4001: ({ address, meaning }) => {
    const end = address?.ip
      ? { ip: address.ip, port: address.port }
      : address?.path
        ? { name: address.path }
        : undefined;
    if (!end) return undefined;
    return meaning?.action === 'accepted-connection-from' || meaning?.action === 'received-from'
      ? { src_endpoint: end }
      : { dst_endpoint: end };
  },
};

const withProcess = (process: Value): Members | undefined => (process === undefined ? undefined : { process });

/** The process a process activity is about: the one that was sent a signal or made, else the one that acts. */
function targetOf(facts: Facts): Value {
  const { call } = facts;
  const child = isFork(call ?? '') ? facts.number('exit') : undefined;
  if (child !== undefined && child > 0) return { pid: child, parent_process: processOf(facts) };
  const sends = signalCall(call);
  return sends ? signalledBy(facts, sends) : processOf(facts);
}

/** Whom a signal was for: the first it reached, else the one it was sent to; undefined for a group or a descriptor. */
function signalledBy({ event, main }: Facts, { target }: SignalCall): Value {
  const reached = event.records.find(({ type }) => type === RECORD.OBJ_PID);
  const pid = reached && wholeOf(fieldValue(reached, 'opid'));
  if (reached && pid !== undefined) {
    const name = fieldValue(reached, 'ocomm');
    return { pid, name: isAbsent(name) ? undefined : decoded(name) };
  }
  const given = target === 'pidfd' ? 0 : Number.parseInt(fieldValue(main, 'a0') ?? '', 16) | 0;
  return given > 0 ? { pid: given } : undefined;
}

/** The account that an identity event is about. */
function withUser(facts: Facts): Members | undefined {
  const account = facts.text('acct');
  const id = facts.id('id');
  const user = person(
    account === undefined ? (id.id === undefined ? facts.id('auid') : id) : { id: id.id, name: account },
  );
  return user && { user };
}

function remoteOf(facts: Facts): Value {
  const ip = ipOf(facts.text('addr'));
  const hostname = facts.text('hostname');
  return ip || hostname ? { ip, hostname: hostname === ip ? undefined : hostname } : undefined;
}

const FILE_TYPES: Readonly<Record<string, number>> = {
  file: 1,
  directory: 2,
  'character-device': 3,
  'block-device': 4,
  socket: 5,
  fifo: 6,
  symlink: 7,
};

const named = (path: string): Members => ({ path, name: path.slice(path.lastIndexOf('/') + 1) || path, type_id: 0 });

function fileOf(file: FileFacts): Members {
  const { path, name, inode, kind, owner } = file;
  return { path, name, type_id: FILE_TYPES[kind] ?? 0, uid: inode, owner: person(owner) };
}

/** What no attribute takes: auditd's own words for the event. */
function auditd(facts: Facts): Members {
  const { meaning } = facts;
  return {
    time: isTimed(facts.event.sec) ? undefined : NO_TIME,
    kind: meaning?.kind,
    action: meaning?.action,
    object_kind: meaning?.object.kind,
    object: facts.read(meaning?.object.primary),
    object_second: facts.read(meaning?.object.second),
  };
}

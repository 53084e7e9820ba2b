// The meaning of a record that stands alone: each family of records has its own order in which fields are looked for.
// The order is the reference's (see cursor.ts), found by running it on shuffled fields.

import { decodedValue } from '../interpret/interpret.ts';
import type { AuditRecord } from '../record/record.ts';
import { fieldsOf } from '../record/record.ts';
import { RECORD_RANGE } from '../tables/record-ranges.ts';
import { RECORD } from '../tables/records.ts';
import { classicDecision } from './classic.ts';
import { Cursor } from './cursor.ts';
import { type Draft, finished, firstWord, newDraft } from './draft.ts';
import { accountKindOf } from './ids.ts';
import { firstKey } from './keys.ts';
import { eventKind, type Family, type Message, messageOf } from './messages.ts';
import type { FieldAt, Normalized, NormalizeOptions } from './types.ts';

type Read = (cursor: Cursor, draft: Draft, message: Message) => void;

/** What a single record means. */
export function normalizeMessage(record: AuditRecord, { attributes, classic }: Required<NormalizeOptions>): Normalized {
  const message = messageOf(record.type);
  const draft = newDraft(eventKind(record.type), message.action, message.kind);
  const cursor = new Cursor([record], attributes);
  FAMILIES[message.family](cursor, draft, message);
  if (classic && message.family === 'user-avc') draft.result ??= classicDecision(record);
  return finished(draft);
}

function attribute(cursor: Cursor, draft: Draft, name: string): void {
  const at = cursor.find(name);
  if (!at) return;
  draft.subject.attributes.push(at);
  if (name === 'subj') draft.subject.label = at;
}

function attributes(cursor: Cursor, draft: Draft, names: readonly string[]): void {
  if (!cursor.gathers) return;
  cursor.goto(0);
  for (const name of names) attribute(cursor, draft, name);
}

function objectAndHow(cursor: Cursor, draft: Draft, message: Message): void {
  if (cursor.gathers || message.object[0] !== 'tcontext') draft.object.primary = firstOf(cursor, message.object);
  if (draft.object.primary && message.secondary !== undefined) draft.object.secondary = cursor.fresh(message.secondary);
  if (draft.object.primary && message.second !== undefined) draft.object.second = cursor.fresh(message.second);
  draft.how = howOf(cursor, message.how);
}

function howOf(cursor: Cursor, how: string | undefined): FieldAt | string | undefined {
  if (how === undefined) return undefined;
  if (how.startsWith('=')) return how.slice(1);
  return how === 'exe' ? programOf(cursor) : cursor.fresh(how.replace('.', ''));
}

const INTERPRETER = /^\/usr\/bin\/(?:python|sh|bash|perl)/;

/** `exe`, or the `comm` just before it or after it where the program only interprets another. */
export function programOf(cursor: Cursor): FieldAt | undefined {
  const exe = cursor.fresh('exe');
  if (!exe || !INTERPRETER.test(decodedValue(exe.record, exe.field))) return exe;
  const fields = fieldsOf(exe.record);
  const before = fields[fields.indexOf(exe.field) - 1];
  return (before?.name === 'comm' ? { record: exe.record, field: before } : cursor.find('comm')) ?? exe;
}

function firstOf(cursor: Cursor, names: readonly string[]): FieldAt | undefined {
  for (const name of names) {
    const at = cursor.fresh(name);
    if (at) return at;
  }
  return undefined;
}

const opOf = (cursor: Cursor): string => firstWord(cursor.fresh('op')?.field.value ?? '');

/** auid, and the session after it. */
function loginOf(cursor: Cursor, draft: Draft): void {
  draft.subject.primary = cursor.find('auid');
  if (draft.subject.primary) draft.session = cursor.find('ses');
}

const MESSAGE_ATTRIBUTES = ['pid', 'subj', 'hostname', 'addr', 'terminal'];
const KERNEL_ATTRIBUTES = ['pid', 'subj'];

/** The kernel's own types; the others are written by programs. */
const isKernels = (type: number): boolean => type >= RECORD_RANGE.events[0] && type <= RECORD_RANGE.kernelOther[1];

const readUser: Read = (cursor, draft, message) => {
  draft.subject.secondary = cursor.find('uid');
  loginOf(cursor, draft);
  draft.subject.kind = accountKindOf(draft.subject.secondary);
  attributes(cursor, draft, isKernels(cursor.records[0]!.type) ? KERNEL_ATTRIBUTES : MESSAGE_ATTRIBUTES);
  draft.result = cursor.find('res');
  objectAndHow(cursor, draft, message);
  if (message.opIsAction) {
    const op = opOf(cursor);
    if (op !== '') draft.action = op;
  }
};

const readLogin: Read = (cursor, draft) => {
  draft.subject.secondary = cursor.find('uid');
  draft.subject.kind = accountKindOf(draft.subject.secondary);
  attributes(cursor, draft, ['pid', 'subj']);
  draft.subject.primary = cursor.find('old-auid');
  draft.object.primary = cursor.find('auid');
  draft.session = cursor.find('ses');
  draft.result = cursor.find('res');
};

const readUserLogin: Read = (cursor, draft, message) => {
  draft.session = cursor.find('ses');
  const id = cursor.fresh('id');
  draft.subject.primary = id ?? cursor.fresh('acct');
  cursor.goto(0);
  draft.subject.kind = id ? accountKindOf(id) : draft.subject.primary && 'unknown-acct';
  attributes(cursor, draft, MESSAGE_ATTRIBUTES);
  draft.result = cursor.find('res');
  objectAndHow(cursor, draft, message);
};

const readDaemon: Read = (cursor, draft, message) => {
  draft.subject.primary = cursor.find('auid');
  if (draft.subject.primary) draft.subject.secondary = cursor.find('uid');
  draft.session = cursor.find('ses');
  draft.subject.kind = 'auditd';
  attributes(cursor, draft, ['pid', 'subj']);
  draft.result = cursor.find('res');
  objectAndHow(cursor, draft, message);
};

const readLabel: Read = (cursor, draft) => {
  const allowed = cursor.records[0]!.type === RECORD.MAC_UNLBL_ALLOW ? cursor.fresh('unlbl_accept') : undefined;
  if (allowed) draft.action = `is-${allowed.field.value === '1' ? '' : 'dis'}allowing-unlabeled-network-traffic`;
  cursor.goto(0);
  loginOf(cursor, draft);
  draft.subject.kind = accountKindOf(draft.subject.primary) ?? 'unknown-acct';
  draft.subject.label = cursor.find('subj');
  if (draft.subject.label) draft.subject.attributes.push(draft.subject.label);
  draft.result = cursor.find('res');
};

const CONFIG_OPS: Readonly<Record<string, string>> = {
  add_rule: 'added-audit-rule',
  '"add_rule"': 'added-audit-rule',
  remove_rule: 'deleted-audit-rule',
  '"remove_rule"': 'deleted-audit-rule',
};

const SETTINGS = ['audit_enabled', 'audit_pid', 'audit_backlog_limit', 'audit_failure', 'list'];

/** What a change of the audit configuration is about: a rule's key, the list it is in, or a setting. */
export function configObject(cursor: Cursor): FieldAt | undefined {
  const key = cursor.fresh('key');
  if (key) return firstKey(key.field.value) === undefined ? cursor.find('list') : key;
  return firstOf(cursor, SETTINGS);
}

const readConfig: Read = (cursor, draft) => {
  loginOf(cursor, draft);
  attributes(cursor, draft, ['subj']);
  draft.result = cursor.fresh('res');
  draft.object.primary = configObject(cursor);
  const op = opOf(cursor);
  if (Object.hasOwn(CONFIG_OPS, op)) draft.action = CONFIG_OPS[op]!;
};

const readPromiscuous: Read = (cursor, draft) => {
  draft.object.primary = cursor.find('dev');
  if (draft.object.primary) draft.subject.secondary = cursor.find('uid');
  draft.subject.kind = accountKindOf(draft.subject.secondary);
  cursor.goto(0);
  loginOf(cursor, draft);
  attributes(cursor, draft, ['pid', 'subj']);
};

/** The subject of a record that the kernel writes by itself: each id from the start. */
function readKernelSubject(cursor: Cursor, draft: Draft): void {
  draft.subject.secondary = cursor.find('uid');
  draft.subject.kind = accountKindOf(draft.subject.secondary);
  cursor.goto(0);
  loginOf(cursor, draft);
  attributes(cursor, draft, ['pid', 'subj']);
  cursor.goto(0);
  cursor.find('uid');
}

const readFeature: Read = (cursor, draft) => {
  readKernelSubject(cursor, draft);
  const exe = cursor.find('exe');
  draft.how = exe;
  if (exe) draft.object.primary = cursor.find('feature');
  if (draft.object.primary) draft.result = cursor.find('res');
};

const readAbend: Read = (cursor, draft) => {
  readKernelSubject(cursor, draft);
  draft.object.primary = cursor.find('exe');
  draft.how = cursor.find('sig');
  if (draft.how) draft.result = cursor.find('res');
};

const readSeccomp: Read = (cursor, draft) => {
  readKernelSubject(cursor, draft);
  const exe = cursor.find('exe');
  draft.how = exe;
  if (exe) draft.object.primary = cursor.find('syscall');
  draft.result = cursor.find('code');
};

/** The loose word of an access vector record that says what was decided. */
export function decisionOf(record: AuditRecord): FieldAt | undefined {
  for (const field of fieldsOf(record)) {
    if (field.name === '' && (field.value === 'denied' || field.value === 'granted')) return { record, field };
    if (field.name === 'seresult') return { record, field };
  }
  return undefined;
}

const readAvc: Read = (cursor, draft, message) => {
  draft.subject.primary = cursor.fresh('scontext');
  draft.subject.kind = 'unknown-acct';
  draft.result = decisionOf(cursor.records[0]!);
  objectAndHow(cursor, draft, message);
};

const readUserAvc: Read = (cursor, draft, message) => {
  draft.subject.secondary = cursor.find('uid');
  loginOf(cursor, draft);
  draft.subject.kind = accountKindOf(draft.subject.secondary);
  attributes(cursor, draft, MESSAGE_ATTRIBUTES);
  draft.subject.primary = cursor.fresh('scontext') ?? draft.subject.primary;
  draft.result = decisionOf(cursor.records[0]!);
  objectAndHow(cursor, draft, message);
};

const readNetfilter: Read = (cursor, draft, message) => {
  draft.subject.kind = 'system';
  attributes(cursor, draft, ['pid', 'subj']);
  objectAndHow(cursor, draft, message);
};

export const bpfAction = (op: string): string =>
  op === '' ? 'bpf-program' : op === 'LOAD' ? 'loaded-bpf-program' : 'unloaded-bpf-program';

export const listenerAction = (op: string): string =>
  op === '' ? 'connected' : op === 'connect' ? 'connected-to' : 'disconnected-from';

const readBpf: Read = (cursor, draft, message) => {
  draft.subject.kind = 'system';
  objectAndHow(cursor, draft, message);
  draft.action = bpfAction(opOf(cursor));
};

const readListener: Read = (cursor, draft, message) => {
  draft.subject.primary = cursor.fresh('auid');
  draft.subject.secondary = cursor.fresh('uid');
  draft.subject.kind = accountKindOf(draft.subject.secondary);
  draft.session = cursor.fresh('ses');
  attributes(cursor, draft, ['pid', 'subj']);
  draft.result = cursor.fresh('res');
  objectAndHow(cursor, draft, message);
  draft.action = listenerAction(opOf(cursor));
};

const readUring: Read = (cursor, draft) => {
  draft.subject.secondary = cursor.find('uid');
  draft.subject.kind = accountKindOf(draft.subject.secondary);
  attributes(cursor, draft, ['pid', 'subj']);
};

const FAMILIES: Readonly<Record<Family, Read>> = {
  user: readUser,
  login: readLogin,
  'user-login': readUserLogin,
  daemon: readDaemon,
  label: readLabel,
  config: readConfig,
  promiscuous: readPromiscuous,
  feature: readFeature,
  abend: readAbend,
  seccomp: readSeccomp,
  avc: readAvc,
  'user-avc': readUserAvc,
  netfilter: readNetfilter,
  bpf: readBpf,
  listener: readListener,
  uring: readUring,
};

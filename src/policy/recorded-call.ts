// A recorded event as the simulation of rules wants it: the system call with everything its records tell.

import { UNSET } from '../base/ids.ts';
import type { AuditEvent } from '../event/event.ts';
import { namesOf, readPath } from '../paths/index.ts';
import { type AuditRecord, fieldsOf, fieldText } from '../record/index.ts';
import type { RecordedCall, TouchedPath } from '../rule/index.ts';
import { RECORD } from '../tables/records.ts';

const IDS = ['pid', 'ppid', 'auid', 'uid', 'gid', 'euid', 'suid', 'fsuid', 'egid', 'sgid', 'fsgid'] as const;

type Values = ReadonlyMap<string, string>;

function valuesOf(record: AuditRecord): Values {
  const values = new Map<string, string>();
  for (const { name, value } of fieldsOf(record)) if (!values.has(name)) values.set(name, value);
  return values;
}

function integer(text: string | undefined, base = 10): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'unset') return UNSET;
  const value =
    base === 16 ? Number(BigInt.asUintN(32, BigInt(/^[0-9a-f]+$/i.test(text) ? `0x${text}` : 0))) : Number(text);
  return Number.isFinite(value) ? value >>> 0 : undefined;
}

const textValue = (values: Values, name: string): string | undefined => {
  const value = values.get(name);
  return value === undefined ? undefined : fieldText(name, value);
};

/** user:role:type:low[-high] as the fields of rules have it. */
const contextOf = (text: string | undefined): readonly string[] | undefined => {
  if (text === undefined || !text.includes(':')) return undefined;
  const [user = '', role = '', type = '', ...level] = text.split(':');
  const [low = '', high = ''] = level.join(':').split('-');
  return [user, role, type, low, high];
};

/** The call of an event; undefined when it has no SYSCALL record with arch and number. */
export function recordedCall(event: AuditEvent): RecordedCall | undefined {
  const record = event.records.find((r) => r.type === RECORD.SYSCALL);
  if (!record) return undefined;
  const values = valuesOf(record);
  const arch = integer(values.get('arch'), 16);
  const syscall = integer(values.get('syscall'));
  if (arch === undefined || syscall === undefined) return undefined;
  const exit = values.get('exit');
  const success = values.get('success');
  const exe = textValue(values, 'exe');
  const personality = integer(values.get('per'), 16) ?? 0;
  const context = contextOf(textValue(values, 'subj'));
  const family = addressFamily(event);
  return {
    arch,
    syscall,
    exit: integer(exit) ?? 0,
    args: [0, 1, 2, 3].map((i) => integer(values.get(`a${i}`), 16) ?? 0),
    ids: {
      ...Object.fromEntries(IDS.map((name) => [name, integer(values.get(name))])),
      sessionid: integer(values.get('ses')),
    },
    personality,
    paths: pathsOf(event),
    ...(success !== undefined && { success: success === 'yes' }),
    ...(exe !== undefined && { exe }),
    ...(context && { context }),
    ...(family !== undefined && { addressFamily: family }),
  };
}

/** The first two bytes of saddr, little endian. */
function addressFamily(event: AuditEvent): number | undefined {
  const record = event.records.find((r) => r.type === RECORD.SOCKADDR);
  const saddr = record && valuesOf(record).get('saddr');
  if (!saddr || !/^[0-9A-F]{4}/i.test(saddr)) return undefined;
  return Number.parseInt(saddr.slice(0, 2), 16) + 256 * Number.parseInt(saddr.slice(2, 4), 16);
}

/** A name below a descriptor has no path here, nor has a folder whose record may name another one. */
function pathsOf(event: AuditEvent): readonly TouchedPath[] {
  const { files, parents } = namesOf(event);
  const pathOf = (record: AuditRecord): string | undefined => {
    const file = files.find((one) => one.record === record);
    if (file) return file.path;
    const { file: inode } = readPath(record);
    return parents.find(({ item }) => item.file === inode)?.path;
  };
  return event.records
    .filter((record) => record.type === RECORD.PATH)
    .map((record) => touched(valuesOf(record), pathOf(record)));
}

function touched(values: Values, path: string | undefined): TouchedPath {
  const [major, minor] = (values.get('dev') ?? '').split(':');
  const mode = values.get('mode');
  const parts: Record<string, number | undefined> = {
    inode: integer(values.get('inode')),
    devMajor: integer(major, 16),
    devMinor: integer(minor, 16),
    mode: mode === undefined ? undefined : Number.parseInt(mode, 8),
    uid: integer(values.get('ouid')),
    gid: integer(values.get('ogid')),
  };
  const context = contextOf(textValue(values, 'obj'));
  return {
    ...Object.fromEntries(Object.entries(parts).filter((e) => e[1] !== undefined)),
    ...(path !== undefined && { name: path }),
    ...(context && { context }),
  };
}

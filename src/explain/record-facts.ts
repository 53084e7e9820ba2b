// Small readings of single records for the feed: who it is about, the names it brings, what a filter's action means.

import { type AuditRecord, fieldsOf, fieldText, idOf, isSet, type SyscallView, viewText } from '../record/index.ts';
import type { SignalCall } from '../tables/calls.ts';
import { RECORD } from '../tables/records.ts';
import type { SignalAct } from './acts.ts';
import type { Subject } from './lineage.ts';

/** SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD (linux/seccomp.h); other actions only report. */
export function isKillAction(code: string | undefined): boolean {
  const action = Number(code) & 0xffff0000;
  return code === undefined || action === 0 || action === 0x80000000 || action >>> 0 === 0x80000000;
}

/** Whom a call aims at, by its kind of target and the number given (kill(2)). */
export function kindOfTarget(target: SignalCall['target'], given: number): SignalAct['to'] {
  if (target !== 'process' || given > 0) return target;
  return given === 0 ? 'own-group' : given === -1 ? 'everyone' : 'group';
}

/** The subject of a record that is no SYSCALL; `prefix` is 'o' for the object of an OBJ_PID record. */
export function subjectOf(record: AuditRecord, prefix: string, comm: string, exe: string): Subject {
  const id = (name: string): number => {
    return idOf(fieldsOf(record).find((f) => f.name === prefix + name && f.part === 'body')?.value) ?? -1;
  };
  return { auid: id('auid'), ses: id('ses'), uid: id('uid'), euid: -1, texts: () => ({ tty: '', comm, exe }) };
}

const ID_FIELDS: ReadonlySet<string> = new Set(['UID', 'AUID', 'EUID', 'OUID', 'OAUID', 'ID']);
/** The fields they name. */
const ID_NAMES: ReadonlySet<string> = new Set([...ID_FIELDS].map((name) => name.toLowerCase()));
const MOST_NAMES = 10_000;

/** Takes the user names auditd added to records; texts like `unset` and `unknown(7)` are no names. */
export function learnNames(records: readonly AuditRecord[], names: Map<number, string>): void {
  for (const record of records) {
    const fields = record.type === RECORD.PROCTITLE ? [] : fieldsOf(record);
    if (fields.at(-1)?.part !== 'enriched') continue;
    const ids = new Map<string, string>();
    for (const { name, value, part } of fields) {
      if (part !== 'enriched') {
        if (ID_NAMES.has(name) && !ids.has(name)) ids.set(name, value);
        continue;
      }
      if (!ID_FIELDS.has(name) || names.size >= MOST_NAMES) continue;
      const id = idOf(ids.get(name.toLowerCase()));
      const text = fieldText(name, value);
      if (isSet(id) && !text.includes('(') && text !== 'unset') names.set(id, text);
    }
  }
}

/** Whether a view's string is `text`, without cutting it out where it stands quoted. */
export function same(view: SyscallView, range: readonly [number, number], text: string): boolean {
  const [from, to] = range;
  if (view.bytes[from] !== 34 || to <= from) return viewText(view, range) === text;
  if (to - from - 2 !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (view.bytes[from + 1 + i] !== text.charCodeAt(i)) return false;
  return true;
}

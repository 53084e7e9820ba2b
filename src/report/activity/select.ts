// Whose events a summary is about: a login uid, a session, a process with its descendants, a program, a rule's key.

import { idOf, isUnset } from '../../base/ids.ts';
import type { Accounts } from '../../base/types.ts';
import type { AuditEvent } from '../../event/event.ts';
import { fieldText } from '../../record/fields.ts';
import { type AuditRecord, fieldsOf, fieldValue } from '../../record/record.ts';
import { isFork } from '../../tables/calls.ts';
import { RECORD } from '../../tables/records.ts';

/** Everything given must hold; nothing given takes every event. */
export interface Selection {
  /** Login uid, unsigned. */
  readonly auid?: number | undefined;
  readonly uid?: number | undefined;
  readonly ses?: number | undefined;
  /** This process and its descendants. */
  readonly pid?: number | undefined;
  /** latin1 path of the program. */
  readonly exe?: string | undefined;
  readonly key?: string | undefined;
}

/** Whom a selection is about, in words (latin1). */
export function subjectText(selection: Selection, accounts: Accounts): string {
  const named = (id: number): string => {
    const name = accounts.userName(id);
    return name === undefined ? String(id) : `${id} (${name})`;
  };
  const { auid, uid, ses, pid, exe, key } = selection;
  const parts = [
    auid !== undefined && `login uid ${isUnset(auid) ? 'unset' : named(auid)}`,
    uid !== undefined && `uid ${named(uid)}`,
    ses !== undefined && `session ${ses}`,
    pid !== undefined && `process ${pid} and its descendants`,
    exe !== undefined && `program ${exe}`,
    key !== undefined && `key ${key}`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(', ') : 'everyone';
}

/** The first field of that name; of a refusal that a manager wrote down, of whom it is about. */
function valueOfSubject(record: AuditRecord, name: string): string | undefined {
  const inner = record.type === RECORD.USER_AVC ? 'message' : undefined;
  const fields = fieldsOf(record).filter((field) => field.name === name);
  return (fields.find((field) => field.part === inner) ?? fields[0])?.value;
}

/** Remembers the processes of a tree as events tell of them: by their parent, and by what fork and clone returned. */
export class Selector {
  private readonly wanted: Selection;
  private readonly tree = new Set<number>();

  constructor(wanted: Selection) {
    this.wanted = wanted;
    if (wanted.pid !== undefined) this.tree.add(wanted.pid);
  }

  /** Whether the event belongs; `call` is its system call's name, where it has one. */
  takes(event: AuditEvent, call: string | undefined): boolean {
    const record = event.records.find((r) => r.type === RECORD.SYSCALL) ?? event.records[0]!;
    const number = (name: string): number | undefined => idOf(valueOfSubject(record, name));
    const { auid, uid, ses, pid, exe, key } = this.wanted;
    if (auid !== undefined && number('auid') !== auid) return false;
    if (uid !== undefined && number('uid') !== uid) return false;
    if (ses !== undefined && number('ses') !== ses) return false;
    if (exe !== undefined && fieldText('exe', fieldValue(record, 'exe') ?? '') !== exe) return false;
    if (key !== undefined && !hasKey(event, key)) return false;
    return pid === undefined || this.inTree(number('pid'), number('ppid'), call, number('exit'));
  }

  private inTree(
    pid: number | undefined,
    ppid: number | undefined,
    call: string | undefined,
    exit: number | undefined,
  ) {
    if (pid === undefined) return false;
    if (!this.tree.has(pid)) {
      if (ppid === undefined || !this.tree.has(ppid)) return false;
      this.tree.add(pid);
    }
    if (call !== undefined && isFork(call) && exit !== undefined && exit > 0 && exit < 0x7fffffff) this.tree.add(exit);
    return true;
  }

  /** Whether this process is known to be of the tree (or, without a tree, of nobody in particular). */
  knows(pid: number): boolean {
    return this.tree.has(pid);
  }
}

function hasKey(event: AuditEvent, key: string): boolean {
  return event.records.some((record) =>
    fieldsOf(record).some((f) => f.name === 'key' && fieldText('key', f.value).split('\x01').includes(key)),
  );
}

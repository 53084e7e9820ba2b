// What an event means, in the words of auditd's normaliser: who did what to what, with which result, and how.
// Everything that stands in the trail is given as a position (a field in its record), so that a caller prints it raw or
// interpreted, and can say where it comes from. Nothing here reads a value.

import type { Field } from '../record/fields.ts';
import type { AuditRecord } from '../record/record.ts';

/** A field where it stands. */
export interface FieldAt {
  readonly record: AuditRecord;
  readonly field: Field;
}

export type EventKind =
  | 'unknown'
  | 'user-space'
  | 'system-services'
  | 'configuration'
  | 'TTY'
  | 'user-account'
  | 'user-login'
  | 'audit-daemon'
  | 'mac-decision'
  | 'anomaly'
  | 'integrity'
  | 'anomaly-response'
  | 'mac'
  | 'crypto'
  | 'virt'
  | 'audit-rule'
  | 'dac-decision'
  | 'group-change'
  | 'av-decision'
  | 'bpf-program';

export type SubjectKind =
  | 'privileged-acct'
  | 'service-acct'
  | 'user-acct'
  | 'unset-acct'
  | 'unknown-acct'
  | 'system'
  | 'auditd';

export type ObjectKind =
  | 'unknown'
  | 'fifo'
  | 'character-device'
  | 'directory'
  | 'block-device'
  | 'file'
  | 'file-system'
  | 'symlink'
  | 'socket'
  | 'process'
  | 'firewall'
  | 'service'
  | 'account'
  | 'user-session'
  | 'virtual-machine'
  | 'printer'
  | 'system'
  | 'admin-defined-rule'
  | 'audit-config'
  | 'security-policy'
  | 'memory'
  | 'keystrokes'
  | 'software'
  | 'security-modules'
  | 'process-group';

export type Outcome = 'success' | 'failed';

export interface Subject {
  /** Who logged in (auid), or the context, account or old id that stands for it. */
  readonly primary: FieldAt | undefined;
  /** Whose rights were used (uid). */
  readonly secondary: FieldAt | undefined;
  readonly kind: SubjectKind | undefined;
  /** The security label, also among the attributes. */
  readonly label: FieldAt | undefined;
  /** More about the subject: ids, terminal, label, addresses. */
  readonly attributes: readonly FieldAt[];
}

export interface EventObject {
  readonly primary: FieldAt | undefined;
  /** An inode, a port. */
  readonly secondary: FieldAt | undefined;
  /** A new name, mode, owner or id; a mount point; a virtual machine. */
  readonly second: FieldAt | undefined;
  readonly label: FieldAt | undefined;
  readonly kind: ObjectKind;
  /** Where `primary` and `second` are file names: the directory that relative ones start from. */
  readonly cwd: FieldAt | undefined;
  /** Not the value of `primary` is meant but its name: a setting. */
  readonly byName: boolean;
  /** Every process that was sent a signal, where there are more than one. */
  readonly members: readonly FieldAt[];
}

export interface Normalized {
  readonly kind: EventKind;
  readonly session: FieldAt | undefined;
  readonly subject: Subject;
  /** A word such as `opened-file`; what the record's `op` says where that is the better word. */
  readonly action: string;
  readonly object: EventObject;
  readonly result: FieldAt | undefined;
  readonly outcome: Outcome | undefined;
  /** The program, or the means: a field, or a fixed word (`signal`, `init`). */
  readonly how: FieldAt | string | undefined;
  /** The keys of the rule that matched. */
  readonly key: FieldAt | undefined;
}

export interface NormalizeOptions {
  /**
   * Default true. Without, the attributes of the subject and what an access decision was about are not gathered, and a
   * result that stands before them in an unusual order is seen: as the classic formats print it without labels.
   */
  readonly attributes?: boolean;
  /** As audit-userspace 4.2.2 has it in `--format text` and csv; classic.ts says where that is another meaning. */
  readonly classic?: boolean;
}

// An audit rule as a tree: what text (auditctl's language) and bytes (struct audit_rule_data) are two spellings of.
// Types and the few questions everyone asks of a rule. It reads and writes neither spelling: parse.ts and bytes.ts do.
import { type Arch, archOf } from '../tables/index.ts';

export type RuleList = 'user' | 'task' | 'exit' | 'exclude' | 'filesystem' | 'io_uring';
export type RuleAction = 'never' | 'possible' | 'always';
export type RuleOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '&' | '&=';

/** One condition. All conditions of a rule must hold (msgtype conditions of one rule: see check.ts). */
export interface RuleField {
  /** The name of `ruleFields` (`auid`, `key`, `field_compare`, …), or `f` and its number. */
  readonly field: string;
  readonly op: RuleOperator;
  /** Unsigned 32 bit; for a text field the length of `text`. */
  readonly value: number;
  /** The latin1 text of path, dir, exe, key and the SELinux fields. Keys of one rule are joined by \x01. */
  readonly text?: string;
}

export interface Rule {
  readonly list: RuleList;
  readonly action: RuleAction;
  /** Put before the rules that are there (`-A`). The kernel does not remember it. */
  readonly prepend: boolean;
  /** Numbers in the table of the rule's arch (of io_uring on that list), ascending. A task rule has none. */
  readonly syscalls: 'all' | readonly number[];
  readonly fields: readonly RuleField[];
}

/** The name of a field number that has none: `f50`. */
export const UNKNOWN_FIELD = /^f(\d+)$/;

/** Fields whose value is text. */
export const TEXT_FIELDS: ReadonlySet<string> = new Set([
  'path',
  'dir',
  'exe',
  'key',
  'subj_user',
  'subj_role',
  'subj_type',
  'subj_sen',
  'subj_clr',
  'obj_user',
  'obj_role',
  'obj_type',
  'obj_lev_low',
  'obj_lev_high',
]);

/** What parts several keys of one rule in its key field (linux/audit.h AUDIT_KEY_SEPARATOR). */
export const KEY_SEPARATOR = '\x01';

/** The keys of a rule, in order. */
export const keysOf = (rule: Rule): readonly string[] =>
  rule.fields.flatMap((f) => (f.field === 'key' ? (f.text ?? '').split(KEY_SEPARATOR) : []));

/** The arch a rule names with `arch=`; undefined without one, with `arch!=`, and for an arch without a table. */
export function archOfRule(rule: Rule): Arch | undefined {
  const field = rule.fields.find((f) => f.field === 'arch');
  return field?.op === '=' ? archOf(field.value) : undefined;
}

/** The table that the numbers of a rule are in: io_uring's, the named arch's (also after `!=`), or the machine's. */
export function syscallTable(rule: Rule, host: Arch): Arch {
  if (rule.list === 'io_uring') return 'uring';
  const field = rule.fields.findLast((f) => f.field === 'arch');
  return (field && archOf(field.value)) ?? host;
}

/** A rule that `-w` can say: one path or dir, then perm, then perhaps keys; every system call, always, on exit. */
export function isWatch(rule: Rule): boolean {
  const [place, perm, key, more] = rule.fields;
  return (
    rule.list === 'exit' &&
    rule.action === 'always' &&
    rule.syscalls === 'all' &&
    more === undefined &&
    (place?.field === 'path' || place?.field === 'dir') &&
    perm?.field === 'perm' &&
    (key === undefined || key.field === 'key') &&
    rule.fields.every((f) => f.op === '=')
  );
}

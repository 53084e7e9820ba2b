// What the kernel's filter would do with a system call that was recorded: kernel/auditsc.c as data. The exit list: a
// rule matches when the call is in its mask and all its conditions hold; of the rules that match, the first one decides.
// Comparisons are unsigned 32 bit (audit_comparator), exit values too. What a log does not tell (inodes of watched
// files, personality, …) is taken from names, or reported as unsure.
import { Memo } from '../base/memo.ts';
import { type Arch, archOf, ruleComparisons, syscallName } from '../tables/index.ts';
import { compare } from './conditions.ts';
import { permBits } from './perm.ts';
import type { Rule, RuleField } from './rule.ts';
import type { PlacedRule } from './ruleset.ts';

/** A file the call touched, from its PATH record. */
export interface TouchedPath {
  /** Absolute and without `.` and `..`; undefined when the log does not say. */
  readonly name?: string;
  readonly inode?: number;
  readonly devMajor?: number;
  readonly devMinor?: number;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** user, role, type, low level, high level of its security context. */
  readonly context?: readonly string[];
}

/** A system call as the records of its event tell it. Numbers are unsigned 32 bit; ids unset are 0xffffffff. */
export interface RecordedCall {
  readonly arch: number;
  readonly syscall: number;
  /** undefined when the record has no success. */
  readonly success?: boolean;
  readonly exit: number;
  readonly args: readonly number[];
  /** pid, ppid, auid, uid, gid, euid, suid, fsuid, egid, sgid, fsgid, sessionid. */
  readonly ids: Readonly<Record<string, number | undefined>>;
  readonly exe?: string;
  readonly personality?: number;
  /** user, role, type, sensitivity, clearance of the process's context. */
  readonly context?: readonly string[];
  readonly paths: readonly TouchedPath[];
  readonly addressFamily?: number;
}

export interface Verdict {
  /** The rule that decides; undefined when none matches. */
  readonly rule?: PlacedRule;
  readonly outcome: 'recorded' | 'silenced' | 'unmatched';
  /** Fields of rules before it that the log cannot answer: they might have matched first. */
  readonly unsure: readonly string[];
}

type Answer = boolean | 'unsure';

/** Fields that the exclude list can ask about a record (kernel/audit.c audit_filter). */
const EXCLUDABLE = new Set(
  'pid uid gid auid exe msgtype subj_user subj_role subj_type subj_sen subj_clr key'.split(' '),
);

/** The exclude list of a set, found once: it is asked for each record of a trail. */
const excludes = new WeakMap<readonly PlacedRule[], readonly PlacedRule[]>();

function excluding(rules: readonly PlacedRule[]): readonly PlacedRule[] {
  let found = excludes.get(rules);
  if (!found) excludes.set(rules, (found = rules.filter(({ rule }) => rule.list === 'exclude')));
  return found;
}

/** Whether the exclude list throws away a record of this type that a call causes; unsure counts as no. */
export function isExcluded(rules: readonly PlacedRule[], type: number, call: RecordedCall): boolean {
  for (const { rule } of excluding(rules)) {
    if (rule.fields.some((f) => !EXCLUDABLE.has(f.field))) return false; // the kernel gives up at such a field
    const all = rule.fields.every((f) =>
      f.field === 'msgtype' ? compare(type, f.op, f.value) : holds(f, call) === true,
    );
    if (all) return true;
  }
  return false;
}

/** Whether the task list keeps every new process from being audited: then no rule of the exit list ever matches. */
export const switchesOff = (rules: readonly PlacedRule[]): PlacedRule | undefined =>
  rules.find(({ rule }) => rule.list === 'task' && rule.action === 'never' && rule.fields.length === 0);

/** Which of the rules (in the kernel's order) decides about a call. */
export function simulateCall(rules: readonly PlacedRule[], call: RecordedCall): Verdict {
  const unsure = new Set<string>();
  for (const rule of rulesFor(rules, call.syscall)) {
    const answer = matches(rule.rule, call, unsure);
    if (answer === true)
      return { rule, outcome: rule.rule.action === 'always' ? 'recorded' : 'silenced', unsure: [...unsure] };
  }
  return { outcome: 'unmatched', unsure: [...unsure] };
}

/** The rules of the exit list for a call, found once: a trail has thousands of events of a call. */
const byCall = new WeakMap<readonly PlacedRule[], Memo<number, readonly PlacedRule[]>>();

function rulesFor(rules: readonly PlacedRule[], syscall: number): readonly PlacedRule[] {
  let known = byCall.get(rules);
  if (!known) byCall.set(rules, (known = new Memo(MOST_CALLS)));
  return known.get(syscall, (call) =>
    rules.filter(({ rule }) => rule.list === 'exit' && (rule.syscalls === 'all' || rule.syscalls.includes(call))),
  );
}

/** Calls remembered: more than any table has. */
const MOST_CALLS = 1024;

function matches(rule: Rule, call: RecordedCall, unsure: Set<string>): Answer {
  const doubts: string[] = [];
  for (const field of rule.fields) {
    const answer = holds(field, call);
    if (answer === false) return false;
    if (answer === 'unsure') doubts.push(field.field);
  }
  for (const doubt of doubts) unsure.add(doubt);
  return doubts.length > 0 ? 'unsure' : true;
}

const number = (value: number | undefined, f: RuleField): Answer =>
  value === undefined ? 'unsure' : compare(value >>> 0, f.op, f.value);

const text = (value: string | undefined, f: RuleField): Answer =>
  value === undefined ? 'unsure' : (value === f.text) === (f.op === '=');

function holds(f: RuleField, call: RecordedCall): Answer {
  if (f.field in call.ids) return number(call.ids[f.field], f);
  const test = TESTS[f.field];
  return test ? test(f, call) : 'unsure';
}

/** True when some path satisfies it, unsure when a path does not tell. */
function somePath(call: RecordedCall, test: (path: TouchedPath) => Answer): Answer {
  const answers = call.paths.map(test);
  return answers.includes(true) || (answers.includes('unsure') && 'unsure');
}

const SUBJECT = ['subj_user', 'subj_role', 'subj_type', 'subj_sen', 'subj_clr'];
const OBJECT = ['obj_user', 'obj_role', 'obj_type', 'obj_lev_low', 'obj_lev_high'];
const FILE_TYPE = 0o170000;

type Test = (f: RuleField, call: RecordedCall) => Answer;

const TESTS: Readonly<Record<string, Test>> = {
  key: () => true,
  arch: (f, c) => compare(c.arch >>> 0, f.op, f.value),
  exit: (f, c) => number(c.exit, f),
  success: (f, c) => (c.success === undefined ? 'unsure' : compare(Number(c.success), f.op, Number(f.value !== 0))),
  a0: (f, c) => number(c.args[0], f),
  a1: (f, c) => number(c.args[1], f),
  a2: (f, c) => number(c.args[2], f),
  a3: (f, c) => number(c.args[3], f),
  pers: (f, c) => number(c.personality, f),
  exe: (f, c) => text(c.exe, f),
  saddr_fam: (f, c) => (c.addressFamily === undefined ? false : number(c.addressFamily, f)),
  perm: (f, c) => permitted(f.value, c),
  path: (f, c) => somePath(c, (p) => named(p, (name) => name === f.text)),
  dir: (f, c) => somePath(c, (p) => named(p, (name) => below(name, f.text ?? ''))),
  inode: (f, c) => somePath(c, (p) => number(p.inode, f)),
  devmajor: (f, c) => somePath(c, (p) => number(p.devMajor, f)),
  devminor: (f, c) => somePath(c, (p) => number(p.devMinor, f)),
  filetype: (f, c) => somePath(c, (p) => number(p.mode === undefined ? undefined : p.mode & FILE_TYPE, f)),
  obj_uid: (f, c) => somePath(c, (p) => number(p.uid, f)),
  obj_gid: (f, c) => somePath(c, (p) => number(p.gid, f)),
  field_compare: compared,
  ...Object.fromEntries(SUBJECT.map((name, i): [string, Test] => [name, (f, c) => text(c.context?.[i], f)])),
  ...Object.fromEntries(
    OBJECT.map((name, i): [string, Test] => [name, (f, c) => somePath(c, (p) => text(p.context?.[i], f))]),
  ),
};

/** The kernel compares inodes: a name that led nowhere has none, and matches nothing. */
function named({ name, inode }: TouchedPath, test: (name: string) => boolean): Answer {
  if (inode === undefined) return false;
  return name === undefined ? 'unsure' : test(name);
}

const below = (name: string, dir: string): boolean =>
  name === dir || name.startsWith(dir.endsWith('/') ? dir : `${dir}/`);

function compared(f: RuleField, call: RecordedCall): Answer {
  const [left = '', right = ''] = (ruleComparisons.name(f.value) ?? '').split(':');
  const test = (a: number | undefined, b: number | undefined): Answer =>
    a === undefined || b === undefined ? 'unsure' : compare(a >>> 0, f.op, b >>> 0);
  if (right === 'obj_uid') return somePath(call, (p) => test(call.ids[left], p.uid));
  if (right === 'obj_gid') return somePath(call, (p) => test(call.ids[left], p.gid));
  return test(call.ids[left], call.ids[right]);
}

// ---- perm (audit_match_perm) ----

/** Where the open flags are among the arguments; openat2's are behind a pointer. */
const OPEN_FLAGS: Readonly<Record<string, number>> = { open: 1, openat: 2 };
const ACCESS: readonly number[] = [4, 2, 6, 6]; // O_RDONLY, O_WRONLY, O_RDWR, both: as r and w

function permitted(mask: number, call: RecordedCall): Answer {
  const arch: Arch | undefined = archOf(call.arch);
  const name = arch && syscallName(arch, call.syscall);
  if (!name) return 'unsure';
  if (name === 'openat2') return (mask & permBits(name)) !== 0 && 'unsure';
  if (name === 'socketcall') return (mask & 2) !== 0 && call.args[0] === 2;
  const flags = OPEN_FLAGS[name];
  if (flags !== undefined) return (mask & ACCESS[(call.args[flags] ?? 0) & 3]!) !== 0;
  return (mask & permBits(name)) !== 0;
}

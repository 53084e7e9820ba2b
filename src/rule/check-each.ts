// The checks that look at one rule by itself (and at the set it belongs to): see check.ts for those of the whole set.
import { withoutEnd } from '../base/ends.ts';
import { RECORD, recordTypeName } from '../tables/index.ts';
import { contradiction } from './conditions.ts';
import type { Checked, Finding } from './finding.ts';
import { keysOf, type Rule, type RuleField } from './rule.ts';
import { type Place, type PlacedRule, placeText, type RuleSet } from './ruleset.ts';

export type RuleCheck = (rule: Rule, options: Checked) => Omit<Finding, keyof Place> | undefined;

const contradictory: RuleCheck = (rule) => {
  const pair = contradiction(rule);
  if (!pair) return undefined;
  const text = (f: RuleField) =>
    `${f.field}${f.op}${f.field === 'msgtype' ? recordTypeName(f.value) : (f.text ?? (f.field === 'exit' ? f.value | 0 : f.value))}`;
  const types = rule.fields.filter((f) => f.field === 'msgtype' && f.op === '=');
  const message = `can never match: all conditions must hold, and ${text(pair[0])} and ${text(pair[1])} cannot both hold`;
  if (types.length < 2) return { code: 'never-matches', severity: 'error', message, remedy: 'write two rules' };
  const split = types.map((f) => `-a ${rule.action},${rule.list} -F ${text(f)}`);
  return {
    code: 'never-matches',
    severity: 'error',
    message,
    remedy: `a record has one type: write one rule for each: ${split.join('; ')}`,
  };
};

const broad: RuleCheck = ({ list, action, syscalls, fields }) => {
  const filters = fields.filter((f) => !['key', 'arch', 'success'].includes(f.field));
  if (list !== 'exit' || action !== 'always' || syscalls !== 'all' || filters.length > 0) return undefined;
  return {
    code: 'broad',
    severity: 'error',
    message:
      'every system call of every program is recorded: this slows the machine down by an order of magnitude and fills the disk',
    remedy: 'name system calls (-S) or add a condition (-F auid>=1000, -F exe=, -F dir=)',
  };
};

const neverTask: RuleCheck = ({ list, action, fields }) =>
  list === 'task' && action === 'never' && fields.length === 0
    ? {
        code: 'never-task',
        severity: 'error',
        message:
          'never,task switches system call auditing off for every process started after it: no rule of the exit list will match',
        remedy: 'delete this line (distributions put it in to switch auditing off)',
      }
    : undefined;

const signedExit: RuleCheck = ({ fields }) => {
  const field = fields.find((f) => f.field === 'exit' && /^[<>]/.test(f.op));
  return (
    field && {
      code: 'unsigned-exit',
      severity: 'warning',
      message: `the kernel compares exit values without their sign: exit${field.op}${field.value | 0} sees errors as very large numbers`,
      remedy: 'use success=1 or success=0, or name errors one by one (exit=-EACCES)',
    }
  );
};

const longKey: RuleCheck = (rule) => {
  const key = keysOf(rule).find((k) => k.length > 31);
  return key === undefined
    ? undefined
    : {
        code: 'long-key',
        severity: 'warning',
        message: `the key "${key}" has ${key.length} bytes; auditctl(8) promises only 31`,
        remedy: 'shorten the key',
      };
};

/** The folder a path is in; `/` of what is in the root. */
function parentOf(path: string): string {
  const name = withoutEnd(path, '/');
  return name.slice(0, Math.max(0, name.lastIndexOf('/'))) || '/';
}

const missingPath: RuleCheck = (rule, { exists }) => {
  const field = rule.fields.find((f) => ['path', 'dir', 'exe'].includes(f.field) && f.op === '=');
  if (!field?.text?.startsWith('/') || !exists || exists(field.text)) return undefined;
  const parent = parentOf(field.text);
  const refused = field.field === 'dir' || !exists(parent);
  const missing = field.field === 'dir' || exists(parent) ? field.text : parent;
  const what = refused ? 'the kernel refuses the rule until it is there' : 'the rule waits for it to be made';
  return {
    code: 'missing-path',
    severity: refused ? 'error' : 'warning',
    message: `${missing} does not exist: ${what}`,
    remedy: 'check the path, or leave the rule out',
  };
};

/** The condition that names a place, where one does. */
const placeOf = ({ fields }: Rule): RuleField | undefined =>
  fields.find((f) => (f.field === 'path' || f.field === 'dir' || f.field === 'exe') && f.text?.startsWith('/'));

/** The kernel looks a place up without following its last part (kernel/audit_watch.c, kernel/audit_fsnotify.c,
 * kernel/audit_tree.c); the parts before it are followed. */
const symbolicLink: RuleCheck = (rule, { linkTarget }) => {
  const place = placeOf(rule);
  const target = place && linkTarget?.(place.text!);
  if (!place || target === undefined) return undefined;
  const what = {
    exe: 'no program ever runs as it, and the rule never matches',
    dir: 'nothing stands below it',
    path: 'what is done to the file it leads to is not seen',
  }[place.field as 'path' | 'dir' | 'exe'];
  return {
    code: 'symbolic-link',
    severity: place.field === 'path' ? 'warning' : 'error',
    message: `${place.text} is a symbolic link, and the kernel watches the link itself: ${what}`,
    remedy: `name the target: ${target}`,
  };
};

const endsInSlash: RuleCheck = (rule) => {
  const place = placeOf(rule);
  if (!place || place.field === 'dir' || !place.text!.endsWith('/')) return undefined;
  return {
    code: 'ends-in-slash',
    severity: 'error',
    message: `${place.field}=${place.text} ends in a slash: the kernel refuses the rule (EINVAL)`,
    remedy: `for a folder and all below it: -F dir=${withoutEnd(place.text!, '/', 1)}`,
  };
};

const notRecursive: RuleCheck = (rule, { isDirectory }) => {
  const place = placeOf(rule);
  if (place?.field !== 'path' || place.text!.endsWith('/') || !isDirectory?.(place.text!)) return undefined;
  return {
    code: 'not-recursive',
    severity: 'warning',
    message: `${place.text} is a directory, and path= is not recursive: what is made and deleted in it is seen, what is done to the files there is not`,
    remedy: `for all below it: -F dir=${place.text}`,
  };
};

const relativePath: RuleCheck = (rule) => {
  const field = rule.fields.find((f) => ['path', 'dir', 'exe'].includes(f.field) && !f.text?.startsWith('/'));
  return (
    field && {
      code: 'relative-path',
      severity: 'error',
      message: `${field.field} must be an absolute path (not "${field.text}"); the kernel refuses the rule`,
      remedy: 'write the whole path, from the root',
    }
  );
};

const tooManyPlaces: RuleCheck = ({ fields }) => {
  const count = (...names: string[]) => fields.filter((f) => names.includes(f.field)).length;
  if (count('path', 'dir') < 2 && count('exe') < 2) return undefined;
  return {
    code: 'many-places',
    severity: 'error',
    message: 'one rule can have one path or dir, and one exe; the kernel refuses it',
    remedy: 'write one rule for each',
  };
};

const permWithoutArch: RuleCheck = ({ list, fields, syscalls }) => {
  if (
    list !== 'exit' ||
    syscalls !== 'all' ||
    !fields.some((f) => f.field === 'perm') ||
    fields.some((f) => f.field === 'arch')
  )
    return undefined;
  return {
    code: 'perm-without-arch',
    severity: 'hint',
    message: 'perm without arch is tried on every system call',
    remedy: 'put -F arch=b64 before perm, and write a second rule with arch=b32',
  };
};

/** Fields the kernel knows where a list is tried (auditctl(8)); the others never match there. */
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  user: new Set('uid auid gid pid msgtype exe subj_user subj_role subj_type subj_sen subj_clr key'.split(' ')),
  exclude: new Set('uid auid gid pid msgtype exe subj_user subj_role subj_type subj_sen subj_clr key'.split(' ')),
  task: new Set(
    'pid uid euid suid fsuid gid egid sgid fsgid auid pers arch sessionid exe subj_user subj_role subj_type subj_sen subj_clr key'.split(
      ' ',
    ),
  ),
  filesystem: new Set(['fstype', 'key']),
};

const unknownHere: RuleCheck = ({ list, fields }) => {
  const known = KNOWN[list];
  const field = known && fields.find((f) => !known.has(f.field));
  if (!field) return undefined;
  const refused = list === 'filesystem' ? 'the kernel refuses the rule' : 'it never matches there';
  return {
    code: 'field-not-on-list',
    severity: 'error',
    message: `${field.field} means nothing on the ${list} list: ${refused}`,
    remedy: `use ${[...known].join(', ')}, or the exit list`,
  };
};

/** Record types that events of system calls consist of: excluding one takes it out of every event. */
const CALL_RECORDS = new Map<number, string>([
  [
    RECORD.SYSCALL,
    'the system calls themselves, with user, program and key: events can no longer be found by any of these',
  ],
  [RECORD.PATH, 'the paths: no event says which file'],
  [RECORD.CWD, 'the working directories: relative paths cannot be resolved'],
  [RECORD.EXECVE, 'the arguments of programs'],
]);

interface ExitRules {
  /** The first that asks for anything. */
  readonly wanted: PlacedRule | undefined;
  /** The first with a condition `field=value`, by that condition. */
  readonly asking: ReadonlyMap<string, PlacedRule>;
}

const conditionId = ({ field, value, text }: RuleField): string =>
  `${field}=${text === undefined ? value : `"${text}`}`;

/** Found once for a set: each rule of the exclude list asks. */
const exitRulesOf = new WeakMap<RuleSet, ExitRules>();

function exitRules(set: RuleSet): ExitRules {
  let known = exitRulesOf.get(set);
  if (known) return known;
  const exit = set.rules.filter(({ rule }) => rule.list === 'exit');
  const asking = new Map<string, PlacedRule>();
  for (const placed of exit)
    for (const field of placed.rule.fields)
      if (field.op === '=' && !asking.has(conditionId(field))) asking.set(conditionId(field), placed);
  known = { wanted: exit.find(({ rule }) => rule.action === 'always'), asking };
  exitRulesOf.set(set, known);
  return known;
}

const dropsOthers: RuleCheck = ({ list, fields }, { set }) => {
  if (list !== 'exclude' || contradiction({ list, fields } as Rule)) return undefined;
  const conditions = fields.filter((f) => f.field !== 'key');
  const type = conditions.find((f) => f.field === 'msgtype' && f.op === '=');
  const { wanted, asking } = exitRules(set);
  const lost = type && CALL_RECORDS.get(type.value);
  if (!wanted || conditions.length > 1) return undefined;
  if (lost)
    return {
      code: 'drops-wanted',
      severity: type.value === RECORD.CWD ? 'hint' : 'warning',
      message: `takes out of every event ${lost}; rules ask for them (${placeText(wanted.place)})`,
      remedy: 'delete the rule, or narrow it (-F exe=, -F auid=)',
    };
  const [only] = conditions;
  const hidden = only?.op === '=' ? asking.get(conditionId(only)) : undefined;
  return (
    hidden && {
      code: 'drops-wanted',
      severity: 'warning',
      message: `drops everything that ${placeText(hidden.place)} asks for`,
      remedy: 'delete one of the two',
    }
  );
};

export const RULE_CHECKS: readonly RuleCheck[] = [
  contradictory,
  broad,
  neverTask,
  signedExit,
  longKey,
  missingPath,
  symbolicLink,
  endsInSlash,
  notRecursive,
  relativePath,
  tooManyPlaces,
  permWithoutArch,
  unknownHere,
  dropsOthers,
];

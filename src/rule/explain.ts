// A rule in a sentence, for people who do not read auditctl's language. English only; it says what the kernel does,
// also where that is not what the rule looks like.
import { UNSET } from '../base/ids.ts';
import {
  type Arch,
  archName,
  archOf,
  errnoName,
  errnoText,
  fileTypes,
  recordTypeName,
  ruleComparisons,
  ruleFileSystems,
  socketFamilies,
  syscallName,
} from '../tables/index.ts';
import { neverMatched } from './perm-calls.ts';
import { archOfRule, keysOf, type Rule, type RuleField, type RuleOperator, syscallTable } from './rule.ts';
import { permText } from './text.ts';

export interface ExplainOptions {
  readonly host: Arch;
  /** Human text of argument 0-3 of a system call, as for `auditctl -l -i`. */
  readonly argument?: (arch: Arch, syscall: number, argument: number, value: number) => string;
  readonly userName?: (uid: number) => string | undefined;
  readonly groupName?: (gid: number) => string | undefined;
}

/** The sentence, ending in a full stop. Text from the rule stays latin1. */
export function explainRule(rule: Rule, options: ExplainOptions): string {
  const conditions = rule.fields
    .filter((f) => f.field !== 'key' && f.field !== 'arch')
    .map((f) => phrase(f, rule, options));
  const when = conditions.length === 0 ? '' : ` when ${list(conditions, 'and')}`;
  const keys = keysOf(rule).map((k) => `"${k}"`);
  const key = keys.length === 0 ? '' : `; find them with ausearch -k (key ${list(keys, 'and')})`;
  const first = rule.prepend ? ', tried before the rules loaded so far' : '';
  return `${subject(rule, options)}${when}${first}${key}.`;
}

function subject(rule: Rule, { host }: ExplainOptions): string {
  const always = rule.action === 'always';
  switch (rule.list) {
    case 'exit':
      return `${always ? 'Record' : 'Do not record'} ${calls(rule, host)}`;
    case 'io_uring':
      return `${always ? 'Record' : 'Do not record'} ${calls(rule, host)} through io_uring`;
    case 'exclude':
      return 'Throw away records';
    case 'user':
      return `${always ? 'Let through' : 'Throw away'} messages that programs send to the audit system`;
    case 'task':
      return always
        ? 'Prepare auditing for processes that are started'
        : 'Switch system call auditing off for processes that are started';
    case 'filesystem':
      return always ? 'Record paths' : 'Leave out paths';
  }
}

function calls(rule: Rule, host: Arch): string {
  const table = syscallTable(rule, host);
  const arch = archOfRule(rule);
  const abi = arch ? ` of ${archName(arch)} programs` : archNot(rule);
  if (rule.syscalls === 'all') return `every system call${abi}`;
  const perm = rule.fields.find((f) => f.field === 'perm');
  if (perm) return `file accesses${abi}${neverBeside(perm.value, rule, table)}`;
  const names = rule.syscalls.map((n) => syscallName(table, n) ?? `system call ${n}`);
  const shown = names.length > 12 ? [...names.slice(0, 10), `${names.length - 10} more`] : names;
  const anyAbi =
    rule.list === 'exit' && abi === ''
      ? ` (numbers ${rule.syscalls.slice(0, 5).join(', ')}, whatever they mean to 32-bit programs)`
      : '';
  return `calls of ${list(shown, 'and')}${abi}${anyAbi}`;
}

/** Calls named beside a permission that it never matches. */
function neverBeside(mask: number, rule: Rule, table: Arch): string {
  const names = neverMatched(mask, rule, table);
  return names.length === 0 ? '' : ` (but no calls of ${list(names, 'and')}: they are not of the permission's class)`;
}

function archNot(rule: Rule): string {
  const field = rule.fields.find((f) => f.field === 'arch');
  const arch = field && archOf(field.value);
  return arch ? ` of programs that are not ${archName(arch)}` : '';
}

const list = (words: readonly string[], last: string): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;

const COMPARED: Readonly<Record<RuleOperator, string>> = {
  '=': 'is',
  '!=': 'is not',
  '<': 'is below',
  '<=': 'is at most',
  '>': 'is above',
  '>=': 'is at least',
  '&': 'has a bit of',
  '&=': 'has all bits of',
};

const NAMES: Readonly<Record<string, string>> = {
  pid: 'the process id',
  ppid: 'the parent’s process id',
  uid: 'the user',
  euid: 'the effective user',
  suid: 'the saved user',
  fsuid: 'the file system user',
  gid: 'the group',
  egid: 'the effective group',
  sgid: 'the saved group',
  fsgid: 'the file system group',
  auid: 'the login user',
  obj_uid: 'the file’s owner',
  obj_gid: 'the file’s group',
  sessionid: 'the login session',
  exe: 'the program',
  path: 'the file',
  inode: 'the inode',
  devmajor: 'the major device number',
  devminor: 'the minor device number',
  pers: 'the personality',
  saddr_fam: 'the address family',
  filetype: 'the file type',
  fstype: 'the file system',
  msgtype: 'the record type',
};

const USERS = new Set('uid euid suid fsuid auid obj_uid'.split(' '));
const GROUPS = new Set('gid egid sgid fsgid obj_gid'.split(' '));
const PERMS: Readonly<Record<string, string>> = {
  r: 'reads it',
  w: 'writes it',
  x: 'executes it',
  a: 'changes its attributes',
};

function phrase(f: RuleField, rule: Rule, options: ExplainOptions): string {
  switch (f.field) {
    case 'field_compare': {
      const [left = '', right = ''] = (ruleComparisons.name(f.value) ?? '').split(':');
      return `${NAMES[left]} (${left}) ${f.op === '=' ? 'is the same as' : 'differs from'} ${NAMES[right]} (${right})`;
    }
    case 'success':
      return (f.op === '=') === (f.value !== 0) ? 'the call succeeded' : 'the call failed';
    case 'exit':
      return exitPhrase(f);
    case 'perm':
      return `it ${list(
        [...permText(f.value)].map((p) => PERMS[p]!),
        'or',
      )}`;
    case 'dir':
      return `it concerns ${f.text} or anything below it`;
    case 'a0':
    case 'a1':
    case 'a2':
    case 'a3':
      return argumentPhrase(f, rule, options);
    default:
      return `${NAMES[f.field] ?? f.field} ${COMPARED[f.op]} ${valueText(f, options)}`;
  }
}

function exitPhrase(f: RuleField): string {
  const signed = f.value | 0;
  const name = signed < 0 ? errnoName(-signed) : undefined;
  if (f.op === '=' && name) return `it failed with ${name} (${errnoText(-signed)})`;
  const sign =
    f.op.startsWith('<') || f.op.startsWith('>') ? ' (compared without sign: errors are very large numbers)' : '';
  return `the exit value ${COMPARED[f.op]} ${name ? `-${name}` : signed}${sign}`;
}

function argumentPhrase(f: RuleField, rule: Rule, { argument, host }: ExplainOptions): string {
  const index = Number(f.field.slice(1));
  const [call, more] = rule.syscalls === 'all' ? [] : rule.syscalls;
  const hex = `0x${f.value.toString(16)}`;
  const known = argument && call !== undefined && more === undefined;
  const value = known ? argument(syscallTable(rule, host), call, index, f.value) : hex;
  return `argument ${index} ${COMPARED[f.op]} ${value === hex ? hex : `${value} (${hex})`}`;
}

function valueText(f: RuleField, { userName, groupName }: ExplainOptions): string {
  if (f.text !== undefined) return f.text;
  if ((USERS.has(f.field) || f.field === 'sessionid') && f.value === UNSET)
    return f.field === 'auid' ? 'unset (a service, no one logged in)' : 'unset';
  const name = USERS.has(f.field) ? userName?.(f.value) : GROUPS.has(f.field) ? groupName?.(f.value) : undefined;
  if (name !== undefined) return f.op === '=' || f.op === '!=' ? `${name} (${f.value})` : String(f.value);
  if (f.field === 'msgtype') return recordTypeName(f.value);
  if (f.field === 'fstype') return ruleFileSystems.name(f.value) ?? String(f.value);
  if (f.field === 'filetype') return fileTypes.name(f.value) ?? String(f.value);
  if (f.field === 'saddr_fam') return socketFamilies.name(f.value) ?? String(f.value);
  return String(f.value);
}

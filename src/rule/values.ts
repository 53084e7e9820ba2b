// The value of one condition, from text: which fields take numbers, users, errno names, message types and so on, with
// which operators and on which lists. Each refusal says what would be right.
import type { Accounts } from '../base/index.ts';
import { suggestion, UNSET } from '../base/index.ts';
import {
  type Arch,
  archNumber,
  archOf,
  errnoNumber,
  fileTypes,
  recordTypeNumber,
  recordTypes,
  resolveArch,
  ruleFileSystems,
  rulePerms,
} from '../tables/index.ts';
import { type RuleField, type RuleList, type RuleOperator, TEXT_FIELDS } from './rule.ts';

/** What a rule's text means depends on the machine: its arch, its users, which paths are directories. */
export interface RuleContext {
  /** The machine's own system call table. */
  readonly host: Arch;
  readonly accounts: Pick<Accounts, 'userId' | 'groupId'>;
  isDirectory(path: string): boolean;
}

/** Text -> unsigned 32-bit value, or why not. */
type Reader = (text: string, context: RuleContext) => number | string;

const LARGEST = 0xffffffff;

/** A number in C's notation (10, 0x1f, 017); `signed` allows a minus sign. */
function integer(text: string, signed: boolean): number | string {
  const m = /^(-?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (!m || (m[1] && !signed)) return signed ? 'a number is to follow' : 'a number, not negative, is to follow';
  const digits = m[2]!;
  const size = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  if (size > LARGEST) return `${text} does not fit: a rule holds 32 bits`;
  return (m[1] ? -size : size) >>> 0;
}

const unsigned: Reader = (text) => integer(text, false);
const signed: Reader = (text) => integer(text, true);

const user: Reader = (text, { accounts }) => {
  if (text === 'unset') return UNSET;
  if (/^-?\d/.test(text)) return integer(text, true);
  return accounts.userId(text) ?? `there is no user "${text}"`;
};

const group: Reader = (text, { accounts }) => {
  if (/^\d/.test(text)) return integer(text, false);
  return accounts.groupId(text) ?? `there is no group "${text}"`;
};

const exitValue: Reader = (text) => {
  if (/^-?\d/.test(text)) return integer(text, true);
  const negative = text.startsWith('-');
  const number = errnoNumber(negative ? text.slice(1) : text);
  if (number === undefined) return `there is no errno "${text}"`;
  return negative ? -number >>> 0 : number;
};

const messageType: Reader = (text) => {
  if (/^\d/.test(text)) return integer(text, false);
  const name = text.toUpperCase();
  const names = recordTypes.entries().map((e) => e[1]);
  return recordTypeNumber(name) ?? `there is no record type "${text}"${suggestion(name, names)}`;
};

const permissions: Reader = (text) => {
  let value = 0;
  for (const letter of text.toLowerCase()) {
    const bit = rulePerms.number(letter);
    if (bit === undefined) return `"${letter}" is no permission: write r, w, x or a`;
    value |= bit;
  }
  return value;
};

const arch: Reader = (text, { host }) => {
  const named = resolveArch(text, host);
  const number = named === undefined ? archFromNumber(text) : archNumber(named);
  return number ?? `there is no arch "${text}": write b32, b64 or what \`uname -m\` says`;
};

function archFromNumber(text: string): number | undefined {
  const number = /^\d+$/.test(text) ? Number(text) : Number(text.startsWith('0x') ? text : `0x${text}`);
  return archOf(number) === undefined ? undefined : number;
}

const fileType: Reader = (text) => {
  const names = fileTypes.entries().map((e) => e[1]);
  return fileTypes.number(text.toLowerCase()) ?? `there is no file type "${text}": ${names.join(', ')}`;
};

const fileSystem: Reader = (text) => {
  const number = /^\d/.test(text) ? integer(text, false) : undefined;
  const names = ruleFileSystems.entries().map((e) => e[1]);
  return number ?? ruleFileSystems.number(text) ?? `only these file systems can be named: ${names.join(', ')}`;
};

const LAST_FAMILY = 45; // AF_MCTP, the last that audit-userspace 4.2.2 takes

const addressFamily: Reader = (text) => {
  if (!/^-?\d/.test(text)) return 0; // what auditctl 4.2.2 sends for a name; parse.ts warns
  const number = integer(text, false);
  return typeof number === 'number' && number > LAST_FAMILY ? `address families go up to ${LAST_FAMILY}` : number;
};

const session: Reader = (text) => (text === 'unset' ? UNSET : integer(text, true));

const READERS: Readonly<Record<string, Reader>> = {
  pid: unsigned,
  ppid: unsigned,
  pers: unsigned,
  success: unsigned,
  inode: unsigned,
  devmajor: unsigned,
  devminor: unsigned,
  a0: signed,
  a1: signed,
  a2: signed,
  a3: signed,
  uid: user,
  euid: user,
  suid: user,
  fsuid: user,
  auid: user,
  obj_uid: user,
  gid: group,
  egid: group,
  sgid: group,
  fsgid: group,
  obj_gid: group,
  exit: exitValue,
  msgtype: messageType,
  perm: permissions,
  arch,
  filetype: fileType,
  fstype: fileSystem,
  saddr_fam: addressFamily,
  sessionid: session,
};

/** Fields that only rules of the exit list know. */
const EXIT_ONLY = new Set(
  'ppid success exit path dir inode devmajor devminor filetype obj_user obj_role obj_type obj_lev_low obj_lev_high'.split(
    ' ',
  ),
);
const EQUALITY_ONLY = new Set(['arch', 'inode', 'exe', 'fstype']);

/** The condition that `field op text` says on a list, or why it says none. */
export function readField(
  field: string,
  op: RuleOperator,
  text: string,
  list: RuleList,
  context: RuleContext,
): RuleField | string {
  const refused = refuse(field, op, list);
  if (refused !== undefined) return refused;
  if (TEXT_FIELDS.has(field)) return { field, op, value: text.length, text };
  const value = READERS[field]!(text, context);
  return typeof value === 'string' ? `${field}: ${value}` : { field, op, value };
}

function refuse(field: string, op: RuleOperator, list: RuleList): string | undefined {
  const excludes = list === 'exclude' || list === 'user';
  if (field === 'msgtype' && !excludes) return 'msgtype can only be used on the exclude and user lists';
  if (field === 'fstype' && list !== 'filesystem') return 'fstype can only be used on the filesystem list';
  if (EXIT_ONLY.has(field) && list !== 'exit') return `${field} can only be used on the exit list`;
  if (field === 'sessionid' && !excludes && list !== 'exit')
    return 'sessionid can only be used on the exit, exclude and user lists';
  if (field === 'perm' && list !== 'exit' && list !== 'exclude') return 'perm can only be used on the exit list';
  if (field === 'perm' && op !== '=') return 'perm only takes the operator =';
  if (EQUALITY_ONLY.has(field) && op !== '=' && op !== '!=') return `${field} only takes the operators = and !=`;
  return undefined;
}

/** True for a field that `-F` can name. */
export const isRuleField = (field: string): boolean => Object.hasOwn(READERS, field) || TEXT_FIELDS.has(field);

/** Every field that `-F` can name. */
export const fieldNames = (): readonly string[] => [...Object.keys(READERS), ...TEXT_FIELDS];

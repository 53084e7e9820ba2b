// A rule as `auditctl -l` and `auditctl -l -i` write it. What it writes can be read again (parse.ts), except that a key
// or path with blanks stands unquoted, as the classic tool has it: `sourceText` escapes those.
import {
  type Arch,
  archBits,
  archName,
  archOf,
  compatArch,
  errnoName,
  fileTypes,
  recordTypes,
  ruleComparisons,
  ruleFileSystems,
  rulePerms,
  syscallName,
} from '../tables/index.ts';
import {
  archOfRule,
  isWatch,
  KEY_SEPARATOR,
  type Rule,
  type RuleField,
  syscallTable,
  TEXT_FIELDS,
  UNKNOWN_FIELD,
} from './rule.ts';
import { spellWord } from './words.ts';

export interface ListOptions {
  /** The machine's own system call table, for rules without an arch. */
  readonly host: Arch;
  /** `-i`: arches by name, unset ids as `unset`, and arguments by `argument`. */
  readonly interpret?: boolean;
  /** Human text of argument 0-3 of a system call; used with `interpret`, for rules with one arch and one call. */
  readonly argument?: (arch: Arch, syscall: number, argument: number, value: number) => string;
}

/** One line of `auditctl -l`, without the newline; latin1. */
export function listText(rule: Rule, options: ListOptions): string {
  return isWatch(rule) ? watchText(rule, (text) => text) : textOf(rule, options);
}

/** `source`: every value as a rules file may spell it. */
type TextOptions = ListOptions & { readonly source?: boolean };

function textOf(rule: Rule, options: TextOptions): string {
  const said = (fields: readonly RuleField[]): string => fields.map((f) => ` ${fieldText(f, rule, options)}`).join('');
  const [before, behind] = aroundSyscalls(rule, options);
  return `-a ${rule.action},${rule.list}${said(before)}${syscallsText(rule, options.host)}${said(behind)}`;
}

/** The fields before `-S` and behind it: arches stand before. `auditctl -l` moves them there; a source keeps the order. */
function aroundSyscalls({ fields }: Rule, { source }: TextOptions): [RuleField[], RuleField[]] {
  const isArch = ({ field }: RuleField): boolean => field === 'arch';
  if (!source) return [fields.filter(isArch), fields.filter((field) => !isArch(field))];
  const behind = fields.findLastIndex(isArch) + 1;
  return [fields.slice(0, behind), fields.slice(behind)];
}

/** A rule as a line for a rules file, which reads back to the same bytes (a watch where its path is a directory, or none, as
 * before): `-A` where it was prepended (`-w` cannot say that), blanks escaped. */
export function sourceText(rule: Rule, host: Arch): string {
  if (isWatch(rule) && !rule.prepend) return watchText(rule, spellWord);
  const text = textOf(rule, { host, source: true });
  return rule.prepend ? text.replace(/^-a/, '-A') : text;
}

/** The keys as a source names them: each by itself, or all as one word where one is empty, for an empty key is no key. */
function sourceKeys(text: string): readonly string[] {
  const keys = text.split(KEY_SEPARATOR);
  return text !== '' && keys.includes('') ? [text] : keys;
}

function watchText({ fields: [place, perm, key] }: Rule, spell: (text: string) => string): string {
  const text = key?.text ?? '';
  const keys = (spell === spellWord ? sourceKeys(text) : text.split(KEY_SEPARATOR)).filter((k) => k !== '');
  return `-w ${spell(place!.text!)} -p ${permText(perm!.value)}${keys.map((k) => ` -k ${spell(k)}`).join('')}`;
}

function syscallsText(rule: Rule, host: Arch): string {
  if (rule.list !== 'exit' && rule.list !== 'io_uring') return '';
  if (rule.syscalls === 'all') return ' -S all';
  if (rule.syscalls.length === 0) return '';
  const table = syscallTable(rule, host);
  return ` -S ${rule.syscalls.map((n) => syscallName(table, n) ?? String(n)).join(',')}`;
}

function archText(field: RuleField, options: TextOptions): string {
  const arch = archOf(field.value);
  if (arch === undefined) return `0x${field.value.toString(16).toUpperCase()}`;
  if (options.source && arch !== options.host && arch !== compatArch(options.host)) return archName(arch);
  return options.interpret ? archName(arch) : `b${archBits(arch)}`;
}

export const permText = (value: number): string =>
  rulePerms
    .entries()
    .map(([bit, letter]) => (value & bit ? letter : ''))
    .join('');

function fieldText(f: RuleField, rule: Rule, options: TextOptions): string {
  const spell = options.source ? spellWord : (text: string) => text;
  if (f.field === 'field_compare') {
    const [left, right] = (ruleComparisons.name(f.value) ?? `unknown:${f.value}`).split(':');
    return `-C ${left}${f.op}${right}`;
  }
  if (f.field === 'key') {
    const text = f.text ?? '';
    return (options.source ? sourceKeys(text) : text.split(KEY_SEPARATOR)).map((k) => `-F key=${spell(k)}`).join(' ');
  }
  if (f.field === 'arch') return `-F arch${f.op}${archText(f, options)}`;
  if (UNKNOWN_FIELD.test(f.field)) return `${f.field}${f.op}${f.value | 0}`;
  return `-F ${f.field}${f.op}${spell(valueText(f, rule, options))}`;
}

function valueText(f: RuleField, rule: Rule, options: TextOptions): string {
  if (TEXT_FIELDS.has(f.field)) return f.text ?? '';
  const signed = f.value | 0;
  switch (f.field) {
    case 'perm':
      return permText(f.value);
    case 'msgtype':
      return recordTypes.name(f.value) ?? String(signed);
    case 'fstype':
      return ruleFileSystems.name(f.value) ?? String(signed);
    case 'filetype':
      return (options.source ? fileTypes.name(f.value) : undefined) ?? String(signed);
    case 'inode':
      return String(f.value);
    case 'exit':
      return signed < 0 ? `-${errnoName(-signed) ?? -signed}` : String(signed);
    case 'auid':
    case 'sessionid':
      return options.interpret && signed === -1 ? 'unset' : String(signed);
    case 'a0':
    case 'a1':
    case 'a2':
    case 'a3':
      return argumentText(f, rule, options);
    default:
      return String(signed);
  }
}

function argumentText(f: RuleField, rule: Rule, { interpret, argument }: ListOptions): string {
  const arch = archOfRule(rule);
  const [syscall, more] = rule.syscalls === 'all' ? [] : rule.syscalls;
  if (interpret && argument && arch && syscall !== undefined && more === undefined)
    return argument(arch, syscall, Number(f.field.slice(1)), f.value);
  const hex = f.value.toString(16);
  const several = rule.syscalls === 'all' || more !== undefined; // then the classic tool does not try to interpret
  return `0x${interpret && !several ? hex : hex.toUpperCase()}`;
}

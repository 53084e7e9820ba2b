// A rule from words, as auditctl takes them: -a -A -d -w -W, then -S -F -C -k -p, read from left to right, because the
// order means something (arch before -S, a key after what it is the key of). Refusals name the word and the remedy.
import { withoutEnd } from '../base/ends.ts';
import { AuditError, suggestion } from '../base/index.ts';
import {
  type Arch,
  archOf,
  permSyscalls,
  ruleActions,
  ruleComparisons,
  ruleLists,
  rulePerms,
  syscallNumber,
  syscalls,
} from '../tables/index.ts';
import { differs, mismatches } from './abi.ts';
import { MAX_FIELDS, MAX_SYSCALL } from './bytes.ts';
import { KEY_SEPARATOR, type Rule, type RuleAction, type RuleField, type RuleList, type RuleOperator } from './rule.ts';
import { fieldNames, isRuleField, type RuleContext, readField } from './values.ts';
import type { RuleWord } from './words.ts';

/** What a rule's words say: the rule, whether it is added or deleted, and what is doubtful about it. */
export interface ParsedRule {
  readonly op: 'add' | 'delete';
  readonly rule: Rule;
  readonly warnings: readonly RuleWarning[];
}

/** Something legal but doubtful. `code` is stable. */
export interface RuleWarning {
  readonly code: 'abi-mismatch' | 'slow-watch' | 'watch-with-calls' | 'wildcard' | 'family-name';
  readonly message: string;
  readonly column: number;
}

/** The options that make up a rule; each takes one word. */
export const RULE_OPTIONS: ReadonlySet<string> = new Set('-a -A -d -w -W -S -F -C -k -p'.split(' '));

/** A rule while its words are read. */
interface Draft {
  op: 'add' | 'delete' | undefined;
  watch: boolean;
  list: RuleList | undefined;
  action: RuleAction;
  prepend: boolean;
  /** `undefined` until -S or perm says something. */
  syscalls: 'all' | Set<number> | undefined;
  /** -S was given: no arch may follow. */
  named: boolean;
  arch: Arch | undefined;
  mismatch: number | undefined;
  fields: RuleField[];
  keys: string[];
  /** Of the keys, each with what parts it from the next. */
  keyBytes: number;
  warnings: RuleWarning[];
}

/** Throws AuditError `rule` at a word. */
function fault(message: string, word: RuleWord | undefined): never {
  const brief = shortened(message);
  const position = word ? { position: { column: word.column } } : {};
  throw new AuditError('rule', `Cannot read the rule: ${brief}`, { brief, ...position });
}

/** A message that repeats what was written, however long that is: its beginning and its end, where the remedy stands. */
export const shortened = (message: string): string =>
  message.length <= 1000 ? message : `${message.slice(0, 400)} … ${message.slice(-500)}`;

/** Reads a rule. Throws AuditError `rule` with the column of the word that is wrong. */
export function parseRule(words: readonly RuleWord[], context: RuleContext): ParsedRule {
  const draft: Draft = {
    op: undefined,
    watch: false,
    list: undefined,
    action: 'always',
    prepend: false,
    syscalls: undefined,
    named: false,
    arch: undefined,
    mismatch: undefined,
    fields: [],
    keys: [],
    keyBytes: 0,
    warnings: [],
  };
  for (let i = 0; i < words.length; ) {
    const { option, value, next } = takeOption(words, i);
    STEPS[option]!(draft, value, context);
    i = next;
  }
  return finish(draft, words, context);
}

/** `-S open` or `-Sopen`. */
function takeOption(words: readonly RuleWord[], at: number): { option: string; value: RuleWord; next: number } {
  const word = words[at]!;
  const option = word.text.slice(0, 2);
  if (!RULE_OPTIONS.has(option)) {
    if (word.text.startsWith('-')) fault(`there is no option "${word.text}" in a rule`, word);
    fault(`"${word.text}" belongs to no option`, word);
  }
  if (word.text.length > 2)
    return { option, value: { text: word.text.slice(2), column: word.column + 2 }, next: at + 1 };
  const value = words[at + 1];
  if (!value) fault(`${option} needs a value`, word);
  return { option, value, next: at + 2 };
}

const STEPS: Readonly<Record<string, (draft: Draft, word: RuleWord, context: RuleContext) => void>> = {
  '-a': (d, w) => start(d, w, 'add', false),
  '-A': (d, w) => start(d, w, 'add', true),
  '-d': (d, w) => start(d, w, 'delete', false),
  '-w': (d, w, c) => watch(d, w, 'add', c),
  '-W': (d, w, c) => watch(d, w, 'delete', c),
  '-S': addSyscalls,
  '-F': addField,
  '-C': addComparison,
  '-k': (d, w) => addKey(d, w, w.text, '-k'),
  '-p': setPermissions,
};

// ---- -a -A -d: list and action ----

function start(draft: Draft, word: RuleWord, op: 'add' | 'delete', prepend: boolean): void {
  if (draft.watch) fault('a watch (-w) is a rule of its own: -a cannot follow', word);
  if (draft.op) fault('one rule adds or deletes one thing: a second -a, -A or -d cannot follow', word);
  const parts = word.text.split(',');
  if (parts.length !== 2)
    fault(`write the list and the action with a comma between: always,exit (not "${word.text}")`, word);
  const action = parts.find((p) => ruleActions.number(p) !== undefined);
  const list = parts.find((p) => p !== action);
  if (parts.includes('entry')) fault(`there is no entry list any more: write ${action ?? 'always'},exit`, word);
  if (parts.includes('possible')) fault('the action "possible" is gone: write always', word);
  if (action === undefined || list === undefined) fault(unknownPart(parts), word);
  if (list === 'watch' || ruleLists.number(list) === undefined) fault(unknownPart([list, 'always']), word);
  Object.assign(draft, { op, prepend, action, list });
}

function unknownPart(parts: readonly string[]): string {
  const actions = ['always', 'never'];
  const lists = ['exit', 'task', 'user', 'exclude', 'filesystem', 'io_uring'];
  const wrong = parts.find((p) => !actions.includes(p) && !lists.includes(p));
  if (wrong === undefined) return `a list and an action are needed, as in always,exit (not "${parts.join(',')}")`;
  return `"${wrong}" is neither a list (${lists.join(', ')}) nor an action (${actions.join(', ')})${suggestion(wrong, [...actions, ...lists])}`;
}

// ---- -w -W -p ----

function watch(draft: Draft, word: RuleWord, op: 'add' | 'delete', context: RuleContext): void {
  if (draft.op) fault('a watch (-w) is a rule of its own: it cannot follow -a, -A, -d or another watch', word);
  if (!word.text.startsWith('/')) fault(`a watched path begins with a slash (not "${word.text}")`, word);
  const path = withoutEnd(word.text, '/', 1);
  if (path.length > LONGEST_TEXT)
    fault(`the path has ${path.length} bytes, and the kernel takes ${LONGEST_TEXT}: shorten it`, word);
  const field = context.isDirectory(path) ? 'dir' : 'path';
  Object.assign(draft, { op, watch: true, list: 'exit', syscalls: 'all' });
  draft.fields.push({ field, op: '=', value: path.length, text: path }, { field: 'perm', op: '=', value: 15 });
  if (/[*?[]/.test(path))
    warn(draft, 'wildcard', 'wildcards are not supported: this watches one file of that very name', word);
  if (op === 'add') {
    const better = `-a always,exit -F arch=b64 -F ${field}=${path} -F perm=…`;
    warn(draft, 'slow-watch', `watches (-w) are slower than the system call form: ${better}`, word);
  }
}

function setPermissions(draft: Draft, word: RuleWord, context: RuleContext): void {
  // auditctl(8) has -p for watches alone; the original also takes it behind a field, as if it were -F perm=…
  if (!draft.list || draft.fields.length === 0)
    fault('-p needs a watch (-w), or a field (-F), before it; better write -F perm=…', word);
  const field = readField('perm', '=', word.text, draft.list, context);
  if (typeof field === 'string') fault(field, word);
  const at = draft.fields.findIndex((f) => f.field === 'perm');
  if (at < 0) draft.fields.push(field);
  else draft.fields[at] = field;
}

function warn(draft: Draft, code: RuleWarning['code'], message: string, word: RuleWord): void {
  draft.warnings.push({ code, message, column: word.column });
}

// ---- -S ----

const NO_SYSCALLS: readonly RuleList[] = ['task', 'user', 'exclude', 'filesystem'];

function addSyscalls(draft: Draft, word: RuleWord, { host }: RuleContext): void {
  if (!draft.list) fault('the list must come first: -a always,exit', word);
  if (NO_SYSCALLS.includes(draft.list))
    fault(`system calls (-S) cannot be on the ${draft.list} list, only on exit and io_uring`, word);
  draft.named = true;
  if (draft.watch)
    warn(draft, 'watch-with-calls', '-S beside -w has no effect: a watch is tried on every system call', word);
  const table = draft.list === 'io_uring' ? 'uring' : (draft.arch ?? host);
  for (const name of word.text.split(',').filter((part) => part !== '')) {
    if (name === 'all') draft.syscalls = 'all';
    if (draft.syscalls === 'all') continue;
    draft.syscalls ??= new Set<number>();
    draft.syscalls.add(syscallIn(table, name, word));
    if (table !== 'uring' && draft.arch === undefined && differs(table, name)) draft.mismatch ??= word.column;
  }
}

function syscallIn(table: Arch, name: string, word: RuleWord): number {
  const number = /^(\d+|0x[0-9a-f]+)$/i.test(name) ? Number(name) : syscallNumber(table, name.toLowerCase());
  if (number !== undefined && number < MAX_SYSCALL) return number;
  if (number !== undefined) fault(`system call ${name} is too high: rules hold numbers below ${MAX_SYSCALL}`, word);
  const names = syscalls(table)
    .entries()
    .map((e) => e[1]);
  const kind = table === 'uring' ? 'io_uring operation' : `system call on ${table}`;
  fault(`there is no ${kind} "${name}"${suggestion(name.toLowerCase(), names)}`, word);
}

// ---- -F -C -k ----

/** The first operator in a condition: name, operator, value. */
const CONDITION = /^([^=!<>&]*)(&=|!=|<=|>=|=|<|>|&)?(.*)$/s;

function addField(draft: Draft, word: RuleWord, context: RuleContext): void {
  const [, spelled = '', op, text = ''] = CONDITION.exec(word.text)!;
  if (!draft.list) fault('the list must come first: -a always,exit', word);
  if (op === undefined) fault(`an operator is missing after "${spelled}": =, !=, <, <=, >, >=, & or &=`, word);
  const name = spelled.toLowerCase() === 'loginuid' ? 'auid' : spelled.toLowerCase();
  if (!isRuleField(name)) fault(`there is no field "${spelled}"${suggestion(name, fieldNames())}`, word);
  if (name === 'key') {
    addKey(draft, word, text, '-F key');
    return;
  }
  if (text === '') fault(`a value is missing after "${spelled}${op}"`, word);
  if (name === 'arch' && draft.named) fault('arch must stand before -S, because -S is looked up in its table', word);
  const field = readField(name, op as RuleOperator, text, draft.list, context);
  if (typeof field === 'string') fault(field, word);
  if (name === 'arch') draft.arch = archOf(field.value);
  if (name === 'perm') addPermSyscalls(draft, field.value);
  if (name === 'saddr_fam' && !/^\d/.test(text))
    warn(
      draft,
      'family-name',
      `saddr_fam takes a number; "${text}" is read as 0, which is no address family in use`,
      word,
    );
  addCondition(draft, field, word);
}

/** Bytes of a text the kernel takes: PATH_MAX, and AUDIT_MAX_KEY_LEN for the keys of a rule together. */
const LONGEST_TEXT = 4096;
const LONGEST_KEY = 256;

function addCondition(draft: Draft, field: RuleField, word: RuleWord): void {
  if ((field.text?.length ?? 0) > LONGEST_TEXT)
    fault(`${field.field} has ${field.text!.length} bytes, and the kernel takes ${LONGEST_TEXT}: shorten it`, word);
  if (draft.fields.length >= MAX_FIELDS)
    fault(`it has more than ${MAX_FIELDS} conditions, the most that the kernel takes: write two rules`, word);
  draft.fields.push(field);
}

/** With an arch, a permission names its system calls itself, so that the rule costs nothing on the others. */
function addPermSyscalls(draft: Draft, perm: number): void {
  if (draft.arch === undefined || draft.syscalls === 'all' || draft.list !== 'exit') return;
  draft.syscalls ??= new Set<number>();
  for (const [bit, letter] of rulePerms.entries())
    if (perm & bit)
      for (const name of permSyscalls[letter as 'r' | 'w' | 'x' | 'a']) {
        const number = syscallNumber(draft.arch, name);
        if (number !== undefined) draft.syscalls.add(number);
      }
}

function addComparison(draft: Draft, word: RuleWord): void {
  const m = /^(\w+)(!=|=)(\w*)$/.exec(word.text);
  if (!m) fault(`a comparison is field=field or field!=field (not "${word.text}")`, word);
  const [, left = '', op, right = ''] = m;
  if (right === '') fault(`a field is missing after "${left}${op}"`, word);
  if (draft.list !== 'exit') fault(`comparisons (-C) can only be used on the exit list`, word);
  const value = ruleComparisons.number(`${left}:${right}`) ?? ruleComparisons.number(`${right}:${left}`);
  if (value === undefined)
    fault(
      `"${left}" and "${right}" cannot be compared: user ids with user ids (auid, uid, euid, suid, fsuid, obj_uid), group ids with group ids (gid, egid, sgid, fsgid, obj_gid)`,
      word,
    );
  addCondition(draft, { field: 'field_compare', op: op as RuleOperator, value }, word);
}

const KEYED = new Set(['path', 'dir', 'perm', 'exe', 'fstype']);

function addKey(draft: Draft, word: RuleWord, text: string, option: string): void {
  if (draft.syscalls === undefined && !draft.fields.some((f) => KEYED.has(f.field)))
    fault(
      `${option} needs something before it that it is the key of: -S, -w, or -F path, dir, perm, exe or fstype`,
      word,
    );
  if (text === '') return;
  draft.keys.push(text);
  draft.keyBytes += text.length + 1;
  if (draft.keyBytes - 1 > LONGEST_KEY)
    fault(`its keys have more than ${LONGEST_KEY} bytes, the most that the kernel takes: shorten them`, word);
}

// ---- the end ----

function finish(draft: Draft, words: readonly RuleWord[], context: RuleContext): ParsedRule {
  const { op, list } = draft;
  if (!op || !list) fault('it adds or deletes nothing: -a always,exit (or -A, -d, -w, -W) is missing', words[0]);
  if (draft.mismatch !== undefined && op === 'add')
    draft.warnings.push({
      code: 'abi-mismatch',
      message: `32/64 bit syscall mismatch, you should specify an arch: ${mismatches(draft.syscalls, context.host)}`,
      column: draft.mismatch,
    });
  const key = draft.keys.join(KEY_SEPARATOR);
  if (key !== '') draft.fields.push({ field: 'key', op: '=', value: key.length, text: key });
  if (draft.fields.length > MAX_FIELDS) fault(`it has more than ${MAX_FIELDS} conditions`, words[0]);
  const chosen = draft.syscalls ?? (list === 'task' ? new Set<number>() : 'all');
  const rule: Rule = {
    list,
    action: draft.action,
    prepend: draft.prepend,
    syscalls: chosen === 'all' ? chosen : [...chosen].sort((a, b) => a - b),
    fields: draft.fields,
  };
  return { op, rule, warnings: draft.warnings };
}

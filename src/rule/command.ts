// One command of auditctl: a command line, or a line of a rules file. Rules go to parse.ts; the rest (status, limits,
// listing, deletion, messages) is read here. What a command does to a kernel is the caller's business.
import { AuditError, suggestion } from '../base/index.ts';
import { type ParsedRule, parseRule, RULE_OPTIONS, shortened } from './parse.ts';
import type { RuleContext } from './values.ts';
import { type RuleWord, wordsOf } from './words.ts';

/** A number of struct audit_status that a command sets. */
export type Setting = 'enabled' | 'failure' | 'rateLimit' | 'backlogLimit' | 'backlogWaitTime';

export type RuleCommand =
  | ({ readonly kind: 'rule' } & ParsedRule)
  | { readonly kind: 'set'; readonly setting: Setting; readonly value: number }
  | { readonly kind: 'delete-all'; readonly key?: string }
  | { readonly kind: 'list'; readonly key?: string; readonly interpret: boolean }
  | { readonly kind: 'status'; readonly interpret: boolean }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'equivalent'; readonly mounted: string; readonly watched: string }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'read'; readonly file: string }
  | { readonly kind: Plain };

/** Commands without a value. `continue`: go on after an error; `ignore`: and call it success. */
type Plain = 'continue' | 'ignore' | 'trim' | 'reset-lost' | 'reset-wait' | 'loginuid-immutable' | 'version' | 'help';

type Reader = (value: RuleWord) => RuleCommand;

interface Spec {
  readonly forms: readonly string[];
  /** What its value is called; without one it takes none. */
  readonly value?: string;
  readonly help: string;
  readonly read?: Reader;
  readonly kind?: Plain;
}

function fault(message: string, word: RuleWord): never {
  const brief = shortened(message);
  throw new AuditError('rule', `Cannot read the command: ${brief}`, { brief, position: { column: word.column } });
}

/** Reads a whole number from 0 to `most`. */
function setting(name: Setting, most: number, what: string): Reader {
  return (word) => {
    const value = /^\d+$/.test(word.text) ? Number(word.text) : Number.NaN;
    if (!(value <= most)) fault(`${what} is a number from 0 to ${most} (not "${word.text}")`, word);
    return { kind: 'set', setting: name, value };
  };
}

const MOST = 0x7fffffff;

/** Every command but rules, and -l -s -D with their own options. */
const COMMANDS: readonly Spec[] = [
  {
    forms: ['-b'],
    value: 'N',
    help: 'set the number of records that may wait in the kernel',
    read: setting('backlogLimit', MOST, 'the backlog limit'),
  },
  {
    forms: ['-e'],
    value: '0..2',
    help: 'auditing off (0), on (1), on and locked until the next boot (2)',
    read: setting('enabled', 2, 'the enabled flag'),
  },
  {
    forms: ['-f'],
    value: '0..2',
    help: 'when the kernel cannot log: silent (0), kernel log (1), panic (2)',
    read: setting('failure', 2, 'the failure flag'),
  },
  {
    forms: ['-r'],
    value: 'N',
    help: 'set the limit of records a second (0 = none)',
    read: setting('rateLimit', MOST, 'the rate limit'),
  },
  {
    forms: ['--backlog_wait_time'],
    value: 'N',
    help: 'set how long a task waits for room in the backlog (clock ticks)',
    read: setting('backlogWaitTime', 600_000, 'the backlog wait time'),
  },
  { forms: ['--reset-lost'], help: 'set the count of lost records to 0', kind: 'reset-lost' },
  { forms: ['--reset_backlog_wait_time_actual'], help: 'set the time tasks had to wait to 0', kind: 'reset-wait' },
  {
    forms: ['--loginuid-immutable'],
    help: 'lock login uids once they are set, until the next boot',
    kind: 'loginuid-immutable',
  },
  {
    forms: ['-m'],
    value: 'TEXT',
    help: 'send a message into the trail',
    read: (word) => ({ kind: 'message', text: word.text }),
  },
  {
    forms: ['-q'],
    value: 'MOUNT,SUBTREE',
    help: 'watch a mounted subtree like the directory it appears in',
    read: equivalent,
  },
  {
    forms: ['-R'],
    value: 'FILE',
    help: 'carry out the commands of a file',
    read: (word) => ({ kind: 'read', file: word.text }),
  },
  {
    forms: ['--signal'],
    value: 'SIGNAL',
    help: 'signal the audit daemon: stop, reload, rotate, resume, state',
    read: (word) => ({ kind: 'signal', signal: word.text }),
  },
  { forms: ['-t'], help: 'drop watches of trees that are gone', kind: 'trim' },
  { forms: ['-c'], help: 'in a file: go on after an error, and fail at the end', kind: 'continue' },
  { forms: ['-i'], help: 'in a file: go on after an error, and call it success', kind: 'ignore' },
  { forms: ['-v', '--version'], help: 'the version', kind: 'version' },
  { forms: ['-h', '--help'], help: 'this text', kind: 'help' },
];

function equivalent(word: RuleWord): RuleCommand {
  const [mounted, watched, more] = word.text.split(',');
  if (!mounted || !watched || more !== undefined)
    fault('write the mount point and the subtree with a comma between: -q /mnt,/home', word);
  return { kind: 'equivalent', mounted, watched };
}

/** The options of auditctl for its help: those of rules, and the rest. */
export const commandForms: readonly Pick<Spec, 'forms' | 'value' | 'help'>[] = [
  { forms: ['-a'], value: 'LIST,ACTION', help: 'append a rule: always,exit' },
  { forms: ['-A'], value: 'LIST,ACTION', help: 'put a rule before the others' },
  { forms: ['-d'], value: 'LIST,ACTION', help: 'delete a rule' },
  { forms: ['-S'], value: 'CALL[,CALL…]', help: 'system calls of the rule, by name or number, or all' },
  { forms: ['-F'], value: 'FIELD OP VALUE', help: 'a condition: auid>=1000 (operators = != < <= > >= & &=)' },
  { forms: ['-C'], value: 'FIELD=FIELD', help: 'compare two ids of the event (operators = !=)' },
  { forms: ['-k'], value: 'KEY', help: 'the key that the records of the rule carry' },
  { forms: ['-w'], value: 'PATH', help: 'watch a path (slower than -a … -F path= or dir=)' },
  { forms: ['-W'], value: 'PATH', help: 'delete a watch' },
  { forms: ['-p'], value: 'rwxa', help: 'what a watch watches for: read, write, execute, attribute change' },
  { forms: ['-D'], value: '[-k KEY]', help: 'delete all rules, or those with a key' },
  { forms: ['-l'], value: '[-k KEY] [-i]', help: 'list the rules' },
  { forms: ['-s'], value: '[-i]', help: 'show the status' },
  ...COMMANDS,
];

/**
 * The commands of one line or command line. Throws AuditError `rule` with the column of the word that is wrong
 * (for a command line: the place of the word, from 1).
 */
export function parseCommands(words: readonly RuleWord[], context: RuleContext): readonly RuleCommand[] {
  const [first] = words;
  if (!first) return [];
  if (first.text === '-l') return [listCommand(words)];
  if (first.text === '-s') return [statusCommand(words)];
  if (first.text === '-D') return [deleteAll(words)];
  if (RULE_OPTIONS.has(first.text.slice(0, 2)) && !first.text.startsWith('--'))
    return [{ kind: 'rule', ...parseRule(words, context) }];
  return plainCommands(words);
}

function plainCommands(words: readonly RuleWord[]): readonly RuleCommand[] {
  const commands: RuleCommand[] = [];
  for (let i = 0; i < words.length; i++) {
    const option = words[i]!;
    const equals = option.text.startsWith('--') ? option.text.indexOf('=') : -1;
    const form = equals > 0 ? option.text.slice(0, equals) : option.text;
    const spec = COMMANDS.find((c) => c.forms.includes(form));
    if (!spec) fault(unknownOption(option.text), option);
    if (spec.kind) commands.push({ kind: spec.kind });
    else {
      const value = equals > 0 ? { text: option.text.slice(equals + 1), column: option.column } : words[++i];
      if (!value) fault(`${form} needs a value: ${spec.value}`, option);
      commands.push(spec.read!(value));
    }
  }
  const alone = commands.find((c) => c.kind === 'message');
  if (alone && commands.length > 1) fault('-m stands alone and takes one word: put the text in quotes', words[0]!);
  return commands;
}

function unknownOption(text: string): string {
  if (!text.startsWith('-')) return `"${text}" belongs to no option; options begin with a dash, rules with -a`;
  const forms = commandForms.flatMap((c) => c.forms);
  return `there is no option "${text}"${suggestion(text, forms)}`;
}

function listCommand([, ...rest]: readonly RuleWord[]): RuleCommand {
  let interpret = false;
  let key: string | undefined;
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i]!;
    if (word.text === '-i') interpret = true;
    else if (word.text === '-k' && rest[i + 1]) key = rest[++i]!.text;
    else fault(`-l takes only -k KEY and -i (not "${word.text}")`, word);
  }
  return key === undefined ? { kind: 'list', interpret } : { kind: 'list', interpret, key };
}

function statusCommand([, option]: readonly RuleWord[]): RuleCommand {
  if (option && option.text !== '-i') fault(`-s takes only -i (not "${option.text}")`, option);
  return { kind: 'status', interpret: option !== undefined };
}

function deleteAll([first, option, key, more]: readonly RuleWord[]): RuleCommand {
  if (!option) return { kind: 'delete-all' };
  if (option.text !== '-k' || !key || more) fault('-D takes only -k KEY', more ?? option ?? first!);
  return { kind: 'delete-all', key: key.text };
}

/** One line of a rules file that says something. */
export interface RuleLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly commands: readonly RuleCommand[];
  /** Why it could not be read; then `commands` is empty. Its position names the file, line and column. */
  readonly error?: AuditError;
}

/** Bytes of a line that can be a rule: 64 conditions and every system call by name are a tenth of it. */
const LONGEST_LINE = 65_536;

function tooLong(raw: string, file: string, line: number): RuleLine {
  const brief = `the line has ${raw.length} bytes, and no rule has more than ${LONGEST_LINE}: a newline is missing`;
  const text = `${raw.slice(0, 200)}…`;
  const position = { file, line, column: 1 };
  const error = new AuditError('rule', `Cannot read the rule: ${brief}`, { brief, position });
  return { line, text, commands: [], error };
}

/** The lines of a rules file (latin1 text), comments and empty lines left out. Never throws. */
export function readRules(text: string, file: string, context: RuleContext): readonly RuleLine[] {
  const lines: RuleLine[] = [];
  text.split('\n').forEach((raw, i) => {
    if (raw.length > LONGEST_LINE && !/^\s*(?:#|$)/.test(raw)) {
      lines.push(tooLong(raw, file, i + 1));
      return;
    }
    const words = wordsOf(raw.replace(/\r$/, ''));
    if (words.length === 0) return;
    const at = { line: i + 1, text: raw };
    try {
      const nul = words.find((word) => word.text.includes('\0'));
      if (nul) fault('it has a NUL byte, which no path or name can have: delete it', nul);
      lines.push({ ...at, commands: parseCommands(words, context) });
    } catch (error) {
      if (!(error instanceof AuditError)) throw error;
      const position = { ...error.position, file, line: i + 1 };
      const { code, message, brief } = error;
      lines.push({ ...at, commands: [], error: new AuditError(code, message, { cause: error, position, brief }) });
    }
  });
  return lines;
}

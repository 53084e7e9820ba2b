// Options are data: one table per tool says what it takes; this file turns a command line into what was given, and the
// table into `--help`. It knows the classic tools' habits (`-ts`, `-sc`: one dash, several letters) and the modern ones
// (`--since=15m`, `--`). What an option means, defaults and exit statuses are each tool's own business.
import { AuditError, fromUtf8, suggestion } from '../base/index.ts';
import type { Io } from './io.ts';

/** One option. Without `value` it is a switch; with it, it takes `min` to `max` words after it (1 and 1 when not given). */
export interface Option<Name extends string = string> {
  /** How the tool asks for it. */
  readonly name: Name;
  /** How it is typed: `-ts`, `--start`. */
  readonly forms: readonly string[];
  /** What `--help` calls its value: `TIME`. */
  readonly value?: string;
  readonly min?: number;
  readonly max?: number;
  /** Whether a word beyond `min` still belongs to the option; by default, any that does not begin with a dash. */
  readonly takes?: (word: string, index: number) => boolean;
  /** One line for `--help`; an option without it is not listed. */
  readonly help?: string;
  /** The heading it stands under in `--help`. */
  readonly group?: string;
}

/** A tool's whole command line. */
export interface OptionTable<Name extends string = string> {
  /** What the user types: `ausearch`, `auspex rules`. */
  readonly tool: string;
  /** One sentence. */
  readonly summary: string;
  /** What follows the tool's name in the usage lines: `[options]`. */
  readonly usage: readonly string[];
  readonly options: readonly Option<Name>[];
  /** Text after the options: examples, exit statuses. */
  readonly notes?: readonly string[];
  /** At most this many words that belong to no option; any number when absent. */
  readonly words?: number;
}

/** One option as it was given. */
export interface Given<Name extends string = string> {
  readonly name: Name;
  /** The form the user typed. */
  readonly form: string;
  readonly values: readonly string[];
  /** Where in argv the option stands, from 0. */
  readonly at: number;
}

/** A command line, read. `given` keeps the order in which the options stood. */
export interface Parsed<Name extends string = string> {
  readonly given: readonly Given<Name>[];
  /** The words that belong to no option, in order. */
  readonly words: readonly string[];
  has(name: Name): boolean;
  /** The first value of the last time the option was given. */
  value(name: Name): string | undefined;
  /** The first values of every time the option was given. */
  values(name: Name): readonly string[];
}

/** An option table with its names kept in the type. */
export function optionTable<const Name extends string>(table: OptionTable<Name>): OptionTable<Name> {
  return table;
}

/**
 * Reads a command line (without the tool's own name).
 * Throws AuditError `usage` for an option that the table does not have (with the nearest one it has), a missing value,
 * a value given to a switch, and a word too many.
 */
export function parseOptions<Name extends string>(table: OptionTable<Name>, argv: readonly string[]): Parsed<Name> {
  const given: Given<Name>[] = [];
  const words: string[] = [];
  let at = 0;
  while (at < argv.length) {
    const word = argv[at]!;
    if (word === '--') {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      at++;
      continue;
    }
    const read = readOption(table, argv, at);
    given.push(read.given);
    at = read.next;
  }
  if (table.words !== undefined && words.length > table.words)
    throw usage(table, `nothing is to follow here, but \`${words[table.words]}\` does`);
  const of = (name: Name) => given.filter((g) => g.name === name);
  return {
    given,
    words,
    has: (name) => of(name).length > 0,
    value: (name) => of(name).at(-1)?.values[0],
    values: (name) => of(name).flatMap((g) => g.values.slice(0, 1)),
  };
}

function readOption<Name extends string>(table: OptionTable<Name>, argv: readonly string[], at: number) {
  const word = argv[at]!;
  let option = table.options.find((o) => o.forms.includes(word));
  let form = word;
  const values: string[] = [];
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  if (!option && equals > 0) {
    form = word.slice(0, equals);
    option = table.options.find((o) => o.forms.includes(form));
    values.push(word.slice(equals + 1));
  }
  const forms = table.options.flatMap((o) => o.forms);
  if (!option) throw usage(table, `there is no option \`${form}\`${suggestion(form, forms)}`);
  const max = option.value === undefined ? 0 : (option.max ?? option.min ?? 1);
  const min = option.value === undefined ? 0 : (option.min ?? 1);
  if (values.length > max) throw usage(table, `\`${form}\` takes no value`);
  let next = at + 1;
  while (values.length < max && next < argv.length) {
    const follows = argv[next]!;
    if (values.length >= min && !(option.takes?.(follows, values.length) ?? !follows.startsWith('-'))) break;
    values.push(follows);
    next++;
  }
  if (values.length < min)
    throw usage(table, `\`${form}\` needs ${min > 1 ? `${min} values` : 'a value'}: ${option.value}`);
  return { given: { name: option.name, form, values, at }, next };
}

/** Reads a verb's command line, or prints its help: undefined then, and there is no more to do. Throws as `parseOptions`. */
export function readOptions<Name extends string>(
  table: OptionTable<Name | 'help'>,
  argv: readonly string[],
  io: Pick<Io, 'out'>,
): Parsed<Name | 'help'> | undefined {
  const line = parseOptions(table, argv);
  if (!line.has('help')) return line;
  io.out(fromUtf8(helpText(table)));
  return undefined;
}

/** The error of a wrong command line: `ausearch: …`, to be followed by where help is. */
export function usage({ tool }: OptionTable, what: string): AuditError {
  return new AuditError('usage', `Cannot run ${tool}: ${what} (\`${tool} --help\` lists the options).`, { tool });
}

/** The text of `--help`, made from the table, ending in a newline. */
export function helpText(table: OptionTable): string {
  const lines = table.usage.map((u, i) => `${i === 0 ? 'usage:' : '      '} ${table.tool} ${u}`.trimEnd());
  lines.push('', table.summary);
  const shown = table.options.filter((o) => o.help !== undefined);
  const left = new Map(shown.map((o) => [o, `  ${o.forms.join(', ')}${o.value === undefined ? '' : ` ${o.value}`}`]));
  const width = Math.min(34, Math.max(0, ...[...left.values()].map((l) => l.length)) + 2);
  for (const group of new Set(shown.map((o) => o.group ?? 'Options'))) {
    lines.push('', `${group}:`);
    for (const o of shown.filter((x) => (x.group ?? 'Options') === group)) {
      const head = left.get(o)!;
      if (head.length + 2 > width) lines.push(head, `${' '.repeat(width)}${o.help}`);
      else lines.push(head.padEnd(width) + o.help);
    }
  }
  if (table.notes) lines.push('', ...table.notes);
  return `${lines.join('\n')}\n`;
}

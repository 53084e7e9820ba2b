// The one reader of `keyword = value` files (auditd.conf(5), auditd-plugins(5), audisp-remote.conf(5), …): lines to
// entries, and entries to typed settings by a table. A file is read to its end: every fault is reported, not the first.

import { AuditError } from './error.ts';
import { suggestion } from './nearest.ts';

export interface Entry {
  /** Lower case: keywords are case insensitive. */
  readonly keyword: string;
  /** Everything after the equals sign without the spaces around it. */
  readonly value: string;
  /** Counts from 1. */
  readonly line: number;
}

/** How one keyword is read: its default, and its parser, which throws a plain Error that says what is allowed. */
export interface Setting<T> {
  readonly fallback: T;
  readonly parse: (value: string) => T;
  /** Joins the values of a keyword that may stand more than once; without it the last one counts. */
  readonly merge?: (before: T, now: T) => T;
  /** One line for `--help` and the documentation. */
  readonly help?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: settings of every type share a table
export type Schema = Readonly<Record<string, Setting<any>>>;
export type Settings<S extends Schema> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export interface ReadSettings<S extends Schema> {
  readonly settings: Settings<S>;
  /** Keywords the file itself gave. */
  readonly given: ReadonlySet<string>;
  readonly problems: readonly AuditError[];
}

/** Lines of `keyword = value`; blank lines and lines beginning with `#` say nothing. */
export function readEntries(text: string, file: string): { entries: Entry[]; problems: AuditError[] } {
  const entries: Entry[] = [];
  const problems: AuditError[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const equals = line.indexOf('=');
    const keyword = (equals < 0 ? line : line.slice(0, equals)).trim();
    const fault =
      equals < 0
        ? 'there is no equals sign'
        : /\s/.test(keyword) || keyword === ''
          ? 'the part before the equals sign is not one word'
          : '';
    if (fault) problems.push(problem(file, index + 1, `${fault}; write \`keyword = value\``));
    else entries.push({ keyword: keyword.toLowerCase(), value: line.slice(equals + 1).trim(), line: index + 1 });
  });
  return { entries, problems };
}

/** Settings of a file's text by a table. A keyword the table lacks, or a wrong value, is a problem; its default stands. */
export function readSettings<S extends Schema>(schema: S, text: string, file: string): ReadSettings<S> {
  const { entries, problems } = readEntries(text, file);
  const settings: Record<string, unknown> = {};
  const given = new Set<string>();
  for (const [keyword, setting] of Object.entries(schema)) settings[keyword] = setting.fallback;
  for (const { keyword, value, line } of entries) {
    const setting = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
    if (!setting) {
      problems.push(
        problem(file, line, `no setting is called "${keyword}"${suggestion(keyword, Object.keys(schema))}`),
      );
      continue;
    }
    try {
      const now = setting.parse(value);
      settings[keyword] = setting.merge && given.has(keyword) ? setting.merge(settings[keyword], now) : now;
      given.add(keyword);
    } catch (cause) {
      problems.push(problem(file, line, `${keyword} = ${value}: ${(cause as Error).message}`));
    }
  }
  return { settings: settings as Settings<S>, given, problems };
}

function problem(file: string, line: number, what: string): AuditError {
  return new AuditError('config', `Cannot use ${file}, line ${line}: ${what}`, { position: { file, line } });
}

// ---- kinds of values

/** One of some words, in any case. */
export function choice<const T extends string>(words: readonly T[], fallback: NoInfer<T>, help?: string): Setting<T> {
  const parse = (value: string): T => {
    const word = words.find((w) => w === value.toLowerCase());
    if (word === undefined) throw new Error(`must be one of ${words.join(', ')}`);
    return word;
  };
  return { fallback, parse, ...(help === undefined ? {} : { help }) };
}

/** `yes` or `no`, in any case. */
export function yesNo(fallback: boolean, help?: string): Setting<boolean> {
  const word = choice(['yes', 'no'], 'no');
  return { fallback, parse: (value) => word.parse(value) === 'yes', ...(help === undefined ? {} : { help }) };
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number, fallback: number, help?: string): Setting<number> {
  const parse = (value: string): number => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= least && number <= most)) throw new Error(`must be a whole number from ${least} to ${most}`);
    return number;
  };
  return { fallback, parse, ...(help === undefined ? {} : { help }) };
}

/** An absolute path; '' where the default is none. */
export function absolutePath(fallback: string, help?: string): Setting<string> {
  const parse = (value: string): string => {
    if (!value.startsWith('/') || /\s/.test(value)) throw new Error('must be one absolute path');
    return value;
  };
  return { fallback, parse, ...(help === undefined ? {} : { help }) };
}

/** One word: anything without a blank. */
export function word(fallback: string, help?: string): Setting<string> {
  const parse = (value: string): string => {
    if (value === '' || /\s/.test(value)) throw new Error('must be one word');
    return value;
  };
  return { fallback, parse, ...(help === undefined ? {} : { help }) };
}

/** A word of a list, or `exec /path/of/script` where the list has `exec`. */
export interface Action<T extends string> {
  readonly kind: T;
  /** The script of `exec`; '' for the other kinds. */
  readonly script: string;
}

/** One of some words; `exec` is followed by the absolute path of a script. */
export function action<const T extends string>(
  words: readonly T[],
  fallback: NoInfer<T>,
  help?: string,
): Setting<Action<T>> {
  const one = choice(words, fallback);
  const parse = (value: string): Action<T> => {
    const [first = '', ...rest] = value.split(/\s+/);
    const kind = one.parse(first);
    const script = rest.join(' ');
    if (kind !== 'exec' && script !== '') throw new Error(`${kind} takes nothing after it`);
    if (kind === 'exec' && !/^\/\S+$/.test(script))
      throw new Error('exec takes the absolute path of one script, without arguments');
    return { kind, script };
  };
  return { fallback: { kind: fallback, script: '' }, parse, ...(help === undefined ? {} : { help }) };
}

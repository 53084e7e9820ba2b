// The fields of a record as members of its JSON object: as recorded (`raw`), and beside them what they read as where
// that is another text (`text`).

import { encodeHex } from '../base/hex.ts';
import { isUtf8 } from '../base/visible.ts';
import { interpretValue, type Reading } from '../interpret/interpret.ts';
import type { Field } from '../record/fields.ts';
import { jsonString } from './json-text.ts';

/** Members of `raw` and `text`, without braces, and what else the fields bring. */
export interface Members {
  readonly raw: string;
  readonly text: string;
  /** Further members of the record's object, each with a comma before it: `words`, `bytes`. */
  readonly more: string;
  /** The names in `raw`, in lower case. */
  readonly names: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly raw: string[];
  readonly text: string[];
}

/** The members that fields make; the enriched tail shows in `text`, and the quoted text of `msg='…'` as its fields. */
export function membersOf(reading: Reading, fields: readonly Field[]): Members {
  const entries = new Map<string, Entry>();
  const words: string[] = [];
  for (const { name, value, part } of fields) {
    if (part === 'enriched') break;
    if (name === '') words.push(value);
    else if (name !== 'msg' || value.charCodeAt(0) !== 39) {
      const entry = entryFor(entries, name);
      entry.raw.push(unquoted(value));
      entry.text.push(interpretValue(reading, name, value));
    }
  }
  const list = [...entries.values()];
  const changed = list.filter((e) => e.raw.some((raw, i) => raw !== e.text[i]));
  const broken = list.filter((e) => !e.raw.every(isUtf8));
  const more =
    (words.length > 0 ? `,"words":${jsonString(words.join(' '))}` : '') +
    (broken.length > 0 ? `,"bytes":{${broken.map((e) => member(e.name, e.raw.map(encodeHex))).join(',')}}` : '');
  return {
    raw: list.map((e) => member(e.name, e.raw)).join(','),
    text: changed.map((e) => member(e.name, e.text)).join(','),
    more,
    names: [...entries.keys()],
  };
}

/** The entry of a name. Names that differ only in case get different ones: the second is written `name~2`. */
function entryFor(entries: Map<string, Entry>, name: string): Entry {
  let written = name;
  for (let n = 2; ; n++) {
    const key = written.toLowerCase();
    const entry = entries.get(key);
    if (entry && entry.name === written) return entry;
    if (!entry) {
      const made: Entry = { name: written, raw: [], text: [] };
      entries.set(key, made);
      return made;
    }
    written = `${name}~${n}`;
  }
}

/** A field that stands once is a string, one that repeats is an array in the order of the record. */
function member(name: string, values: readonly string[]): string {
  const json = values.length === 1 ? jsonString(values[0]!) : `[${values.map(jsonString).join(',')}]`;
  return `${jsonString(name)}:${json}`;
}

function unquoted(value: string): string {
  const first = value.charCodeAt(0);
  const quoted = (first === 34 || first === 39) && value.length > 1 && value.charCodeAt(value.length - 1) === first;
  return quoted ? value.slice(1, -1) : value;
}

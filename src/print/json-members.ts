// The fields of a record as members of its JSON object: as recorded (`raw`), and beside them what they read as where
// that is another text (`text`).

import { encodeHex } from '../base/hex.ts';
import { isUtf8 } from '../base/visible.ts';
import { interpretValue, type Reading } from '../interpret/interpret.ts';
import type { Field } from '../record/fields.ts';
import { unquoted } from '../record/value.ts';
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
  const entries = new Entries();
  const words: string[] = [];
  for (const { name, value, part } of fields) {
    if (part === 'enriched') break;
    if (name === '') words.push(value);
    else if (name !== 'msg' || value.charCodeAt(0) !== 39) {
      const entry = entries.of(name);
      entry.raw.push(unquoted(value));
      entry.text.push(interpretValue(reading, name, value));
    }
  }
  const { list } = entries;
  const changed = list.filter((e) => e.raw.some((raw, i) => raw !== e.text[i]));
  const broken = list.filter((e) => !e.raw.every(isUtf8));
  const more =
    (words.length > 0 ? `,"words":${jsonString(words.join(' '))}` : '') +
    (broken.length > 0 ? `,"bytes":{${broken.map((e) => member(e.name, e.raw.map(encodeHex))).join(',')}}` : '');
  return {
    raw: list.map((e) => member(e.name, e.raw)).join(','),
    text: changed.map((e) => member(e.name, e.text)).join(','),
    more,
    names: list.map((entry) => entry.name.toLowerCase()),
  };
}

/** The members by name. Names that differ only in case get different ones: the second is written `name~2`. */
class Entries {
  readonly list: Entry[] = [];
  private readonly byName = new Map<string, Entry>();
  /** By what is written, in lower case. */
  private readonly written = new Map<string, Entry>();
  /** The number that the next name of those letters tries first: a line may hold a name in thousands of spellings. */
  private readonly next = new Map<string, number>();

  of(name: string): Entry {
    let entry = this.byName.get(name);
    if (!entry) this.byName.set(name, (entry = this.spelt(name)));
    return entry;
  }

  private spelt(name: string): Entry {
    const letters = name.toLowerCase();
    let written = name;
    let number = this.next.get(letters) ?? 2;
    for (; ; written = `${name}~${number++}`) {
      const key = written.toLowerCase();
      const entry = this.written.get(key);
      if (entry?.name === written) return entry;
      if (entry) continue;
      const made: Entry = { name: written, raw: [], text: [] };
      this.written.set(key, made);
      this.next.set(letters, number);
      this.list.push(made);
      return made;
    }
  }
}

/** A field that stands once is a string, one that repeats is an array in the order of the record. */
function member(name: string, values: readonly string[]): string {
  const json = values.length === 1 ? jsonString(values[0]!) : `[${values.map(jsonString).join(',')}]`;
  return `${jsonString(name)}:${json}`;
}

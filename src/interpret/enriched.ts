// The enriched tail: names that auditd looked up when the event happened (auditd.conf(5), log_format = ENRICHED), as
// `NAME="value"` after a 0x1d byte. They are truer than anything this machine can say about another's ids.

import { ownText } from '../base/bytes.ts';
import { TextMemo } from '../base/memo.ts';

/** The tail's values by field name in lower case, as written. */
export type Tail = ReadonlyMap<string, string>;

const NONE: Tail = new Map();
/** No name is longer, nor an address; a line that asks for a longer one many times would grow a thousandfold. */
const LONGEST = 512;
const tails = new TextMemo<Tail>(4096, 1024);

function parse(tail: string): Tail {
  // The only value with spaces; auditd writes it alone.
  if (tail.startsWith('SADDR=')) {
    const value = tail.slice(tail.indexOf('{'));
    return value.startsWith('{') && value.includes('}') && value.length <= LONGEST ? new Map([['saddr', value]]) : NONE;
  }
  const values = new Map<string, string>();
  for (const word of tail.split(' ')) {
    const equals = word.indexOf('=');
    if (equals <= 0) continue;
    const name = word.slice(0, equals).toLowerCase();
    const value = word.slice(equals + 1);
    if (value.length <= LONGEST && !values.has(name)) values.set(name, value);
  }
  return values;
}

/** What a tail (the text after 0x1d) says. Tails repeat: the last few thousand are remembered. */
export function tailOf(tail: string): Tail {
  if (tail === '') return NONE;
  return tails.find(tail) ?? tails.keep(tail, parse(ownText(tail)));
}

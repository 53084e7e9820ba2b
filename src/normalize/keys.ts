// The key of a record as the classic text and csv formats show it: one, though a record may bear several.

import { encodedText } from '../interpret/text.ts';
import { firstWord } from './draft.ts';

/** The first of a record's keys, decoded; undefined where there is none: for `(null)`, and for a value that is neither
 * quoted nor hex. Several keys stand in one hex value, parted by the byte 1. */
export function firstKey(value: string): string | undefined {
  const word = firstWord(value);
  if (word.charCodeAt(0) === 34) return encodedText(word);
  if (word === '(null)' || word.startsWith('00')) return undefined;
  if (word.startsWith('(')) return word;
  return encodedText(word)
    ?.split('\x01')
    .find((key) => key !== '');
}

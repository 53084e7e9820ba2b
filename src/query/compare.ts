// How the text of one field is held against a value.

import { inOrder } from './order.ts';
import { patternTest } from './pattern/index.ts';
import type { Comparison } from './predicate.ts';

/** The function that answers a comparison for a text. */
export function compareText(compare: Comparison): (text: string) => boolean {
  switch (compare.how) {
    case 'present':
      return () => true;
    case 'matches':
      return patternTest(compare.pattern);
    case 'number':
      return (text) => {
        const number = readInteger(text);
        return number !== undefined && inOrder(number - compare.value, compare.order);
      };
    default: {
      const fold = compare.anyCase ? lowerAscii : same;
      const value = fold(compare.value);
      switch (compare.how) {
        case 'is':
          return (text) => fold(text) === value;
        case 'is-not':
          return (text) => fold(text) !== value;
        case 'contains':
          return (text) => fold(text).includes(value);
        case 'starts':
          return (text) => fold(text).startsWith(value);
        case 'ends':
          return (text) => fold(text).endsWith(value);
      }
    }
  }
}

const same = (text: string): string => text;
const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** A whole text as an integer in C's notation (10, -10, 0x1f, 017); undefined when it is none. */
export function readInteger(text: string): number | undefined {
  const match = /^([+-]?)(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))$/.exec(text);
  if (!match) return undefined;
  const [, sign, hex, octal, decimal] = match;
  const number = hex ? Number.parseInt(hex, 16) : octal ? Number.parseInt(octal, 8) : Number(decimal);
  return sign === '-' ? -number : number;
}

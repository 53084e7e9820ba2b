// What a pattern says, as a tree: sets of bytes in sequences, alternatives and repeats. Data only; syntax.ts reads it,
// program.ts makes steps of it.

import { fromUtf8 } from '../../base/bytes.ts';

/** Bytes: 256 places, 1 for each that is one of them. */
export type ByteSet = Uint8Array;

/** What must hold between two bytes. `\<` is `word-start`, `\>` `word-end`, `\b` `word-edge`, `\B` `no-word-edge`. */
export type Assertion = 'start' | 'end' | 'word-edge' | 'no-word-edge' | 'word-start' | 'word-end';

/** `size`: how many steps it becomes at most (program.ts); 1 for what becomes none, so that it bounds the work too. */
export type Node = { readonly size: number } & (
  | {
      readonly kind: 'byte';
      readonly set: ByteSet;
      /** Texts of several bytes (latin1 of UTF-8) none of which may begin at that byte. */
      readonly notAt?: readonly string[];
    }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence' | 'either'; readonly of: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly least: number; readonly most: number }
  /** In a pattern with back-references until references.ts has worked them out: a group, and what repeats its text. */
  | { readonly kind: 'group'; readonly of: Node; readonly number: number }
  | { readonly kind: 'reference'; readonly to: number; readonly at: number }
);

/** The set of the bytes in ranges, both ends included. */
export const setOf = (...ranges: readonly (readonly [first: number, last: number])[]): ByteSet => {
  const set = new Uint8Array(256);
  for (const [first, last] of ranges) set.fill(1, first, last + 1);
  return set;
};

/** All other bytes. */
export const without = (set: ByteSet): ByteSet => set.map((has) => 1 - has);

/** Every byte. */
export const ANY = setOf([0, 255]);
/** Letters and digits of ASCII, and `_`. */
export const WORD = setOf([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]);
/** Blank, tab, newline, vertical tab, form feed, carriage return. */
export const SPACE = setOf([0x09, 0x0d], [0x20, 0x20]);

/** One byte of a set; none where one of the texts `notAt` begins. */
export const byteNode = (set: ByteSet, notAt?: readonly string[]): Node => ({
  kind: 'byte',
  set,
  size: 1,
  ...(notAt && notAt.length > 0 && { notAt }),
});

/** Nothing is taken; something must hold of the place. */
export const assertNode = (what: Assertion): Node => ({ kind: 'assert', what, size: 1 });

/** A text (latin1), which a repeat takes as a whole. */
export const textNode = (text: string): Node =>
  sequenceNode([...text].map((c) => byteNode(setOf([c.charCodeAt(0), c.charCodeAt(0)]))));

/** A character (Unicode) as its bytes. */
export const characterNode = (character: string): Node => textNode(fromUtf8(character));

/** One after the other; of none, the empty text. */
export const sequenceNode = (of: readonly Node[]): Node =>
  of.length === 1
    ? of[0]!
    : { kind: 'sequence', of, size: of.reduce((sum, { size }) => sum + size, of.length > 0 ? 0 : 1) };

/** One of some; of none, what is never found. */
export function eitherNode(of: readonly Node[]): Node {
  if (of.length === 0) return byteNode(setOf()); // no way: nothing is found
  return of.length === 1 ? of[0]! : { kind: 'either', of, size: of.reduce((sum, { size }) => sum + size + 1, -1) };
}

/** `most` may be Infinity. */
export function repeatNode(of: Node, least: number, most: number): Node {
  const size = most === Number.POSITIVE_INFINITY ? of.size * Math.max(1, least) + 1 : of.size * most + (most - least);
  return { kind: 'repeat', of, least, most, size: Math.max(1, size) };
}

/** A text (latin1) that stands in every text the pattern is found in; '' when none can be named. */
export function literalIn(node: Node): string {
  let best = '';
  let run = '';
  const end = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  const take = (part: Node): void => {
    if (part.kind === 'sequence') for (const one of part.of) take(one);
    else if (part.kind === 'byte' && !part.notAt && only(part.set) !== undefined)
      run += String.fromCharCode(only(part.set)!);
    else {
      end();
      if (part.kind !== 'repeat' || part.least === 0) return;
      const inner = literalIn(part.of);
      if (inner.length > best.length) best = inner;
    }
  };
  take(node);
  end();
  return best;
}

/** The text (latin1) with which every match begins; '' when none can be named. */
export function prefixOf(node: Node): string {
  let prefix = '';
  for (const part of node.kind === 'sequence' ? node.of : [node]) {
    const text = plainText(part);
    if (text === undefined) return prefix + (part.kind === 'sequence' ? prefixOf(part) : '');
    prefix += text;
  }
  return prefix;
}

/** The byte of a set that has one. */
export function only(set: ByteSet): number | undefined {
  const first = set.indexOf(1);
  return first >= 0 && set.lastIndexOf(1) === first ? first : undefined;
}

/** The pattern's text when it is found exactly where that text stands; undefined when it is more than a text. */
export function plainText(node: Node): string | undefined {
  const parts = node.kind === 'sequence' ? node.of.map(plainText) : [textOfByte(node)];
  return parts.includes(undefined) ? undefined : parts.join('');
}

const textOfByte = (node: Node): string | undefined => {
  const byte = node.kind === 'byte' && !node.notAt ? only(node.set) : undefined;
  return byte === undefined ? undefined : String.fromCharCode(byte);
};

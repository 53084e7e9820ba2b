// Regular expressions of people: POSIX extended ones (docs/expression.md), found in time that grows with the text alone,
// whatever the pattern. JavaScript's own engine tries ways one after the other, which a pattern such as `(a+)+$` makes
// take for ever; what a person types never gets to it.

import { PatternError } from './error.ts';
import { Obligations } from './obligations.ts';
import { type Program, programOf } from './program.ts';
import { readTree, type SyntaxOptions } from './syntax.ts';
import { literalIn, plainText, prefixOf } from './tree.ts';

export { patternTest } from './automaton.ts';
export { PatternError } from './error.ts';
export { MOST_STEPS } from './syntax.ts';

/** A regular expression, ready to be looked for (patternTest). Plain data: it can be handed to a thread. */
export interface Pattern {
  /** As it was written (Unicode). */
  readonly source: string;
  readonly program: Program;
  /** A text that stands wherever the pattern is found; '' when none can be named. */
  readonly literal: string;
  /** The text with which every match begins, or ''. */
  readonly prefix: string;
  /** The text it is, when it is nothing but a text. */
  readonly plain?: string;
  /** Steps it has become. */
  readonly steps: number;
}

/** Steps times places within forbidden characters, at most: a state has a bit for each. */
const MOST_ITEMS = 1 << 16;

/** The pattern of a regular expression (Unicode) for text of one character a byte, whose bytes are UTF-8. Throws
 * PatternError. */
export function readPattern(source: string, options: SyntaxOptions = {}): Pattern {
  const tree = readTree(source, options);
  const program = programOf(tree);
  const steps = program.kind.length;
  if (steps * new Obligations(program.forbidden).count > MOST_ITEMS)
    throw new PatternError('it has too many characters beyond ASCII between [^ and ]; name fewer of them', 0);
  const plain = plainText(tree);
  return {
    source,
    program,
    literal: literalIn(tree),
    prefix: prefixOf(tree),
    steps,
    ...(plain !== undefined && { plain }),
  };
}

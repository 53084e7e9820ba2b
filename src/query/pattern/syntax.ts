// POSIX extended regular expressions (regex(7)) over text of one character a byte: bracket classes, `]` first in a
// bracket, a repeat of a repeat, GNU's \< \> \b \w \s. What only other dialects know (`(?:`) is refused, as regcomp(3)
// does. What a pattern may grow to is bounded here: nesting, and the steps it becomes.

import { fromUtf8 } from '../../base/bytes.ts';
import { PatternError, tooLarge } from './error.ts';
import { withoutReferences } from './references.ts';
import {
  ANY,
  type Assertion,
  assertNode,
  type ByteSet,
  byteNode,
  characterNode,
  eitherNode,
  type Node,
  repeatNode,
  SPACE,
  sequenceNode,
  setOf,
  textNode,
  WORD,
  without,
} from './tree.ts';

const range = (text: string): ByteSet => setOf(...[...text.matchAll(/(.)-(.)/gs)].map(([, a, b]) => codes(a!, b!)));
const codes = (first: string, last: string): [number, number] => [first.charCodeAt(0), last.charCodeAt(0)];

const CLASSES: Readonly<Record<string, ByteSet>> = {
  alnum: range('A-Za-z0-9'),
  alpha: range('A-Za-z'),
  blank: range(' - \t-\t'),
  cntrl: range('\x00-\x1f\x7f-\x7f'),
  digit: range('0-9'),
  graph: range('!-~'),
  lower: range('a-z'),
  print: range(' -~'),
  punct: range('!-/:-@[-`{-~'),
  space: SPACE,
  upper: range('A-Z'),
  xdigit: range('0-9A-Fa-f'),
};

/** What stands for an escape; any other escaped character is itself. */
const ESCAPES: Readonly<Record<string, Assertion | ByteSet>> = {
  '<': 'word-start',
  '>': 'word-end',
  b: 'word-edge',
  B: 'no-word-edge',
  w: WORD,
  W: without(WORD),
  s: SPACE,
  S: without(SPACE),
  '`': 'start',
  "'": 'end',
};

/** Groups, and repeats of repeats, within each other at most. */
const DEEPEST = 250;
/** The number of a repeat at most (RE_DUP_MAX of glibc). */
const MOST_TIMES = 32_767;
/**
 * Steps a pattern may become: about one a character, and as many times that as a repeat says. A byte of text costs at
 * most about so many looks, and so an event a bounded time.
 */
export const MOST_STEPS = 4096;

/** How a pattern is read. */
export interface SyntaxOptions {
  /** Steps it may become. Default MOST_STEPS. */
  readonly room?: number;
  /** Refuses what other dialects read in another way, such as `\d`, `a+?` and a backslash between brackets. */
  readonly strict?: boolean;
}

/** The tree of a regular expression (Unicode). Throws PatternError. */
export function readTree(source: string, options: SyntaxOptions = {}): Node {
  return new Reader(source, options).whole();
}

/** A group that is open: its finished branches, and the atoms of the one being read. */
interface Group {
  readonly at: number;
  /** Steps before it. */
  readonly before: number;
  readonly number: number;
  readonly branches: Node[];
  atoms: Node[];
  /** Whether a repeat may follow. */
  atom: boolean;
  /** How often the last atom has been repeated. */
  repeats: number;
}

/** Reads one pattern from left to right; open groups are a list, so that nesting costs no stack. */
class Reader {
  private readonly source: string;
  private readonly room: number;
  private readonly strict: boolean;
  private readonly open: Group[] = [];
  private group: Group = newGroup(0, 0, 0);
  private at = 0;
  private size = 0;
  private groups = 0;
  /** Numbers of groups that are closed. */
  private readonly ended = new Set<number>();
  /** Whether there may be back-references. */
  private readonly refers: boolean;

  constructor(source: string, { room = MOST_STEPS, strict = false }: SyntaxOptions) {
    this.source = source;
    this.refers = /\\[1-9]/.test(source);
    this.room = room;
    this.strict = strict;
  }

  whole(): Node {
    while (this.at < this.source.length) this.step();
    if (this.open.length > 0) throw new PatternError('this `(` is not closed', this.group.at);
    const tree = nodeOf(this.group);
    return this.refers ? withoutReferences(tree, this.room) : tree;
  }

  private step(): void {
    const c = this.source[this.at]!;
    if (c === '*' || c === '+' || c === '?' || c === '{') this.repeat(c);
    else if (c === '(') this.opened();
    else if (c === ')' && this.open.length > 0) this.closed();
    else if (c === '|') this.branch();
    else if (c === '^') this.fixed(assertNode('start'));
    else if (c === '$') this.atom(assertNode('end'), 1);
    else if (c === '.') this.atom(byteNode(ANY), 1);
    else if (c === '[') this.atom(...bracket(this.source, this.at, this.strict));
    else if (c === '\\') this.escaped();
    else {
      // A `)` that closes nothing is itself, as glibc has it.
      const character = String.fromCodePoint(this.source.codePointAt(this.at)!);
      this.atom(characterNode(character), character.length);
    }
  }

  private atom(node: Node, length: number): void {
    this.put(node, this.at);
    this.at += length;
    this.group.atom = true;
    this.group.repeats = 0;
  }

  /** What no repeat may follow. */
  private fixed(node: Node): void {
    this.atom(node, 1);
    this.group.atom = false;
  }

  private put(node: Node, at: number): void {
    this.size += node.size;
    if (this.size > this.room) throw tooLarge(this.room, at);
    this.group.atoms.push(node);
  }

  private branch(): void {
    if (++this.size > this.room) throw tooLarge(this.room, this.at);
    this.group.branches.push(sequenceNode(this.group.atoms));
    this.group.atoms = [];
    this.group.atom = false;
    this.at++;
  }

  private opened(): void {
    if (this.open.length >= DEEPEST)
      throw new PatternError(`it is nested more than ${DEEPEST} deep; leave out needless parentheses`, this.at);
    this.open.push(this.group);
    this.group = newGroup(this.at, ++this.groups, this.size);
    this.at++;
  }

  private closed(): void {
    const of = nodeOf(this.group);
    const { number } = this.group;
    const node: Node = this.refers ? { kind: 'group', of, number, size: of.size } : of;
    this.ended.add(number);
    this.size = this.group.before; // its parts were counted one by one
    this.group = this.open.pop()!;
    this.atom(node, 1);
  }

  private repeat(sign: string): void {
    const { group, at } = this;
    const last = group.atoms.at(-1);
    if (!group.atom || !last) throw new PatternError(`there is nothing before this \`${sign}\` to repeat`, at);
    if (group.repeats > 0 && this.strict)
      throw new PatternError(`a repeat follows a repeat here; put what \`${sign}\` repeats into parentheses`, at);
    if (++group.repeats > DEEPEST) throw new PatternError(`more than ${DEEPEST} repeats follow each other`, at);
    const [least, most, length] = sign === '{' ? this.times() : [sign === '+' ? 1 : 0, sign === '?' ? 1 : NO_END, 1];
    group.atoms.pop();
    this.size -= last.size;
    this.put(repeatNode(last, least, most), at);
    this.at += length;
  }

  private times(): [least: number, most: number, length: number] {
    TIMES.lastIndex = this.at;
    const [text, least, comma, upTo] = TIMES.exec(this.source) ?? [];
    if (text === undefined || (least === '' && comma === ''))
      throw new PatternError('this `{` begins no repeat like {2,5}', this.at);
    const from = Number(least);
    const most = comma === '' ? from : upTo === '' ? NO_END : Number(upTo);
    if (most < from) throw new PatternError('the repeat ends below its begin', this.at);
    if (from > MOST_TIMES || (most !== NO_END && most > MOST_TIMES))
      throw new PatternError(`a repeat counts to ${MOST_TIMES} at most`, this.at);
    return [from, most, text.length];
  }

  private escaped(): void {
    const { source, at } = this;
    const c = source[at + 1];
    if (c === undefined) throw new PatternError('nothing follows the last backslash', at);
    if (/[1-9]/.test(c)) {
      if (!this.ended.has(Number(c))) throw new PatternError(`no group ends before this \\${c}`, at);
      this.atom({ kind: 'reference', to: Number(c), at, size: 1 }, 2);
      return;
    }
    const meant = Object.hasOwn(ESCAPES, c) ? ESCAPES[c]! : undefined;
    if (this.strict && meant === undefined && /[a-z0]/i.test(c))
      throw new PatternError(`no escape is called \\${c}; for digits write [0-9]`, at);
    const character = String.fromCodePoint(source.codePointAt(at + 1)!);
    const node =
      meant === undefined ? characterNode(character) : typeof meant === 'string' ? assertNode(meant) : byteNode(meant);
    this.atom(node, 1 + character.length);
  }
}

const NO_END = Number.POSITIVE_INFINITY;
const TIMES = /\{(\d*)(,?)(\d*)\}/y;

const newGroup = (at: number, number: number, before: number): Group => ({
  at,
  number,
  before,
  branches: [],
  atoms: [],
  atom: false,
  repeats: 0,
});

const nodeOf = ({ branches, atoms }: Group): Node => eitherNode([...branches, sequenceNode(atoms)]);

/** A bracket expression that begins at `from`, and its length. Characters of several bytes become alternatives. */
function bracket(source: string, from: number, strict: boolean): [Node, number] {
  let at = from + 1;
  const negated = source[at] === '^';
  if (negated) at++;
  const set = setOf();
  const long = new Set<string>();
  for (let first = true; first || source[at] !== ']'; first = false) {
    if (at >= source.length) throw new PatternError('this `[` is not closed', from);
    if (strict && source[at] === '\\' && source[at + 1] !== '\\' && source[at - 1] !== '\\')
      throw new PatternError('between brackets a backslash is only itself: write it twice, or leave it out', at);
    const [character, length] = member(source, at, set);
    at += length;
    if (character === undefined) continue;
    const end = source[at] === '-' && source[at + 1] !== ']' && at + 1 < source.length ? source[at + 1]! : undefined;
    const bytes = fromUtf8(character);
    if (bytes.length > 1) long.add(bytes);
    else if (end !== undefined && fromUtf8(end).length === 1) {
      if (end < character) throw new PatternError(`the range ${character}-${end} is upside down`, at - length);
      set.fill(1, bytes.charCodeAt(0), end.charCodeAt(0) + 1);
      at += 2;
    } else set[bytes.charCodeAt(0)] = 1;
  }
  const length = at + 1 - from;
  if (negated) return [byteNode(without(set), [...long]), length];
  return [eitherNode([...[...long].map(textNode), byteNode(set)]), length];
}

/** Names are short: to look for the end of one costs no more than that. */
const NAMED = /\[([:.=])(.{0,40}?)\1\]/sy;

/** What stands at a place of a bracket: a class, which goes into `set`, or one character; and its length. */
function member(source: string, at: number, set: ByteSet): [character: string | undefined, length: number] {
  NAMED.lastIndex = at;
  const [text, sign, name = ''] = NAMED.exec(source) ?? [];
  if (text === undefined) {
    const character = String.fromCodePoint(source.codePointAt(at)!);
    return [character, character.length];
  }
  if (sign !== ':') {
    if ([...name].length !== 1) throw new PatternError(`${text} names no character`, at);
    return [name, text.length];
  }
  if (!Object.hasOwn(CLASSES, name)) throw new PatternError(`no class is called [:${name}:]`, at);
  CLASSES[name]!.forEach((has, byte) => {
    if (has) set[byte] = 1;
  });
  return [undefined, text.length];
}

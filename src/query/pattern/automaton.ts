// Whether a pattern is found in a text, in time that grows with the text: the steps that may come next are a state, and
// where a state leads by a byte is worked out once and remembered (a deterministic automaton made as it is needed). What
// is remembered is bounded; when it is full it is forgotten, and each byte then costs at most a look at every step.

import type { Pattern } from './index.ts';
import { BROKEN, Obligations } from './obligations.ts';
import { ASSERT, ASSERTIONS, EITHER, FOUND, type Program } from './program.ts';
import { type Assertion, WORD } from './tree.ts';

/** Steps looked at between two questions whether to leave: a few milliseconds. */
const ASKED_EVERY = 1 << 20;

/** What stands before a place, and after it. */
const EDGE = 0;
const OTHER = 1;
const LETTER = 2;

/** Entries of the table that are no state. */
const UNKNOWN = 0;
const YES = -1;
const NO = -2;

/** A function that says whether the pattern is found in a text of one character a byte. It remembers, so it is made once
 * for many texts. While a text takes long, `leaves` is asked every few milliseconds; the answer is no when it says so. */
export function patternTest(
  { program, plain, literal, prefix }: Pattern,
  leaves?: () => boolean,
): (text: string) => boolean {
  if (plain !== undefined) return (text) => text.includes(plain);
  const automaton = new Automaton(program, prefix, leaves);
  if (literal.length < 2) return (text) => automaton.test(text);
  return (text) => text.includes(literal) && automaton.test(text);
}

/** A program at work on texts (latin1): all steps that may be next are followed at once, byte for byte. */
export class Automaton {
  /** Steps looked at so far; of a byte never more than there are. */
  looks = 0;
  private nextAsked = 0;
  private readonly program: Program;
  /** With what every match begins: while none has begun, the next such text is looked for at the speed of memory. */
  private readonly prefix: string;
  private readonly leaves: () => boolean;
  private readonly obligations: Obligations;
  /** Bytes that no step tells apart are one class; the last is the text's end. */
  private readonly classOf: Uint8Array;
  private readonly byteOf: readonly number[];
  private readonly width: number;
  private readonly usesWords: boolean;
  /** Whether a match can begin at the text's begin only. */
  private readonly anchored: boolean;
  /** A row a state, from row 1 on: where each class leads, as the index of a row's begin. */
  private table: Int32Array;
  /** The steps of each state, a bit each, and behind them what stood before. */
  private bits: Uint32Array;
  private readonly words: number;
  private readonly rowsOf = new Map<string, number>();
  private readonly most: number;
  private rows = 1;
  /** How often all states were forgotten. */
  private forgotten = 0;
  /** The rows of a text's begin, and of a place where no match has begun. */
  private readonly start: number;
  private readonly nothing: number;
  // What a single step works with.
  private readonly nextBits: Uint32Array;
  private readonly marks: Uint32Array;
  private readonly stack: Int32Array;
  private turn = 0;
  private depth = 0;

  constructor(program: Program, prefix = '', leaves = (): boolean => false) {
    this.program = program;
    this.prefix = prefix;
    this.leaves = leaves;
    this.obligations = new Obligations(program.forbidden);
    const items = program.kind.length * this.obligations.count;
    this.usesWords = program.kind.some((kind, i) => kind === ASSERT && program.what[i]! > 1);
    [this.classOf, this.byteOf] = classesOf(program, this.usesWords, this.obligations);
    this.width = this.byteOf.length + 1;
    this.words = (items + 31) >> 5;
    const row = this.width + this.words + 1;
    this.most = Math.max(4, Math.floor((8192 + 128 * items) / row));
    this.table = new Int32Array(this.width * 8);
    this.bits = new Uint32Array((this.words + 1) * 8);
    this.nextBits = new Uint32Array(this.words);
    this.marks = new Uint32Array(items);
    this.stack = new Int32Array(items);
    this.anchored = this.beginsAtEdge();
    this.start = this.rowFor(EDGE);
    this.nothing = this.rowFor(OTHER);
  }

  test(text: string): boolean {
    const { classOf, prefix, nothing } = this;
    const jumps = prefix !== '' && !this.usesWords;
    let { table } = this;
    let row = jumps ? nothing : this.start;
    for (let i = 0; i < text.length; i++) {
      if (row === nothing && jumps) {
        i = text.indexOf(prefix, i);
        if (i < 0) return false;
      }
      const symbol = classOf[text.charCodeAt(i) & 0xff]!;
      let to = table[row + symbol]!;
      if (to <= 0) {
        if (to === UNKNOWN) {
          to = this.lead(row, symbol);
          ({ table } = this);
        }
        if (to < 0) return to === YES;
      }
      row = to;
    }
    const end = this.width - 1;
    return (table[row + end]! || this.lead(row, end)) === YES;
  }

  /** Works out where a state leads, and remembers it. */
  private lead(row: number, symbol: number): number {
    if (this.looks >= this.nextAsked) {
      this.nextAsked = this.looks + ASKED_EVERY;
      if (this.leaves()) return NO;
    }
    const { forgotten } = this;
    const to = this.move((row / this.width) * (this.words + 1), symbol);
    // Where a new state had no room, all are forgotten, and the row is another's.
    if (forgotten === this.forgotten || row === this.start || row === this.nothing) this.table[row + symbol] = to;
    return to;
  }

  private move(from: number, symbol: number): number {
    const { program, words, stack } = this;
    const isEnd = symbol === this.width - 1;
    const byte = isEnd ? -1 : this.byteOf[symbol]!;
    const before = this.bits[from + words]!;
    const after = isEnd ? EDGE : WORD[byte] ? LETTER : OTHER;
    this.begin();
    this.nextBits.fill(0);
    for (let word = 0; word < words; word++)
      for (let left = this.bits[from + word]!; left !== 0; left &= left - 1)
        this.push((word << 5) + 31 - Math.clz32(left & -left));
    this.push(program.start); // a match may begin at any place
    const steps = program.kind.length;
    let any = false;
    while (this.depth > 0) {
      const item = stack[--this.depth]!;
      this.looks++;
      const step = item % steps;
      const rest = item - step;
      switch (program.kind[step]) {
        case EITHER:
          this.push(rest + program.what[step]!);
          this.push(rest + program.next[step]!);
          break;
        case ASSERT:
          if (holds(ASSERTIONS[program.what[step]!]!, before, after)) this.push(rest + program.next[step]!);
          break;
        case FOUND: {
          const owed = isEnd ? 0 : this.obligations.after(rest / steps, byte);
          if (owed === 0) return YES;
          if (owed !== BROKEN) any = this.reach(owed * steps + step);
          break;
        }
        default: {
          if (isEnd || program.sets[program.what[step]!]![byte] === 0) break;
          const owed = this.obligations.after(rest / steps, byte);
          if (owed === BROKEN) break;
          const guard = program.guard[step]!;
          const now = owed || (guard > 0 ? this.obligations.first(guard - 1, byte) : 0);
          any = this.reach(now * steps + program.next[step]!);
        }
      }
    }
    if (isEnd || (!any && this.anchored)) return NO;
    return this.rowFor(this.usesWords ? after : OTHER);
  }

  private begin(): void {
    this.depth = 0;
    if (++this.turn < 0xffffffff) return;
    this.marks.fill(0);
    this.turn = 1;
  }

  private push(item: number): void {
    if (this.marks[item] === this.turn) return;
    this.marks[item] = this.turn;
    this.stack[this.depth++] = item;
  }

  private reach(item: number): true {
    this.nextBits[item >> 5]! |= 1 << (item & 31);
    return true;
  }

  /** The row of the state whose steps are in `nextBits`, made where there is none. */
  private rowFor(before: number): number {
    const { words, nextBits } = this;
    const halves = new Uint16Array(nextBits.buffer);
    const key = before + String.fromCharCode.apply(null, halves as unknown as number[]);
    const known = this.rowsOf.get(key);
    if (known !== undefined) return known;
    if (this.rows >= this.most) this.forget();
    const state = this.rows++;
    this.table = roomFor(this.table, this.rows * this.width);
    this.bits = roomFor(this.bits, this.rows * (words + 1));
    this.bits.set(nextBits, state * (words + 1));
    this.bits[state * (words + 1) + words] = before;
    this.rowsOf.set(key, state * this.width);
    return state * this.width;
  }

  /** Forgets all states but the first two. */
  private forget(): void {
    const [start, nothing] = this.rowsOf.keys();
    this.rowsOf.clear();
    this.rowsOf.set(start!, this.start).set(nothing!, this.nothing);
    this.table.fill(UNKNOWN);
    this.rows = 3;
    this.forgotten++;
  }

  /** Whether every way from the start first asks for the text's begin. */
  private beginsAtEdge(): boolean {
    const { kind, next, what, start } = this.program;
    this.begin();
    this.push(start);
    while (this.depth > 0) {
      const step = this.stack[--this.depth]!;
      if (kind[step] === EITHER) {
        this.push(what[step]!);
        this.push(next[step]!);
      } else if (kind[step] !== ASSERT || what[step] !== 0) return false;
    }
    return true;
  }
}

function holds(assertion: Assertion, before: number, after: number): boolean {
  switch (assertion) {
    case 'start':
      return before === EDGE;
    case 'end':
      return after === EDGE;
    case 'word-edge':
      return (before === LETTER) !== (after === LETTER);
    case 'no-word-edge':
      return (before === LETTER) === (after === LETTER);
    case 'word-start':
      return before !== LETTER && after === LETTER;
    case 'word-end':
      return before === LETTER && after !== LETTER;
  }
}

/** An array of the same numbers with at least so much room. */
function roomFor<A extends Int32Array | Uint32Array>(array: A, length: number): A {
  if (array.length >= length) return array;
  const larger = new (array.constructor as new (n: number) => A)(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}

/** Bytes in classes that no set, word edge or obligation tells apart, and one byte of each. */
function classesOf(program: Program, usesWords: boolean, obligations: Obligations): [Uint8Array, number[]] {
  let classes = new Uint8Array(256);
  const sets = [...program.sets, ...(usesWords ? [WORD] : []), ...obligations.bytes()];
  for (const set of sets) {
    const known = new Map<number, number>();
    classes = classes.map((now, byte) => {
      const key = now * 2 + set[byte]!;
      if (!known.has(key)) known.set(key, known.size);
      return known.get(key)!;
    });
  }
  const byteOf: number[] = [];
  classes.forEach((one, byte) => {
    byteOf[one] ??= byte;
  });
  return [classes, byteOf];
}

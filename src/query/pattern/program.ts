// A pattern's tree as steps, as Thompson has it: plain data, so that a predicate with a pattern can be handed to a
// thread. A step either takes a byte, or stands at a place between two bytes; which way leads to the end is found out
// by automaton.ts, which goes all ways at once.

import type { Assertion, ByteSet, Node } from './tree.ts';

/** What a step is: it takes a byte of a set, */
export const BYTE = 0;
/** goes on in two ways, */
export const EITHER = 1;
/** goes on where something holds of the place, */
export const ASSERT = 2;
/** or is the end of a match. */
export const FOUND = 3;

/** What an ASSERT may ask, by its number in a program. */
export const ASSERTIONS: readonly Assertion[] = ['start', 'end', 'word-edge', 'no-word-edge', 'word-start', 'word-end'];

/** Steps in columns: step `i` is at index `i` of each. */
export interface Program {
  readonly kind: Uint8Array;
  /** Where a step goes on. */
  readonly next: Int32Array;
  /** BYTE: index into `sets`; EITHER: where it may go on too; ASSERT: index into ASSERTIONS. */
  readonly what: Int32Array;
  /** BYTE: index into `forbidden` plus 1, or 0. */
  readonly guard: Int32Array;
  readonly sets: readonly ByteSet[];
  /** Texts of several bytes none of which may begin where the byte was taken. */
  readonly forbidden: readonly (readonly string[])[];
  readonly start: number;
}

/** The steps of a tree. Throws TypeError for one with a back-reference: references.ts leaves none. */
export function programOf(tree: Node): Program {
  const maker = new Maker();
  const found = maker.add(FOUND, 0, 0);
  return maker.done(maker.emit(tree, found));
}

/** Emits from the end to the begin, so that each step knows where it goes on. */
class Maker {
  private readonly kind: number[] = [];
  private readonly next: number[] = [];
  private readonly what: number[] = [];
  private readonly guard: number[] = [];
  private readonly sets: ByteSet[] = [];
  private readonly forbidden: (readonly string[])[] = [];
  private readonly known = new Map<string, number>();
  /** The same by the set itself: a repeat gives one hundreds of times. */
  private readonly given = new Map<ByteSet, number>();

  add(kind: number, next: number, what: number, guard = 0): number {
    this.kind.push(kind);
    this.next.push(next);
    this.what.push(what);
    this.guard.push(guard);
    return this.kind.length - 1;
  }

  /** The first step of a tree after which comes `next`. As deep as the pattern is nested, which is bounded. */
  emit(node: Node, next: number): number {
    switch (node.kind) {
      case 'byte':
        return this.add(BYTE, next, this.setIndex(node.set), node.notAt ? this.guardIndex(node.notAt) + 1 : 0);
      case 'assert':
        return this.add(ASSERT, next, ASSERTIONS.indexOf(node.what));
      case 'sequence':
        return node.of.reduceRight((after, part) => this.emit(part, after), next);
      case 'either':
        return node.of
          .map((part) => this.emit(part, next))
          .reduceRight((others, first) => this.add(EITHER, first, others));
      case 'repeat':
        return this.repeat(node, next);
      default:
        throw new TypeError(`A ${node.kind} is no step.`); // references.ts leaves none
    }
  }

  private repeat({ of, least, most }: Node & { kind: 'repeat' }, next: number): number {
    let first = next;
    let needed = least;
    if (most === Number.POSITIVE_INFINITY) {
      const again = this.add(EITHER, next, next);
      const body = this.emit(of, again);
      this.next[again] = body;
      first = least === 0 ? again : body;
      needed = Math.max(0, least - 1);
    } else for (let i = least; i < most; i++) first = this.add(EITHER, this.emit(of, first), next);
    for (let i = 0; i < needed; i++) first = this.emit(of, first);
    return first;
  }

  private guardIndex(texts: readonly string[]): number {
    const known = this.forbidden.indexOf(texts);
    return known >= 0 ? known : this.forbidden.push(texts) - 1;
  }

  private setIndex(set: ByteSet): number {
    const given = this.given.get(set);
    if (given !== undefined) return given;
    const key = String.fromCharCode(...set);
    const known = this.known.get(key) ?? this.sets.push(set) - 1;
    this.known.set(key, known);
    this.given.set(set, known);
    return known;
  }

  done(start: number): Program {
    return {
      kind: Uint8Array.from(this.kind),
      next: Int32Array.from(this.next),
      what: Int32Array.from(this.what),
      guard: Int32Array.from(this.guard),
      sets: this.sets,
      forbidden: this.forbidden,
      start,
    };
  }
}

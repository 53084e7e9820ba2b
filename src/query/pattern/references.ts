// Back-references (`(.)\1`), which no automaton has: whether a text matches can take for ever to find out. But a group that
// can be a few texts only is as good as a choice between them: `(a|b)-\1` is `a-a|b-b`. Such ones are taken, others refused.

import { PatternError, tooLarge } from './error.ts';
import { eitherNode, type Node, repeatNode, sequenceNode, textNode } from './tree.ts';

/** Texts that a group with a back-reference may be, at most: each byte of `(.)`. */
const MOST_TEXTS = 256;

type Reference = Node & { readonly kind: 'reference' };
type Values = ReadonlyMap<number, string>;

/** The same tree without groups and references. Throws PatternError. */
export function withoutReferences(tree: Node, room: number): Node {
  let size = 0;
  const resolved = (node: Node, values: Values): Node => {
    switch (node.kind) {
      case 'group':
        return resolved(node.of, values);
      case 'reference': {
        const value = values.get(node.to);
        if (value === undefined) throw unbounded(node);
        return textNode(value);
      }
      case 'either':
        return eitherNode(node.of.map((part) => resolved(part, values)));
      case 'repeat':
        return repeatNode(resolved(node.of, values), node.least, node.most);
      case 'sequence':
        return sequence(node.of, values);
      default:
        return node;
    }
  };
  const sequence = (parts: readonly Node[], values: Values): Node => {
    const done: Node[] = [];
    for (const [i, part] of parts.entries()) {
      const rest = parts.slice(i + 1);
      const reference = part.kind === 'group' ? referenceTo(part.number, rest) : undefined;
      if (part.kind === 'group' && reference) {
        const texts = textsOf(resolved(part.of, values));
        if (!texts) throw unbounded(reference);
        const ways = texts.map((text) => {
          const way = sequenceNode([textNode(text), sequence(rest, new Map(values).set(part.number, text))]);
          size += way.size;
          if (size > room) throw tooLarge(room, reference.at);
          return way;
        });
        return sequenceNode([...done, eitherNode(ways)]);
      }
      done.push(resolved(part, values));
    }
    return sequenceNode(done);
  };
  return resolved(tree, new Map());
}

const unbounded = ({ to, at }: Reference): PatternError =>
  new PatternError(
    `back-references cannot be matched in bounded time, but where the group stands beside them and is one of ${MOST_TEXTS} texts at most, as (.) or (ab|cd); write out what \\${to} stands for`,
    at,
  );

/** The first reference to a group among some parts. */
function referenceTo(number: number, parts: readonly Node[]): Reference | undefined {
  for (const part of parts) {
    if (part.kind === 'reference' && part.to === number) return part;
    const inner = 'of' in part ? referenceTo(number, [part.of].flat()) : undefined;
    if (inner) return inner;
  }
  return undefined;
}

/** The texts that a tree without references is found in whole; undefined when there are too many, or when where they stand
 * matters too. */
function textsOf(node: Node): readonly string[] | undefined {
  switch (node.kind) {
    case 'byte': {
      const bytes = [...node.set.keys()].filter((byte) => node.set[byte]);
      return node.notAt ? undefined : bytes.map((byte) => String.fromCharCode(byte));
    }
    case 'sequence':
      return node.of.reduce<readonly string[] | undefined>((texts, part) => joined(texts, textsOf(part)), ['']);
    case 'either': {
      const parts = node.of.map(textsOf);
      return parts.includes(undefined) ? undefined : few(parts.flatMap((texts) => texts!));
    }
    case 'repeat': {
      if (node.most > MOST_TEXTS) return undefined;
      const once = textsOf(node.of);
      let now: readonly string[] | undefined = [''];
      const all: string[] = [];
      for (let times = 0; times <= node.most && now; times++) {
        if (times >= node.least) all.push(...now);
        now = times < node.most ? joined(now, once) : now;
      }
      return now && few(all);
    }
    default:
      return undefined;
  }
}

const few = (texts: readonly string[]): readonly string[] | undefined => {
  const different = [...new Set(texts)];
  return different.length > MOST_TEXTS ? undefined : different;
};

function joined(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!before || !after || before.length * after.length > MOST_TEXTS * MOST_TEXTS) return undefined;
  return few(before.flatMap((one) => after.map((two) => one + two)));
}

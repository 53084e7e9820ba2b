// What a negated bracket owes: `[^ü]` takes a byte, and none of the characters it names may begin there.

/** A text of several bytes has come to its end that may not stand there. */
export const BROKEN = -1;

/** Texts of several bytes (characters, as UTF-8) that may not stand where a byte was taken: 0 nothing is owed; else a
 * place within such a text, reached by its bytes so far. Characters do not overlap, so one is owed at a time. */
export class Obligations {
  /** How many places there are, with 0. */
  count = 1;
  private readonly roots: Map<number, number>[] = [];
  /** Where each place leads by a byte; place 0 leads nowhere. */
  private readonly ways: Map<number, number>[] = [new Map()];

  constructor(forbidden: readonly (readonly string[])[]) {
    for (const texts of forbidden) {
      const root = new Map<number, number>();
      this.roots.push(root);
      for (const text of texts) this.add(root, text);
    }
    this.count = this.ways.length;
  }

  private add(root: Map<number, number>, text: string): void {
    let ways = root;
    for (let i = 0; i < text.length - 1; i++) {
      const byte = text.charCodeAt(i);
      let place = ways.get(byte);
      if (place === undefined) {
        place = this.ways.push(new Map()) - 1;
        ways.set(byte, place);
      }
      ways = this.ways[place]!;
    }
    ways.set(text.charCodeAt(text.length - 1), BROKEN);
  }

  /** What is owed after the first byte of a set's guard. */
  first(guard: number, byte: number): number {
    return this.roots[guard]!.get(byte) ?? 0;
  }

  after(place: number, byte: number): number {
    return place === 0 ? 0 : (this.ways[place]!.get(byte) ?? 0);
  }

  /** A set for each byte that is told apart. */
  *bytes(): Generator<Uint8Array> {
    for (const byte of new Set([...this.roots, ...this.ways].flatMap((ways) => [...ways.keys()]))) {
      const set = new Uint8Array(256);
      set[byte] = 1;
      yield set;
    }
  }
}

// One shape for every names <-> numbers table: a packed string, split on first use, so that loading costs nothing.
// Packed form: words parted by spaces; a decimal word (or -decimal) sets the number of the next name, and each name
// moves the number on by one: "0 read write 19 readv" is read=0, write=1, readv=19. It knows nothing of any one table.

/** Names and numbers in the order of the source; where two share a number (or a name), the first one answers. */
export interface Table {
  /** The name of a number. */
  name(number: number): string | undefined;
  /** The number of a name; case counts. */
  number(name: string): number | undefined;
  /** Every pair, in the order of the source (for flag words: the order in which they are printed). */
  entries(): readonly (readonly [number: number, name: string])[];
}

/** A table from its packed string (see the head of this file). */
export function table(packed: string): Table {
  let pairs: (readonly [number, string])[] | undefined;
  let names: Map<number, string> | undefined;
  let numbers: Map<string, number> | undefined;
  const entries = () => (pairs ??= unpack(packed));
  return {
    entries,
    name(number) {
      if (!names) {
        names = new Map();
        for (const [n, name] of entries()) if (!names.has(n)) names.set(n, name);
      }
      return names.get(number);
    },
    number(name) {
      if (!numbers) {
        numbers = new Map();
        for (const [n, text] of entries()) if (!numbers.has(text)) numbers.set(text, n);
      }
      return numbers.get(name);
    },
  };
}

function unpack(packed: string): (readonly [number, string])[] {
  const pairs: (readonly [number, string])[] = [];
  let next = 0;
  for (const word of packed.split(' ')) {
    if (word === '') continue;
    const first = word.charCodeAt(word.charCodeAt(0) === 45 ? 1 : 0);
    if (first >= 48 && first <= 57) next = Number(word);
    else pairs.push([next++, word]);
  }
  return pairs;
}

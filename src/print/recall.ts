// What was made before from the same text: a bounded memory for printers. Trails repeat themselves, and looking up a
// text of some hundred bytes costs a tenth of interpreting it.

const LONGEST = 4096;
/** Characters of keys; what was made from them is about as long, and a key holds the line it was cut from. On the busy
 * trail 300,000 miss 4.6 % of the look-ups, 4,000,000 miss 4.3 % and cost 70 MB. */
const MOST = 400_000;

/** The same text in one piece: V8 keeps a text built by `+=` as a tree of its pieces. Remembered so, the
 * texts of the busy trail took 152 MB, in one piece 138 MB; the time is the same. */
export function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}

/** Values by the text they were made from. Forgets everything when it holds too much, and keeps nothing long. */
export class Recall<T> {
  private readonly spaces = new Map<number, Map<string, T>>();
  private held = 0;

  /** The value for `key` among those of `space`, from `make` when it is not known. */
  get(key: string, make: () => T, space = 0): T {
    let known = this.spaces.get(space);
    const found = known?.get(key);
    if (found !== undefined) return found;
    const made = make();
    if (key.length > LONGEST) return made;
    if (this.held > MOST) {
      this.spaces.clear();
      this.held = 0;
      known = undefined;
    }
    if (!known) this.spaces.set(space, (known = new Map()));
    known.set(key, made);
    this.held += key.length + 64;
    return made;
  }
}

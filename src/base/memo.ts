// What was worked out before, kept by what it was worked out from. Trails repeat themselves, and hostile ones do not: a
// memory that has as many entries as it may hold forgets them all and begins again, which costs a true trail nothing and
// a hostile one no more than having no memory. (Where the newest must outlive the oldest: `forgetOldest`.)

import { ownText } from './bytes.ts';

/** At most `most` values by key. */
export class Memo<K, V> {
  private readonly known = new Map<K, V>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** The value kept for `key`; undefined when there is none. */
  find(key: K): V | undefined {
    return this.known.get(key);
  }

  keep(key: K, value: V): V {
    if (this.known.size >= this.most) this.known.clear();
    this.known.set(key, value);
    return value;
  }

  /** The value for `key`, from `make` when none is kept. `undefined` is made each time again. */
  get(key: K, make: (key: K) => V): V {
    return this.known.get(key) ?? this.keep(key, make(key));
  }
}

/** The same by texts that were cut from lines: a key holds no line in memory, and none longer than `longest` is kept. */
export class TextMemo<V> extends Memo<string, V> {
  private readonly longest: number;

  constructor(most: number, longest: number) {
    super(most);
    this.longest = longest;
  }

  override keep(key: string, value: V): V {
    return key.length > this.longest ? value : super.keep(ownText(key), value);
  }
}

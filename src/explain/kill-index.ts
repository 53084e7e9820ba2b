// Look-ups over the kills of a trail, for who-killed.ts: which story a failed signal belongs to, and which killers are of
// one kind. A trail may hold as many of each as it has lines.
import type { Strike } from './kills.ts';
import { commandOf, type Image } from './life.ts';
import type { Story } from './story.ts';

/** Which killers struck which numbers, and in which story: the first that has one of them not after a given moment. */
export class StruckNumbers<Draft extends Pick<Story, 'hits'>> {
  /** By killer and number: strikes in the order of time, each with the first story among it and those before. */
  private readonly byNumber = new Map<string, { readonly first: number; order: number }[]>();
  private readonly drafts: readonly Draft[];

  constructor(drafts: Iterable<Draft>) {
    this.drafts = [...drafts];
    for (const [order, draft] of this.drafts.entries())
      for (const hit of draft.hits)
        for (const { killer, given, first } of hit.strikes) {
          const key = `${killer.id} ${given}`;
          const strikes = this.byNumber.get(key);
          if (strikes) strikes.push({ first, order });
          else this.byNumber.set(key, [{ first, order }]);
        }
    for (const strikes of this.byNumber.values()) {
      strikes.sort((a, b) => a.first - b.first);
      for (let i = 1; i < strikes.length; i++) strikes[i]!.order = Math.min(strikes[i]!.order, strikes[i - 1]!.order);
    }
  }

  draftOf({ killer, given, last }: Strike): Draft | undefined {
    const strikes = this.byNumber.get(`${killer.id} ${given}`) ?? [];
    let from = 0;
    for (let to = strikes.length; from < to; ) {
      const middle = (from + to) >> 1;
      if (strikes[middle]!.first <= last) from = middle + 1;
      else to = middle;
    }
    return from === 0 ? undefined : this.drafts[strikes[from - 1]!.order];
  }
}

/** A number for each kind of killer: program and command line, which may be long and are put together once an image. */
export class KillerKinds {
  private readonly known = new WeakMap<Image, number>();
  private readonly numbers = new Map<string, number>();

  of(image: Image): number {
    let number = this.known.get(image);
    if (number !== undefined) return number;
    const text = `${image.exe}\0${commandOf(image).join('\0')}`;
    number = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, number);
    this.known.set(image, number);
    return number;
  }
}

// Paths as a tree of their parts, so that a directory with sixty thousand others below it is renamed by moving one spot.
// A list of paths would have to be gone through for each rename, and whoever writes a trail could rename without end.

/** A place in the tree. It stays good for whoever holds it, wherever it is moved. */
export interface Spot {
  name: string;
  above: Spot | undefined;
  below: Map<string, Spot> | undefined;
  /** How many hold it. */
  holders: number;
  /** The spot it became one with, when a rename put it on that one's place. */
  into: Spot | undefined;
}

/** Parts that a path may have, and bytes: PATH_MAX (linux/limits.h). */
const LONGEST_PATH = 4096;

export class PathTree {
  /** Parts in the tree. */
  size = 0;
  private readonly root: Spot = spotOf('', undefined);

  /** The spot of an absolute, normalised path, for one more holder; undefined where no kernel would have such a path. */
  hold(path: string): Spot | undefined {
    if (path.length > LONGEST_PATH) return undefined;
    const spot = this.make(path);
    spot.holders++;
    return spot;
  }

  /** One holder less; parts that nobody needs go. */
  release(spot: Spot): void {
    const at = trueSpot(spot);
    at.holders--;
    this.prune(at);
  }

  /** What the spot's path is now. */
  pathOf(spot: Spot): string {
    const parts: string[] = [];
    for (let at = trueSpot(spot); at.above; at = trueSpot(at.above)) parts.push(at.name);
    return `/${parts.reverse().join('/')}`;
  }

  /** What lies at and below `from` lies at and below `to` from now on, beside what is there. No move puts a directory
   * into itself. The work is that of the shorter of two lists that become one, and no more than has been put in. */
  move(from: string, to: string): void {
    if (from === to || to === '/' || to.startsWith(`${from}/`) || to.length > LONGEST_PATH) return;
    const spot = this.find(from);
    if (!spot?.above) return;
    const old = trueSpot(spot.above);
    old.below!.delete(spot.name);
    const cut = to.lastIndexOf('/');
    this.put(spot, this.make(to.slice(0, cut)), to.slice(cut + 1));
    this.prune(trueSpot(old));
  }

  private put(spot: Spot, above: Spot, name: string): void {
    const work: [Spot, Spot, string][] = [[spot, above, name]];
    for (let next = work.pop(); next; next = work.pop()) {
      const [one, parent, part] = next;
      parent.below ??= new Map();
      const there = parent.below.get(part);
      const [kept, gone] = there && (there.below?.size ?? 0) > (one.below?.size ?? 0) ? [there, one] : [one, there];
      kept.name = part;
      kept.above = parent;
      parent.below.set(part, kept);
      if (!gone) continue;
      for (const [child, under] of gone.below ?? []) work.push([under, kept, child]);
      kept.holders += gone.holders;
      gone.below = undefined;
      gone.into = kept;
      this.size--;
    }
  }

  private make(path: string): Spot {
    let at = this.root;
    for (const part of partsOf(path)) {
      at.below ??= new Map();
      let next = at.below.get(part);
      if (!next) {
        at.below.set(part, (next = spotOf(part, at)));
        this.size++;
      }
      at = next;
    }
    return at;
  }

  private find(path: string): Spot | undefined {
    let at: Spot | undefined = this.root;
    for (const part of partsOf(path)) if (!(at = at?.below?.get(part))) return undefined;
    return at;
  }

  private prune(spot: Spot): void {
    for (let at = spot; at.above && at.holders === 0 && !at.below?.size; ) {
      const above = trueSpot(at.above);
      if (above.below?.get(at.name) !== at) return;
      above.below.delete(at.name);
      this.size--;
      at = above;
    }
  }
}

const spotOf = (name: string, above: Spot | undefined): Spot => ({
  ...{ name, above, below: undefined, holders: 0, into: undefined },
});

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

/** The spot itself, or the one it became one with. */
function trueSpot(spot: Spot): Spot {
  let at = spot;
  while (at.into) at = at.into;
  for (let one = spot; one.into; ) {
    const next: Spot = one.into;
    one.into = at;
    one = next;
    if (one === at) break;
  }
  return at;
}

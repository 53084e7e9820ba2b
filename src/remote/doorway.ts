// Who stands in the doorway: peers that came and have not proved yet who they are. They cost a descriptor and a handshake
// each, and anybody can be one; so they are counted from the moment they come, by where they come from, and the one who
// has stood there longest, of those from where most come, makes room for the next. It closes nothing itself.

import { networkOf } from '../host/network.ts';

export interface Peer {
  readonly address: string;
  readonly port: number;
  /** When it came, in milliseconds of a clock that is never set back. */
  readonly since: number;
  /** Whether it has sent nothing yet. A true client speaks at once. */
  silent(): boolean;
}

/** How many may stand there. */
export interface DoorwayLimits {
  readonly perAddress: number;
  /** From one group of addresses. */
  readonly perGroup: number;
  readonly inAll: number;
  /** Milliseconds in which a peer that speaks is not sent away for one from elsewhere, where each is alone. */
  readonly grace: number;
}

/** The addresses that one machine may have: a network, but link-local addresses (fe80::/10) each for itself, for there a /64
 * is all machines of a network. */
export const groupOf = (address: string): string => (/^fe[89ab]/i.test(address) ? address : networkOf(address));

export class Doorway<T extends Peer> {
  /** By group, who came first in front. */
  private readonly groups = new Map<string, Set<T>>();
  private size = 0;

  /** A peer comes. Answers who has to go for it: nobody, another, or the peer itself; who goes stands there no more. */
  enter(peer: T, limits: DoorwayLimits): T | undefined {
    const group = groupOf(peer.address);
    const those = this.groups.get(group) ?? new Set<T>();
    const gone = this.whoGoes(peer, those, limits);
    if (gone === peer) return peer;
    this.groups.set(group, those.add(peer));
    this.size++;
    if (gone) this.leave(gone);
    return gone;
  }

  /** The one who makes room among those who stand there; undefined when there is room. */
  private whoGoes(peer: T, those: ReadonlySet<T>, limits: DoorwayLimits): T | undefined {
    const same = [...those].filter((one) => one.address === peer.address);
    if (same.length >= limits.perAddress) return longest(same);
    if (those.size >= limits.perGroup) return longest(those);
    if (this.size < limits.inAll) return undefined;
    const { oldest, crowd } = this.mostCrowded();
    // Where all are alone, only who says nothing is no loss; or who had its time.
    const mayGo = crowd > those.size + 1 || oldest.silent() || peer.since - oldest.since >= limits.grace;
    return mayGo ? oldest : peer;
  }

  /** Who stands longest in the largest group; of groups as large, the longest silent. There is at least one. */
  private mostCrowded(): { oldest: T; crowd: number } {
    let crowd = 0;
    let found: T | undefined;
    for (const group of this.groups.values()) {
      if (group.size < crowd) continue;
      const oldest = longest(group);
      if (group.size > crowd || isBefore(oldest, found!)) found = oldest;
      crowd = group.size;
    }
    return { oldest: found!, crowd };
  }

  /** It is in, or gone. False when it did not stand there. */
  leave(peer: T): boolean {
    const group = groupOf(peer.address);
    const those = this.groups.get(group);
    if (!those?.delete(peer)) return false;
    if (those.size === 0) this.groups.delete(group);
    this.size--;
    return true;
  }

  /** All who stand there. */
  *all(): IterableIterator<T> {
    for (const those of this.groups.values()) yield* those;
  }
}

/** Whether one would go before another. */
const isBefore = (one: Peer, other: Peer): boolean =>
  one.silent() === other.silent() ? one.since < other.since : one.silent();

/** Who came first of those who have not said a word, or else of all; undefined of none. The earlier stands in front. */
export function longest<T extends Peer>(those: Iterable<T>): T {
  let oldest: T | undefined;
  for (const one of those) {
    if (one.silent()) return one;
    oldest ??= one;
  }
  return oldest!;
}

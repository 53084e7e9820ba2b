// One end of a process that is told more than once: by the signal, by the crash record, by the kernel's log. Found by
// look-up, so that a trail of a hundred thousand crashes takes no longer a crash than one of ten.
import type { Hit } from './story.ts';

/** How long before it is told again a hit may have been told, ms. */
const TOLD_AGAIN = 2000;

/** A crash that a signal caused, or that the kernel log tells too, is one hit. */
export function mergeSame(hits: Hit[]): Hit[] {
  const merged: Hit[] = [];
  // The newest hit of each kind that another may be: the times ascend, so no older one is nearer.
  const newest = new Map<string, number>();
  const note = (hit: Hit, place: number): void => {
    for (const key of kindsOf(hit)) newest.set(key, Math.max(place, newest.get(key) ?? -1));
  };
  for (const hit of hits.sort((a, b) => a.at - b.at)) {
    const place = Math.max(-1, ...sameKinds(hit).map((key) => newest.get(key) ?? -1));
    if (place < 0 || !(hit.at - merged[place]!.at <= TOLD_AGAIN)) {
      note(hit, merged.length);
      merged.push(hit);
    } else {
      const other = merged[place]!;
      merged[place] = {
        ...other,
        crash: other.crash ?? hit.crash,
        kernel: other.kernel ?? hit.kernel,
        outcome: other.strikes.length > 0 || other.crash ? { ...other.outcome, kind: 'ended' } : hit.outcome,
        victim: other.victim ?? hit.victim,
        image: other.image ?? hit.image,
      };
      note(merged[place]!, place);
    }
  }
  return merged;
}

/** As what a hit may be told again: its signals, a crash, a fault in the kernel's log. */
function kindsOf({ pid, strikes, crash, kernel }: Hit): Set<string> {
  const kinds = new Set(strikes.map(({ signal }) => `${pid} signal ${signal}`));
  if (crash) kinds.add(`${pid} crash`);
  if (kernel?.kind === 'fault' && strikes.length === 0) kinds.add(`${pid} fault`);
  return kinds;
}

/** What the same hit was told as before: a crash as the signal that caused it or as a fault, a fault as a crash. */
function sameKinds({ pid, crash, kernel }: Hit): string[] {
  if (crash) return [`${pid} signal ${crash.signal}`, `${pid} fault`];
  return kernel?.kind === 'fault' ? [`${pid} crash`] : [];
}

// Links of this page that the viewer opens in a new tab: the history of that tab knows nothing of this one, so it is told
// here, for a minute, in the storage that only this page's origin can write.
const OPENING = 'auspex.opening';
const MOST_OPENING = 20;
const OPENS_WITHIN = 60_000;

function opening(): readonly (readonly [href: string, at: number])[] {
  try {
    const kept = JSON.parse(window.localStorage.getItem(OPENING) ?? '[]') as [string, number][];
    return kept.filter(([, at]) => Math.abs(Date.now() - at) < OPENS_WITHIN);
  } catch {
    return []; // no storage, or not ours
  }
}

function keepOpening(links: ReturnType<typeof opening>): void {
  try {
    window.localStorage.setItem(OPENING, JSON.stringify(links.slice(-MOST_OPENING)));
  } catch {
    // no storage: the new tab asks first
  }
}

/** A link of this page may be opened in a new tab now. */
export function willOpen(href: string): void {
  if (href.includes('?')) keepOpening([...opening(), [href, Date.now()]]);
}

/** This page's own link led here; each counts once. */
export function wasOpened(href: string): boolean {
  const links = opening();
  const at = links.findIndex(([one]) => one === href);
  if (at < 0) return false;
  keepOpening(links.filter((_, i) => i !== at));
  return true;
}

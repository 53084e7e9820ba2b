// Names of user ids for counts, which have no event at hand: as the newest event that has the id tells it (log_format =
// ENRICHED keeps the name of then), else as this machine knows it.

import type { Console } from './console.ts';
import { rowMakerOf } from './row-makers.ts';
import { shown } from './words.ts';

/** Ids of one reply that are looked for in the trail; behind them this machine's accounts are asked alone. */
const MOST_LOOKED_FOR = 20;
const MOST_REMEMBERED = 10_000;

const remembered = new WeakMap<Console, Map<number, string>>();

/** The names that are known of some ids of `auid` or `uid`, ready to be shown. */
export async function userNames(
  console: Console,
  column: 'auid' | 'uid',
  ids: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const known = remembered.get(console) ?? new Map<number, string>();
  remembered.set(console, known);
  const names = new Map<number, string>();
  for (const [i, id] of ids.entries()) {
    const name = known.get(id) ?? (i < MOST_LOOKED_FOR ? await nameInTrail(console, column, id, signal) : undefined);
    if (name !== undefined && known.size < MOST_REMEMBERED) known.set(id, name);
    const own = name ?? console.accounts.userName(id);
    if (own !== undefined) names.set(id, name ?? shown(own));
  }
  return names;
}

async function nameInTrail(
  console: Console,
  column: 'auid' | 'uid',
  id: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { events } = await console.store.query({ columns: { [column]: id }, limit: 1 }, signal);
  const row = events[0] && rowMakerOf(console).row(events[0]);
  return column === 'auid' ? row?.login : row?.user;
}

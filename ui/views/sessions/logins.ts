// Sessions and failed logins as the lists of the view: newest first, failures grouped by account and address, and what is
// worth a second look. Pure.

import { isSet } from '../../../src/base/ids.ts';
import { momentOf } from '../../parts/moment.ts';
import type { LoginFailure, Session, SessionCommand } from '../answers/shapes.ts';

/** Newest first, by their beginning. */
export const newestFirst = (sessions: readonly Session[]): Session[] =>
  sessions.toSorted(
    (a, b) => momentOf(b.start ?? b.lastSeen) - momentOf(a.start ?? a.lastSeen) || b.session - a.session,
  );

export const sessionUser = ({ user, auid }: Pick<Session, 'user' | 'auid'>): string =>
  user ?? (isSet(auid) ? `uid ${auid}` : 'nobody');

/** Whether a command ran as someone else than who logged in. */
export const isBorrowed = ({ as, really }: SessionCommand): boolean => as !== really;

/** The users a session's commands ran as, besides its own. */
export const borrowedOf = (session: Session): string[] => [
  ...new Set(session.commands.filter(isBorrowed).map(({ as }) => (typeof as === 'number' ? `uid ${as}` : as))),
];

/** Failed logins of one account from one address. */
export interface FailureGroup {
  readonly account: string;
  readonly address: string;
  readonly through: string;
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

/** The latest first. */
export function failureGroups(failures: readonly LoginFailure[]): FailureGroup[] {
  const groups = new Map<string, FailureGroup>();
  for (const { account, address = '', through = '', at } of failures) {
    const key = JSON.stringify([account, address]);
    const group = groups.get(key);
    groups.set(key, {
      account,
      address,
      through: group?.through || through,
      first: group && group.first < at ? group.first : at,
      last: group && group.last > at ? group.last : at,
      count: (group?.count ?? 0) + 1,
    });
  }
  return [...groups.values()].sort((a, b) => b.last.localeCompare(a.last));
}

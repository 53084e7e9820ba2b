// User and group ids: a name of this machine's accounts, `unset` for -1, else `unknown(n)`. A record with an enriched
// tail never comes here: auditd wrote the name when the event happened (enriched.ts).

import type { InterpretContext, Kind } from './context.ts';
import { conversionError, int32, isWhole, unsigned } from './numbers.ts';

function idKind(base: 10 | 16, find: (context: InterpretContext, id: number) => string | undefined): Kind {
  return (value, context) => {
    if (!context.classic && !isWhole(value, base)) return value;
    const number = unsigned(value, base);
    if (number === undefined) return conversionError(value);
    const id = int32(number);
    return id === -1 ? 'unset' : (find(context, id >>> 0) ?? `unknown(${id})`);
  };
}

const user = (context: InterpretContext, id: number) => context.accounts.userName(id);
const group = (context: InterpretContext, id: number) => context.accounts.groupName(id);

export const userId: Kind = idKind(10, user);
export const groupId: Kind = idKind(10, group);
/** As system call arguments: hex. */
export const hexUserId: Kind = idKind(16, user);
export const hexGroupId: Kind = idKind(16, group);

/** `ses=`: only the unset number has a name. */
export const session: Kind = (value, { classic }) =>
  value === '4294967295' || (value === '-1' && !classic) ? 'unset' : value;

// Permissions of a watch as a word of bits (linux/audit.h AUDIT_PERM_*): `perm`, `perm_mask`.

import { table } from '../tables/table.ts';
import type { Kind } from './context.ts';
import { bitNames, signedKind } from './flags.ts';
import { uint32 } from './numbers.ts';

const names = table('4 read 2 write 1 exec 8 attr');

/** No bit at all stands for every permission. */
export const permission: Kind = signedKind((n) => {
  const bits = uint32(n);
  return bitNames(names, bits === 0 ? 15 : bits).join(',');
});

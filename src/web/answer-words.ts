// How the console's answers speak: plain text, this machine's zone and accounts, names that the trail itself tells.

import { type Accounts, plainPaint } from '../base/index.ts';
import type { Words } from '../explain/index.ts';
import { utcOffset } from '../host/index.ts';

export const wordsOf = ({ accounts }: { readonly accounts: Accounts }, names: ReadonlyMap<number, string>): Words => ({
  offset: (at) => utcOffset(Math.floor(at / 1000)),
  accounts: { ...accounts, userName: (uid) => names.get(uid) ?? accounts.userName(uid) },
  paint: plainPaint,
  width: 100,
});

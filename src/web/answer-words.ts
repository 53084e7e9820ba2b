// How the console's answers speak: plain text, this machine's zone and accounts, names that the trail itself tells.

import { plainPaint } from '../base/index.ts';
import type { Words } from '../explain/index.ts';
import { utcOffset } from '../host/index.ts';
import type { Console } from './console.ts';

export const wordsOf = ({ accounts }: Console, names: ReadonlyMap<number, string>): Words => ({
  offset: (at) => utcOffset(Math.floor(at / 1000)),
  accounts: { ...accounts, userName: (uid) => names.get(uid) ?? accounts.userName(uid) },
  paint: plainPaint,
  width: 100,
});

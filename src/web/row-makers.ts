// One row maker for each console: what it interpreted once it remembers.

import type { Console } from './console.ts';
import { RowMaker } from './rows.ts';

const makers = new WeakMap<Console, RowMaker>();

export function rowMakerOf(console: Console): RowMaker {
  let maker = makers.get(console);
  if (!maker) makers.set(console, (maker = new RowMaker(console.accounts)));
  return maker;
}

// One line on a terminal's standard error that says how far a long search is. Nothing where it is no terminal, and
// nothing for work that is done within half a second. It is wiped before anything else is printed.

import { isTerminal, writeControl, writeText } from '../host/terminal.ts';

const SLOW = 500;
const EVERY = 100;
const WIPE = '\r\x1b[K';

export class Progress {
  private readonly begun = Date.now();
  private last = 0;
  private shown = false;
  private done = 0;
  private readonly total: number;
  private readonly on: boolean;

  /** `total` bytes are to be read, 0 when that is not known. */
  constructor(total: number, on = isTerminal(2)) {
    this.total = total;
    this.on = on;
  }

  /** `bytes` more have been read; `found` events so far. */
  step(bytes: number, found: number): void {
    if (!this.on) return;
    this.done += bytes;
    const now = Date.now();
    if (now - this.begun < SLOW || now - this.last < EVERY) return;
    this.last = now;
    this.shown = true;
    const share =
      this.total > 0 ? ` of ${megabytes(this.total)} (${Math.floor((100 * this.done) / this.total)} %)` : '';
    writeControl(2, WIPE);
    writeText(2, `searched ${megabytes(this.done)}${share}, ${found} found`);
  }

  wipe(): void {
    if (this.shown) writeControl(2, WIPE);
    this.shown = false;
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

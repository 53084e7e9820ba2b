// The kernel's own log (/dev/kmsg: `6,1234,567890,-;text`) as dmesg lines: what is there, and what comes.
import { closeSync, constants, openSync, readSync } from 'node:fs';

/** Reads from the ring, and again whenever asked; nothing where it may not be read (CAP_SYSLOG). */
export class KernelRing {
  #fd = -1;
  readonly #buffer = Buffer.allocUnsafe(16_384);

  constructor() {
    try {
      this.#fd = openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK);
    } catch {
      // not permitted, or no such log: no lines
    }
  }

  /** The kernel's lines since the last call (the first time: since boot, as far as kept), as latin1. */
  read(): string[] {
    const lines: string[] = [];
    while (this.#fd >= 0) {
      let text: string;
      try {
        text = this.#buffer.toString('latin1', 0, readSync(this.#fd, this.#buffer));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EPIPE') continue; // the ring overran: on with the oldest line left
        return lines;
      }
      const found = /^(\d+),\d+,(\d+),[^;]*;([^\n]*)/.exec(text);
      if (!found || Number(found[1]) >> 3 !== 0) continue; // what programs wrote there is not the kernel's word
      const micros = Number(found[2]);
      lines.push(`[${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}] ${found[3]}`);
    }
    return lines;
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}

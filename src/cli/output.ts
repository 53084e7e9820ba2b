// Standard output for tools that print much: text is gathered as bytes and written in large pieces. A terminal gets nothing
// that it would obey (host/terminal.ts).

import type { Spelling } from '../base/harm.ts';
import type { Sink } from '../base/types.ts';
import { forOthers, forTerminal, isTerminal, writeBytes } from '../host/terminal.ts';

const SIZE = 1 << 18;

/** How texts go out. */
export interface OutputOptions {
  /** Nothing waits in memory. */
  readonly eachWrite?: boolean;
  /** How a terminal shows what is harmful (default: `octal`); `as-is` is for whoever asks for the bytes (`--escape raw`). */
  readonly spelling?: Spelling | 'as-is';
  /** Whether texts may hold our styles; where they do not, a pipe need not be searched for them. */
  readonly styles?: boolean;
}

/** A sink on a file descriptor. */
export class Output implements Sink {
  private readonly buffer = Buffer.allocUnsafeSlow(SIZE);
  private used = 0;
  private readonly fd: number;
  private readonly eachWrite: boolean;
  /** Text as it leaves; undefined where it leaves as it is. */
  private readonly outward: ((text: string) => string) | undefined;

  constructor(fd = 1, { eachWrite = false, spelling = 'octal', styles = false }: OutputOptions = {}) {
    this.fd = fd;
    this.eachWrite = eachWrite;
    if (isTerminal(fd) && spelling !== 'as-is') this.outward = (text) => forTerminal(text, spelling);
    else if (styles) this.outward = forOthers;
  }

  write(given: string): void {
    const text = this.outward ? this.outward(given) : given;
    for (let at = 0; at < text.length; ) {
      if (this.used === SIZE) this.flush();
      const part =
        text.length - at > SIZE - this.used ? text.slice(at, at + SIZE - this.used) : at ? text.slice(at) : text;
      this.used += this.buffer.write(part, this.used, 'latin1');
      at += part.length;
    }
    if (this.eachWrite) this.flush();
  }

  flush(): void {
    writeBytes(this.fd, this.buffer.subarray(0, this.used));
    this.used = 0;
  }
}

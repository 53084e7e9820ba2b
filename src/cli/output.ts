// Standard output for tools that print much: text is gathered as bytes and written in large pieces.

import type { Sink } from '../base/types.ts';
import { terminalSafe } from '../interpret/escape.ts';
import { writeBytes } from './io.ts';

const SIZE = 1 << 18;

/** A sink on a file descriptor; with `eachWrite` nothing waits in memory. */
export class Output implements Sink {
  private readonly buffer = Buffer.allocUnsafeSlow(SIZE);
  private used = 0;
  private readonly fd: number;
  private readonly eachWrite: boolean;

  constructor(fd = 1, eachWrite = false) {
    this.fd = fd;
    this.eachWrite = eachWrite;
  }

  write(text: string): void {
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

/** For a terminal: no control character of a log passes. */
export class SafeOutput extends Output {
  override write(text: string): void {
    super.write(terminalSafe(text));
  }
}

// What the process that runs the inputs tells the one that watches it, in a file: which input it is at. Written before each
// execution, so that an input that never comes back, or takes the process with it, is known.
//
//   | number of the execution f64 | length u32 | - u32 | the input …
import { openSync, readSync, writeSync } from 'node:fs';

const HEADER = 16;

export class StateWriter {
  private readonly fd: number;
  private readonly head = Buffer.alloc(HEADER);

  constructor(path: string) {
    this.fd = openSync(path, 'w+', 0o600);
  }

  /** `number` counts from 1; 0 says that nothing runs. */
  write(number: number, input: Uint8Array): void {
    if (input.length > 0) writeSync(this.fd, input, 0, input.length, HEADER);
    this.head.writeDoubleLE(number, 0);
    this.head.writeUInt32LE(input.length, 8);
    writeSync(this.fd, this.head, 0, HEADER, 0);
  }
}

export interface State {
  readonly number: number;
  readonly input: Buffer;
}

/** What stands there now; number 0 while nothing has run. `whole` reads the input too. */
export function readState(fd: number, whole: boolean): State {
  const head = Buffer.alloc(HEADER);
  if (readSync(fd, head, 0, HEADER, 0) < HEADER) return { number: 0, input: Buffer.alloc(0) };
  const input = Buffer.alloc(whole ? head.readUInt32LE(8) : 0);
  if (input.length > 0) readSync(fd, input, 0, input.length, HEADER);
  return { number: head.readDoubleLE(0), input };
}

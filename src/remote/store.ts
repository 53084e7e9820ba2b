// Where the client's records wait: an interface, and the one in memory (mode = immediate). The one on disk is queue-file.ts.

import { BoundedQueue } from '../base/queue.ts';

/** Records in the order they came, the oldest to be looked at until it is dropped. */
export interface Store {
  readonly length: number;
  append(text: Uint8Array): boolean;
  peek(): Uint8Array | undefined;
  drop(): void;
}

export class MemoryStore implements Store {
  private readonly items: BoundedQueue<Uint8Array>;

  constructor(depth: number) {
    this.items = new BoundedQueue(depth);
  }

  get length(): number {
    return this.items.load;
  }

  append(text: Uint8Array): boolean {
    return this.items.push(text);
  }

  peek(): Uint8Array | undefined {
    return this.items.peek();
  }

  drop(): void {
    this.items.shift();
  }
}

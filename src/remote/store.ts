// Where the client's records wait: an interface, and the one in memory (mode = immediate). The one on disk is queue-file.ts.

/** Records in the order they came, the oldest to be looked at until it is dropped. */
export interface Store {
  readonly length: number;
  append(text: Uint8Array): boolean;
  peek(): Uint8Array | undefined;
  drop(): void;
}

export class MemoryStore implements Store {
  private readonly items: Uint8Array[] = [];
  private readonly depth: number;

  constructor(depth: number) {
    this.depth = depth;
  }

  get length(): number {
    return this.items.length;
  }

  append(text: Uint8Array): boolean {
    return this.items.length < this.depth && this.items.push(text) > 0;
  }

  peek(): Uint8Array | undefined {
    return this.items[0];
  }

  drop(): void {
    this.items.shift();
  }
}

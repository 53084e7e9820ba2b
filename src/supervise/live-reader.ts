// Events from records as they happen. Some records (a crash, a forbidden call) are followed by nothing that ends their
// event; in a log the next records show that they are whole, but a quiet system writes none. So when nothing has come for
// a moment, what waits is handed out: the kernel writes the records of an event without a pause.
import { type AuditEvent, EventReader } from '../event/index.ts';
import { eventFaults } from '../host/faults.ts';
import type { Unread } from '../record/index.ts';

const LOOK = 100;
const QUIET = 150;

export class LiveReader {
  readonly #reader: EventReader;
  readonly #timer: NodeJS.Timeout;
  #last = 0;

  constructor(event: (event: AuditEvent) => void) {
    this.#reader = new EventReader(eventFaults.around(event), { timeout: 1 });
    this.#timer = setInterval(() => this.#look(), LOOK);
    this.#timer.unref();
  }

  /** What could not be read so far. */
  get unread(): readonly Unread[] {
    return this.#reader.unread.list();
  }

  push(bytes: Uint8Array): void {
    this.#last = performance.now();
    this.#reader.push(bytes);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#reader.end();
  }

  #look(): void {
    const { assembler } = this.#reader;
    if (assembler.pending > 0 && performance.now() - this.#last >= QUIET) assembler.expire(Number.POSITIVE_INFINITY);
  }
}

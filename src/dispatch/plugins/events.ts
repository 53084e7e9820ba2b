// Whole events for a plugin that judges or counts events, from the records of its input. On a machine that falls quiet
// no later record tells that an event without an end is over: time has to.

import { AuditError, oneLine } from '../../base/error.ts';
import { Assembler } from '../../event/assemble.ts';
import type { AuditEvent } from '../../event/event.ts';
import { say } from '../../host/terminal.ts';
import { parseRecord } from '../../record/parse.ts';

/** Milliseconds without a record after which what waits is taken as whole: more than end_of_event_timeout's 2 s. */
const QUIET = 3000;

export class EventInput {
  /** Events at which the plugin's own code failed: each cost itself, and was told on standard error. */
  broken = 0;
  private readonly assembler: Assembler;
  private readonly timer: NodeJS.Timeout;
  private heardAt = 0;

  /** `quiet` is called after events came out because nothing more was heard. */
  constructor(event: (event: AuditEvent) => void, quiet?: () => void) {
    this.assembler = new Assembler((one) => this.hand(one, event));
    this.timer = setInterval(() => {
      if (this.assembler.pending === 0 || performance.now() - this.heardAt < QUIET) return;
      this.assembler.end();
      quiet?.();
    }, 500);
  }

  /** A record's text without newline, in memory of its own. What is no audit record is passed over. */
  record(text: Uint8Array): void {
    const record = parseRecord(text, 0, text.length);
    if (!record) return;
    this.heardAt = performance.now();
    this.assembler.push(record);
  }

  /** A fault of ours at one event must not hide all that follow. What the plugin could not do (AuditError, an error of the
   * system) is none: that ends it as before. */
  private hand(one: AuditEvent, event: (event: AuditEvent) => void): void {
    try {
      event(one);
    } catch (error) {
      if (error instanceof AuditError || (error as NodeJS.ErrnoException).code !== undefined) throw error;
      this.broken++;
      const { sec, ms, serial } = one;
      say(
        `Cannot handle event ${sec}.${String(ms).padStart(3, '0')}:${serial}: ${oneLine(String(error))}; it is left out, please report this`,
      );
    }
  }

  /** The input is over: what waits comes out. */
  end(): void {
    clearInterval(this.timer);
    this.assembler.end();
  }
}

// Whole events for a plugin that judges or counts events, from the records of its input. On a machine that falls quiet
// no later record tells that an event without an end is over: time has to.

import { Assembler } from '../../event/assemble.ts';
import type { AuditEvent } from '../../event/event.ts';
import { EventFaults } from '../../host/faults.ts';
import { parseRecord } from '../../record/parse.ts';

/** Milliseconds without a record after which what waits is taken as whole: more than end_of_event_timeout's 2 s. */
const QUIET = 3000;

export class EventInput {
  /** Events at which the plugin's own code failed: each cost itself, and was told on standard error. */
  readonly faults = new EventFaults();
  private readonly assembler: Assembler;
  private readonly timer: NodeJS.Timeout;
  private heardAt = 0;

  /** `quiet` is called after events came out because nothing more was heard. */
  constructor(event: (event: AuditEvent) => void, quiet?: () => void) {
    this.assembler = new Assembler(this.faults.around(event));
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

  /** The input is over: what waits comes out. */
  end(): void {
    clearInterval(this.timer);
    this.assembler.end();
    this.faults.end();
  }
}

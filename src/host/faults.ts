// A fault of ours at one event must not hide those that follow. Whoever hands events out runs what takes them inside this
// guard: it counts the event, tells of it, and goes on. What could not be done (AuditError, an error of the system) is no
// such fault, and ends the work as before.

import { AuditError, oneLine } from '../base/error.ts';
import { stampText } from '../base/event-id.ts';
import { say } from './terminal.ts';

/** What names an event in a message. */
interface Named {
  readonly sec: number;
  readonly ms: number;
  readonly serial: number;
}

/** Faults told one by one; more are counted only. */
const MOST_TOLD = 10;

export class EventFaults {
  /** Events at which our own code failed: each cost itself. */
  count = 0;

  /** Does something with an event; a fault is counted and told, and gives `instead`. `cost` says what that means.
   * Throws AuditError and errors of the system. */
  run<T>(event: Named, work: () => T, instead: T, cost = 'it is left out'): T {
    try {
      return work();
    } catch (error) {
      this.fault(event, error, cost);
      return instead;
    }
  }

  /** The same around a handler of events, made once for a stream. */
  around<E extends Named>(handle: (event: E) => void): (event: E) => void {
    return (event) => {
      try {
        handle(event);
      } catch (error) {
        this.fault(event, error, 'it is left out');
      }
    };
  }

  private fault(event: Named, error: unknown, cost: string): void {
    if (!isOurs(error)) throw error;
    if (++this.count > MOST_TOLD) return;
    const why = `${stampText(event)}: ${oneLine(String(error))}`;
    say(`Cannot handle event ${why}; ${cost}, please report this`);
  }

  /** The work is over: tells how many there were, where not each was told. True where there was one. */
  end(): boolean {
    if (this.count > MOST_TOLD) say(`${this.count} events could not be handled`);
    return this.count > 0;
  }
}

/** The guard of the streams that this process reads; a command that met a fault does not end as if all were well. */
export const eventFaults = new EventFaults();

/** Whether an error is a fault of the code: neither an operation that failed nor an error of the system. Node's own
 * (`ERR_…`) say that it was called in a wrong way. */
function isOurs(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return !(error instanceof AuditError) && (code === undefined || String(code).startsWith('ERR_'));
}

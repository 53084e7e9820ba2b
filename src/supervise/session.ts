// A loan of the kernel: capture open, rules loaded, a guard beside us that takes them back if we die, and everything put
// back as it was at the end. With a daemon running it listens beside it (multicast), else it takes the daemon's part.
import { AuditError, isAuditError } from '../base/index.ts';
import type { AuditEvent } from '../event/index.ts';
import {
  type AuditClient,
  type Capture,
  type CaptureStats,
  Guard,
  openCapture,
  openClient,
  type Undo,
  undo,
} from '../kernel/index.ts';
import { decodeRule, encodeRule } from '../rule/index.ts';
import { LiveReader } from './live-reader.ts';

export interface LoanOptions {
  /** Rules to load, as struct audit_rule_data. */
  readonly rules: readonly Uint8Array[];
  /** Each event as soon as it is whole. */
  readonly event: (event: AuditEvent) => void;
  /** After each batch of records. */
  readonly batch?: (stats: CaptureStats) => void;
  /** The capture failed after it had begun. */
  readonly failed?: (error: unknown) => void;
  /** As in CaptureOptions: 0 tells soonest. */
  readonly gather?: number;
  /** `unicast`: only as the daemon; `multicast`: only beside one; default: whichever works. */
  readonly mode?: 'unicast' | 'multicast';
}

export interface Loan {
  readonly mode: 'unicast' | 'multicast';
  readonly stats: CaptureStats | undefined;
  /** Takes the rules back, restores the settings, hands out what was captured. May be called twice. */
  close(): Promise<void>;
}

/** Opens a loan. Throws AuditError `immutable`, `not-permitted`, `held`, `no-audit-support`, `rule`. */
export async function borrowKernel(options: LoanOptions): Promise<Loan> {
  const client = openClient();
  try {
    const before = client.status();
    if (before.enabled === 2 && options.rules.length > 0)
      throw new AuditError('immutable', 'Cannot load rules: they are locked until the next boot (-e 2)');
    const { capture, mode } = await openEither(options);
    const restore = mode === 'unicast' ? { enabled: before.enabled, backlogLimit: before.backlogLimit } : {};
    const turnOn = mode === 'multicast' && before.enabled === 0 && options.rules.length > 0;
    const toUndo: Undo = {
      rules: options.rules.map(listedForm),
      status: turnOn ? { enabled: 0 } : restore,
      daemon: mode === 'unicast',
    };
    const guard = new Guard(toUndo);
    const reading = readAll(capture, options);
    const loan = new KernelLoan({ client, capture, mode, guard, reading, toUndo });
    try {
      if (turnOn) client.set({ enabled: 1 }, 'turn auditing on');
      for (const rule of options.rules) addRule(client, rule);
    } catch (error) {
      await loan.close();
      throw error;
    }
    return loan;
  } catch (error) {
    client.close();
    throw error;
  }
}

/** A rule of ours that a crash left behind is ours again. */
function addRule(client: AuditClient, rule: Uint8Array): void {
  try {
    client.addRule(rule);
  } catch (error) {
    if (!isAuditError(error, 'exists')) throw error;
  }
}

/** A rule as the kernel lists and deletes it (it forgets that it was put first), in hex. */
const listedForm = (rule: Uint8Array): string =>
  Buffer.from(encodeRule({ ...decodeRule(rule), prepend: false })).toString('hex');

async function openEither({ mode, gather }: LoanOptions): Promise<{ capture: Capture; mode: Loan['mode'] }> {
  const how = gather === undefined ? {} : { gather };
  if (mode !== undefined) return { capture: await openCapture({ mode, ...how }), mode };
  try {
    return { capture: await openCapture({ mode: 'unicast', ...how }), mode: 'unicast' };
  } catch (error) {
    if (!isAuditError(error, 'held')) throw error;
    return { capture: await openCapture({ mode: 'multicast', ...how }), mode: 'multicast' };
  }
}

async function readAll(capture: Capture, options: LoanOptions): Promise<void> {
  const reader = new LiveReader(options.event);
  try {
    for await (const batch of capture) {
      reader.push(batch.bytes);
      options.batch?.(batch.stats);
    }
  } catch (error) {
    options.failed?.(error);
  } finally {
    reader.end();
  }
}

interface Parts {
  readonly client: AuditClient;
  readonly capture: Capture;
  readonly mode: Loan['mode'];
  readonly guard: Guard;
  readonly reading: Promise<void>;
  readonly toUndo: Undo;
}

class KernelLoan implements Loan {
  readonly mode: Loan['mode'];
  readonly #parts: Parts;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.mode = parts.mode;
  }

  get stats(): CaptureStats | undefined {
    return this.#parts.capture.stats;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { client, capture, mode, guard, reading, toUndo } = this.#parts;
    try {
      undo(client, { ...toUndo, status: mode === 'unicast' ? {} : toUndo.status });
    } finally {
      await capture.close();
      await reading;
      client.close();
      guard.standDown();
    }
  }
}

// One trace from start to end: capture, launch, rules, go; then wait for the whole tree, take the rules back, and hand
// out what is left. The order matters: auditing is on before the command's first process is made (a process born while
// it was off has no audit context), the rules are there before the command may begin, and the guard before the rules.
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditError, isAuditError } from '../base/index.ts';
import { type AuditEvent, EventReader } from '../event/index.ts';
import { auditId, eventFaults, parseStat, pids, procfs, thisMachine } from '../host/index.ts';
import {
  type AuditClient,
  type AuditStatus,
  type Capture,
  type CaptureStats,
  Guard,
  KERNEL_FEATURES,
  openCapture,
  openClient,
  type StatusChange,
  type Undo,
  undo,
} from '../kernel/index.ts';
import { type AuditRecord, fieldValue } from '../record/index.ts';
import { type Arch, machineArch } from '../tables/index.ts';
import { RECORD } from '../tables/records.ts';
import { callsOf } from './classes.ts';
import { type Ended, isLauncherTitle, type Launched, launch } from './launch.ts';
import { asListed, loadRules, sessionRules, TRACE_KEY } from './rules.ts';

export interface TraceOptions {
  readonly command: readonly string[];
  /** Classes and calls to record (`file,connect`), `all` by default. */
  readonly calls?: string;
  /** End with the command, not with the last of its descendants. */
  readonly leaveRest?: boolean;
  /** Ends the trace early. */
  readonly stop?: AbortSignal;
  /** What the command is joined to. Default `inherit`. */
  readonly stdio?: 'inherit' | 'ignore';
  /** Told once when the command has ended and others of its tree live on. */
  readonly waiting?: (pids: readonly number[]) => void;
}

export interface TraceResult extends Ended {
  readonly pid: number;
  readonly ses: number;
  readonly events: number;
  /** `multicast`: a daemon runs, and its log holds the same records. */
  readonly mode: 'unicast' | 'multicast';
  readonly stats: CaptureStats;
}

/** Runs a command and hands every event of its process tree to `onEvent`, in order. */
export async function trace(options: TraceOptions, onEvent: (event: AuditEvent) => void): Promise<TraceResult> {
  const host = machineArch(thisMachine().arch) ?? 'x86_64';
  const calls = callsOf(options.calls ?? 'all', host);
  const client = openClient();
  try {
    const before = mayTrace(client);
    const { capture, mode } = await capturing();
    try {
      return await traced(options, { client, before, capture, mode, calls, host }, onEvent);
    } finally {
      await capture.close();
    }
  } finally {
    client.close();
  }
}

/** Reads the state of the kernel; throws AuditError with the way out where tracing cannot work. */
function mayTrace(client: AuditClient): AuditStatus {
  const before = client.status();
  if (before.enabled === 2)
    throw new AuditError(
      'immutable',
      'Cannot trace: the audit rules are locked until the next boot (-e 2); use strace',
    );
  if (before.featureBitmap !== undefined && !(before.featureBitmap & KERNEL_FEATURES.sessionid_filter!))
    throw new AuditError('unsupported', 'Cannot trace: this kernel cannot filter by session (it needs 4.10 or newer)');
  return before;
}

async function capturing(): Promise<{ capture: Capture; mode: 'unicast' | 'multicast' }> {
  try {
    return { capture: await openCapture({ mode: 'unicast' }), mode: 'unicast' };
  } catch (error) {
    if (!isAuditError(error, 'held')) throw error;
    return { capture: await openCapture({ mode: 'multicast' }), mode: 'multicast' };
  }
}

interface Setting {
  readonly client: AuditClient;
  readonly before: AuditStatus;
  readonly capture: Capture;
  readonly mode: 'unicast' | 'multicast';
  readonly calls: ReadonlySet<string> | 'all';
  readonly host: Arch;
}

async function traced(
  options: TraceOptions,
  setting: Setting,
  onEvent: (event: AuditEvent) => void,
): Promise<TraceResult> {
  const { client, capture, before, mode } = setting;
  const child = await launch(options.command, options.stdio);
  const rules = sessionRules(child.ses, setting.calls, setting.host);
  const toUndo: Undo = {
    rules: asListed(rules).map((r) => Buffer.from(r).toString('hex')),
    status: settings(before, mode),
    daemon: mode === 'unicast',
  };
  const guard = new Guard(toUndo);
  const filter = new TreeFilter(child, onEvent);
  const reading = readAll(capture, filter);
  try {
    if (mode === 'multicast' && before.enabled === 0) client.set({ enabled: 1 }, 'turn auditing on');
    loadRules(client, rules);
    child.go();
    await endOfTree(child, options);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    undo(client, { ...toUndo, status: mode === 'unicast' ? {} : toUndo.status });
    await capture.close();
    await reading;
    guard.standDown();
    child.leave();
  }
  const ended = options.stop?.aborted ? { status: null, signal: null } : await child.ended;
  return { ...ended, pid: child.pid, ses: child.ses, events: filter.count, mode, stats: capture.stats! };
}

/** The settings to put back: those a unicast capture changes, or the switch a multicast one had to turn. */
function settings(before: AuditStatus, mode: 'unicast' | 'multicast'): StatusChange {
  const { enabled, backlogLimit } = before;
  return mode === 'unicast' ? { enabled, backlogLimit } : enabled === 0 ? { enabled } : {};
}

async function readAll(capture: Capture, filter: TreeFilter): Promise<void> {
  const reader = new EventReader(eventFaults.around((event) => filter.take(event)));
  for await (const batch of capture) reader.push(batch.bytes);
  reader.end();
}

/** Lets through what the tree did, from the command's own first system call on. */
class TreeFilter {
  count = 0;
  #begun = false;
  readonly #ses: string;
  readonly #pid: string;
  readonly #emit: (event: AuditEvent) => void;

  constructor(child: Launched, emit: (event: AuditEvent) => void) {
    this.#ses = String(child.ses);
    this.#pid = String(child.pid);
    this.#emit = emit;
  }

  take(event: AuditEvent): void {
    const first = event.records[0]!;
    if (!this.#isOurs(first)) return;
    if (!this.#begun) {
      // Until its exec the command is still the launching shell.
      const isExec = event.records.some((r) => r.type === RECORD.EXECVE);
      this.#begun = fieldValue(first, 'pid') !== this.#pid || (isExec && fieldValue(first, 'success') === 'yes');
      if (!this.#begun) return;
    }
    this.count++;
    this.#emit({ ...event, records: event.records.filter((r) => !isForeignTitle(r)) });
  }

  /** By session; an io_uring operation names none, and is known by the rule's key. */
  #isOurs(record: AuditRecord): boolean {
    if (record.type === RECORD.URINGOP) return fieldValue(record, 'key') === `"${TRACE_KEY}"`;
    return fieldValue(record, 'ses') === this.#ses;
  }
}

const isForeignTitle = (record: AuditRecord): boolean =>
  record.type === RECORD.PROCTITLE && isLauncherTitle(fieldValue(record, 'proctitle') ?? '');

/** Resolves when the command and, unless told otherwise, all its descendants are gone, or the trace is to stop. */
async function endOfTree(child: Launched, options: TraceOptions): Promise<void> {
  const { stop } = options;
  const stopped = new Promise<void>((resolve) => {
    if (stop?.aborted) resolve();
    stop?.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([child.ended, stopped]);
  if (options.leaveRest) return;
  for (let told = false; !stop?.aborted; ) {
    const rest = living(child.ses);
    if (rest.length === 0) return;
    if (!told) options.waiting?.(rest);
    told = true;
    await Promise.race([sleep(100), stopped]);
  }
}

/** The processes of a session that still run. */
function living(ses: number): number[] {
  const proc = procfs();
  return pids(proc).filter(
    (pid) =>
      auditId(proc.read(`${pid}/sessionid`)) === ses &&
      !/[ZX]/.test(parseStat(proc.read(`${pid}/stat`) ?? '')?.state ?? 'X'),
  );
}

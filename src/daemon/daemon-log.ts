// The log under the rules of auditd.conf: what happens when the file is big, the disk is getting full, is full, or fails;
// when writing stops and goes on again; and a count of every record that could not be written, which becomes a record of
// its own as soon as one can be. Writing itself is src/logs/writer.ts.

import type { AuditError } from '../base/error.ts';
import type { Action } from '../base/settings.ts';
import { firstRecords, type RecordBatch } from '../dispatch/batch.ts';
import type { LogDisk, LogWriter } from '../logs/writer.ts';
import type { DaemonConfig } from './config.ts';
import { act } from './log-action.ts';
import { MIB, SpaceWatch } from './space.ts';
import type { World } from './world.ts';

export interface LogState {
  readonly size: number;
  readonly suspended: boolean;
  readonly free: number;
  readonly spaceLeft: boolean;
  readonly spaceActionDone: boolean;
  readonly adminActionDone: boolean;
  readonly diskError: boolean;
  readonly lost: number;
  readonly rotated: number;
}

export type Written = 'written' | 'disk full' | 'disk error';

export interface LogHooks {
  readonly world: World;
  /** A record of the daemon's own to be written through the daemon, a little later (it goes to plugins as well). */
  readonly report: (fields: string) => void;
  /**
   * Makes a record of the daemon's own now and gives it to `write`; to plugins as well when `write` returns true, to
   * nobody when it returns false.
   */
  readonly record: (fields: string, write: (record: RecordBatch) => boolean) => boolean;
  /** Opens the log anew; a test gives a failing disk. */
  readonly open: (config: DaemonConfig, failed: (error: AuditError) => void, disk?: LogDisk) => LogWriter;
  /** A file has been finished by rotation: it may be compressed. */
  readonly finished: (path: string) => void;
}

export class DaemonLog {
  private config: DaemonConfig;
  private readonly hooks: LogHooks;
  private writer: LogWriter;
  private suspended = false;
  private readonly space = new SpaceWatch();
  private fullDone = false;
  private sizeDone = false;
  private errors = 0;
  private diskError = false;
  private lost = 0;
  private lostReported = 0;
  private rotated = 0;
  private rotatedAt: number;

  /** Throws AuditError when the log cannot be opened. */
  constructor(config: DaemonConfig, hooks: LogHooks) {
    this.config = config;
    this.hooks = hooks;
    this.rotatedAt = hooks.world.now();
    this.writer = hooks.open(config, (error) => this.failed(error));
  }

  /** True when the last opening closed off a line a crash had torn. */
  get closedTornLine(): boolean {
    return this.writer.closedTornLine;
  }

  /**
   * Writes a batch as the rules have it and tells whether all of it was. Never throws: what was not is counted. After a
   * loss the record that tells it comes first: else a backlog larger than the room given back would fill the disk again,
   * and again, and the loss never be told. So in the log that record stands in the gap.
   */
  write(batch: RecordBatch): Written {
    if (batch.records === 0) return 'written';
    const left = this.suspended || !this.reportLost() ? batch.records : this.append(batch);
    this.lost += left;
    if (left === 0) this.troubleOver();
    this.checkSize();
    return left === 0 ? 'written' : this.diskError || this.suspended ? 'disk error' : 'disk full';
  }

  /** Once a second: free space, a log file replaced underneath, loss not yet told, rotation by time. */
  tick(): void {
    if (this.suspended) return;
    this.checkReplaced();
    this.checkSpace();
    this.reportLost();
    const { rotate_interval: every } = this.config;
    if (every > 0 && this.hooks.world.now() - this.rotatedAt >= every * 1000 && this.writer.size > 0) this.rotate();
  }

  /** SIGUSR1: rotates now, unless max_log_file_action keeps one file. True when it did. */
  rotateNow(): boolean {
    if (this.suspended) return false;
    return this.rotate();
  }

  /** SIGUSR2: goes on writing, and lets every action happen again. */
  resume(): void {
    this.suspended = false;
    this.space.reset();
    this.fullDone = this.sizeDone = false;
    this.diskError = false;
    this.errors = 0;
    this.checkReplaced();
    this.reportLost();
  }

  /** New settings; throws AuditError when the new log cannot be opened, and then the old one goes on. */
  reconfigure(config: DaemonConfig): void {
    const next = this.hooks.open(config, (error) => this.failed(error));
    try {
      this.writer.close();
    } catch {
      // The old file could not be flushed; the new one is what counts now.
    }
    this.writer = next;
    this.config = config;
    this.space.reset();
    this.fullDone = this.sizeDone = false;
    this.checkSpace();
  }

  state(): LogState {
    const free = this.freeSpace();
    return {
      size: this.writer.size,
      suspended: this.suspended,
      free: free.free,
      spaceLeft: free.free > 0,
      spaceActionDone: this.space.first,
      adminActionDone: this.space.last,
      diskError: this.diskError,
      lost: this.lost,
      rotated: this.rotated,
    };
  }

  /** Size of the file system the log is on, in bytes. */
  total(): number {
    return this.freeSpace().total;
  }

  close(): void {
    this.writer.close();
  }

  /** Appends all that fits; returns how many records did not, after the action of a full or failing disk. Counts none. */
  private append(batch: RecordBatch): number {
    try {
      this.writer.append(batch.lines, batch.records);
      return 0;
    } catch (error) {
      const failure = error as AuditError;
      if (failure.code !== 'disk-full') {
        this.failed(failure);
        return batch.records;
      }
      const rest = this.appendWhatFits(batch);
      if (rest.records === 0) return 0;
      if (this.config.disk_full_action.kind === 'rotate' && this.rotateUntilRoom(rest)) return 0;
      this.full();
      return rest.records;
    }
  }

  /** Halves a batch until the disk takes no more; returns what is left over. */
  private appendWhatFits(batch: RecordBatch): RecordBatch {
    let rest = batch;
    let step = rest.records >> 1;
    while (step > 0 && rest.records > 0) {
      const part = firstRecords(rest, Math.min(step, rest.records));
      try {
        this.writer.append(part.lines, part.records);
        rest = { lines: rest.lines.subarray(part.lines.length), records: rest.records - part.records };
      } catch {
        step >>= 1;
      }
    }
    return rest;
  }

  /** disk_full_action = rotate: the oldest files go, one after the other, until there is room. False when that is not enough. */
  private rotateUntilRoom(rest: RecordBatch): boolean {
    for (let files = this.config.num_logs; files > 0 && this.rotate(); files--) {
      try {
        this.writer.append(rest.lines, rest.records);
        return true;
      } catch {
        // Nothing went, or too little: the next one.
      }
    }
    return false;
  }

  private full(): void {
    if (this.fullDone) return;
    this.fullDone = true;
    this.act('disk_full_action', this.config.disk_full_action, 'no space is left on the audit log’s disk');
  }

  private failed(error: AuditError): void {
    this.diskError = true;
    const { disk_error_action: action } = this.config;
    // auditd.conf(5): syslog says no more than 5 consecutive warnings; the other actions happen once.
    this.errors++;
    if (action.kind === 'syslog' ? this.errors <= 5 : this.errors === 1)
      this.act('disk_error_action', action, error.message);
  }

  /** After a success every action may happen again. */
  private troubleOver(): void {
    this.errors = 0;
    this.fullDone = false;
    this.diskError = false;
  }

  /**
   * Writes what was lost since it was last told, alone; false when that cannot be written now. Not written it counts as
   * no loss itself: it is made anew, with the count of that time, when there is a next try.
   */
  private reportLost(): boolean {
    const lost = this.lost - this.lostReported;
    if (lost === 0) return true;
    if (this.suspended) return false;
    const fields = `op=records-not-written lost=${lost} total=${this.lost} res=failed`;
    if (!this.hooks.record(fields, (record) => this.append(record) === 0)) return false;
    this.lostReported += lost;
    return true;
  }

  private checkSize(): void {
    const { max_log_file: limit, max_log_file_action: action } = this.config;
    if (limit === 0 || this.writer.size < limit * MIB || this.suspended) return;
    if (action.kind === 'rotate' || action.kind === 'keep_logs') {
      this.rotate();
    } else if (!this.sizeDone) {
      this.sizeDone = true;
      this.act('max_log_file_action', action, `the audit log has reached ${limit} MiB`);
    }
  }

  private rotate(): boolean {
    const { num_logs: keep, max_log_file_action: action } = this.config;
    const all = action.kind === 'keep_logs';
    if (!all && keep < 2) return false;
    try {
      this.writer.rotate(all ? undefined : keep);
    } catch (error) {
      this.failed(error as AuditError);
      return false;
    }
    this.rotated++;
    this.rotatedAt = this.hooks.world.now();
    this.sizeDone = false;
    this.hooks.finished(`${this.writer.path}.1`);
    return true;
  }

  private checkReplaced(): void {
    if (!this.writer.replaced()) return;
    try {
      this.writer.reopen();
      this.hooks.world.log(
        'alert',
        `${this.writer.path} was deleted or replaced under the daemon; records go to a new file`,
      );
      this.hooks.report('op=log-replaced res=failed');
    } catch (error) {
      this.failed(error as AuditError);
    }
  }

  private checkSpace(): void {
    this.space.check(this.freeSpace(), this.config, (...due) => this.act(...due));
  }

  private freeSpace(): { free: number; total: number } {
    try {
      return this.writer.space();
    } catch {
      return { free: 0, total: 0 };
    }
  }

  private suspend(why: string): void {
    this.suspended = true;
    this.hooks.world.log('alert', `Audit daemon is suspending logging: ${why}`);
  }

  private act(setting: Parameters<typeof act>[0], action: Action<string>, why: string): void {
    act(setting, action, why, this.config.action_mail_acct, {
      world: this.hooks.world,
      suspend: (reason) => this.suspend(reason),
      rotate: () => this.rotate(),
    });
  }
}

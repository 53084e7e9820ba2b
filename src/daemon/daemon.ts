// The audit daemon: wires capture -> trail (log and plugins), listens to other machines, answers signals. It holds the
// order of starting and ending; each part's rules are in its own file.

import { rmSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { type Capture, openCapture } from '../kernel/capture.ts';
import type { CaptureStats } from '../kernel/capture-types.ts';
import { openClient } from '../kernel/client.ts';
import type { ServerHooks } from '../remote/server.ts';
import { RECORD } from '../tables/records.ts';
import type { DaemonConfig } from './config.ts';
import { readConfigFile } from './config-file.ts';
import { type Listener, openListener } from './listener.ts';
import { checkMail } from './mail-check.ts';
import { type Sender, signalFields } from './own-records.ts';
import {
  adjustSelf,
  groupId,
  pidFile,
  sessionOf,
  signalSender,
  startFields,
  writePidFile,
  writeStateReport,
} from './self.ts';
import { stateReport } from './state.ts';
import { Trail, type TrailOptions } from './trail.ts';
import type { World } from './world.ts';

export interface DaemonOptions extends TrailOptions {
  /** Folder of auditd.conf (and, by default, of plugins.d). */
  readonly folder: string;
  /** What to do with the kernel's enabled flag at the start. */
  readonly startState: 'disable' | 'enable' | 'nochange';
  readonly version: string;
  /** Where the pid file and the state report go: /run/audit. */
  readonly runFolder: string;
}

/** Bytes captured and not yet written at which the kernel is made to wait: what keeps memory flat on a slow disk. */
const QUEUE_BYTES = 32 << 20;
/**
 * Of the socket, in bytes: some 30,000 records. More would hold out longer against a reader that gets no processor; but a
 * kernel that takes the socket for congested waits until all of it has been read, and not for long.
 */
const RECEIVE_BUFFER = 16 << 20;

export class Daemon {
  private config: DaemonConfig;
  private readonly options: DaemonOptions;
  private readonly world: World;
  private readonly trail: Trail;
  private capture: Capture | undefined;
  private listener: Listener | undefined;
  private ticking: NodeJS.Timeout | undefined;
  private reportTimer: NodeJS.Timeout | undefined;
  private received = 0;
  private kernelLost = 0;
  /** Serials that never came: what the kernel dropped without counting it. */
  private missing = 0;
  private ending = false;
  private sentBy: Sender | undefined;
  private markStarted: () => void = () => {};
  /** The configuration is read again only when all has started, and one at a time. */
  private reading = new Promise<void>((done) => {
    this.markStarted = done;
  });
  private markTerminated: () => void = () => {};
  private readonly terminated = new Promise<void>((done) => {
    this.markTerminated = done;
  });

  /** Reads the configuration; throws AuditError CONFIG when it cannot be used. */
  constructor(options: DaemonOptions) {
    this.options = options;
    this.world = options.world;
    this.config = this.readConfiguration(false);
    this.trail = new Trail(this.config, options);
  }

  /** Starts everything; throws AuditError, with nothing left running, when a part cannot start. */
  async start(): Promise<void> {
    const { config, options } = this;
    adjustSelf(config.priority_boost, this.world.log);
    try {
      await this.trail.open();
      if (config.local_events) await this.openCapture();
      this.writePidFile();
      this.trail.emit(RECORD.DAEMON_START, startFields(options.version, config.log_format));
      if (this.trail.closedTornLine) this.trail.emit(RECORD.DAEMON_ERR, 'op=torn-line-closed res=success');
      this.listener = await this.listen(config);
      this.ticking = setInterval(() => this.trail.tick(), 1000);
      this.scheduleReports();
    } catch (error) {
      await this.capture?.close().catch(() => {});
      await this.listener?.server.stop();
      await this.trail.close();
      throw error;
    }
    this.world.log(
      'notice',
      `Init complete, auditd ${options.version} listening for events (startup state ${options.startState})`,
    );
    this.world.notify('READY=1');
    void checkMail(config, this.world.log);
    this.markStarted();
  }

  /** Runs until `terminate`, then ends everything. Throws AuditError when the capture fails, after ending the rest. */
  async run(): Promise<void> {
    try {
      if (this.capture) for await (const batch of this.capture) this.take(batch.bytes, batch.records, batch.stats);
      else await this.terminated;
    } finally {
      await this.end();
    }
  }

  // ---- signals

  /** SIGTERM: no more records are taken from the kernel; `run` writes those that have come, DAEMON_END, and returns. */
  terminate(): void {
    this.ending = true;
    this.sentBy ??= this.sender();
    this.markTerminated();
    this.endCapture();
  }

  private endCapture(): void {
    this.capture?.close().catch((error: Error) => this.world.log('error', error.message));
  }

  /** SIGHUP: a new configuration, or the old one and a word why. One at a time: each ends before the next begins. */
  reconfigure(): Promise<void> {
    const sender = this.sender(); // now: the kernel knows the last signal only
    this.reading = this.reading.then(() => this.readAgain(sender));
    return this.reading;
  }

  /** SIGUSR1: rotates. */
  rotate(): void {
    const sender = this.sender();
    const res = this.trail.rotate() ? 'success' : 'failed';
    this.trail.emit(RECORD.DAEMON_ROTATE, signalFields('rotate-logs', sender, sessionOf(sender), res));
  }

  /** SIGUSR2: writes and dispatches again. */
  resume(): void {
    const sender = this.sender();
    this.trail.resume();
    this.trail.emit(RECORD.DAEMON_RESUME, signalFields('resume-logging', sender, sessionOf(sender), 'success'));
  }

  /** SIGCONT: writes the state report. */
  report(): void {
    try {
      writeStateReport(this.options.runFolder, this.stateText(), groupId(this.config, this.options.accounts));
    } catch (error) {
      this.world.log('error', `Cannot write the state report: ${(error as Error).message}`);
    }
  }

  // ---- configuration

  private readConfiguration(again: boolean): DaemonConfig {
    const { folder, followLinks } = this.options;
    return readConfigFile(join(folder, 'auditd.conf'), followLinks, again, this.world.log);
  }

  private async readAgain(sender: Sender | undefined): Promise<void> {
    let opened: Listener | undefined;
    try {
      const config = { ...this.readConfiguration(true), local_events: this.config.local_events };
      // A port that is taken, or keys that cannot be read, must leave the old settings whole: they come first.
      if (this.listener) this.listener.reload(config);
      else opened = await this.listen(config);
      await this.trail.reconfigure(config);
      this.config = config;
    } catch (error) {
      await opened?.server.stop();
      this.world.log('error', `${(error as Error).message}; the old configuration stays in force`);
      this.trail.emit(
        RECORD.DAEMON_CONFIG,
        signalFields('reconfigure state=no-change', sender, sessionOf(sender), 'failed'),
      );
      return;
    }
    this.listener ??= opened;
    adjustSelf(this.config.priority_boost, this.world.log);
    this.scheduleReports();
    const subj = sender?.context || '?';
    this.trail.emit(
      RECORD.DAEMON_CONFIG,
      `op=reconfigure state=changed auid=${sender?.uid ?? -1} pid=${sender?.pid ?? -1} subj=${subj} res=success`,
    );
  }

  /** Listens when the settings ask for it; a listener that runs goes on as it is. */
  private async listen(config: DaemonConfig): Promise<Listener | undefined> {
    if (config.tcp_listen_port === 0) return undefined;
    const hooks: ServerHooks = {
      take: (lines, records) => this.trail.takeRemote(lines, records),
      note: (type, fields) => this.trail.emit(RECORD[`DAEMON_${type}`], fields),
    };
    return openListener(config, hooks, () => this.trail.node);
  }

  private async openCapture(): Promise<void> {
    const { startState } = this.options;
    this.capture = await openCapture({
      mode: 'unicast',
      enable: startState === 'enable',
      backlogLimit: 0,
      queueBytes: QUEUE_BYTES,
      receiveBuffer: RECEIVE_BUFFER,
    });
    if (this.ending) this.endCapture(); // SIGTERM came meanwhile: `run` has only to write what there is
    if (startState !== 'disable') return;
    const client = openClient();
    client.set({ enabled: 0 }, 'turn auditing off');
    client.close();
  }

  private writePidFile(): void {
    if (!this.options.foreground) writePidFile(this.options.runFolder);
  }

  private scheduleReports(): void {
    clearInterval(this.reportTimer);
    const { report_interval: seconds } = this.config;
    // setInterval holds at most 2^31 - 1 ms, 24.8 days.
    if (seconds > 0) this.reportTimer = setInterval(() => this.report(), Math.min(seconds * 1000, 2 ** 31 - 1));
  }

  // ---- running

  private take(lines: Uint8Array, records: number, stats: CaptureStats): void {
    this.received += records;
    this.trail.take({ lines, records });
    const lost = stats.lost ?? 0;
    if (lost > this.kernelLost) {
      this.trail.emit(RECORD.DAEMON_ERR, `op=kernel-lost lost=${lost - this.kernelLost} total=${lost} res=failed`);
      this.kernelLost = lost;
    }
    // At the end records are still under way, and their serials are not missing yet.
    if (stats.missing > this.missing && !this.ending) {
      const more = stats.missing - this.missing;
      this.trail.emit(RECORD.DAEMON_ERR, `op=kernel-dropped serials=${more} total=${stats.missing} res=failed`);
      this.missing = stats.missing;
    }
  }

  private stateText(): string {
    return stateReport({
      version: this.options.version,
      time: new Date(this.world.now()).toISOString(),
      nice: getPriority(),
      config: this.config,
      ...this.trail.state(),
      connections: this.listener?.server.clients(),
      received: this.received,
      kernelLost: this.kernelLost,
      missing: this.missing,
      memory: process.memoryUsage(),
    });
  }

  /** Who sent the signal; undefined when the kernel is not ours to ask. */
  private sender(): Sender | undefined {
    return this.capture ? signalSender() : undefined;
  }

  private async end(): Promise<void> {
    this.world.notify('STOPPING=1');
    clearInterval(this.ticking);
    await this.reading;
    clearInterval(this.reportTimer);
    await this.listener?.server.stop();
    this.trail.emit(RECORD.DAEMON_END, signalFields('terminate', this.sentBy, sessionOf(this.sentBy), 'success'));
    await this.trail.close();
    rmSync(pidFile(this.options.runFolder), { force: true });
    this.world.log('notice', 'The audit daemon is exiting.');
  }
}

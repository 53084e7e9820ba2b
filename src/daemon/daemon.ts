// The audit daemon: wires capture -> format -> log and plugins, answers signals, keeps the promises of its settings.
// It holds the order of starting and ending; each part's rules are in its own file.

import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { getPriority, release, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { AuditError } from '../base/error.ts';
import type { Accounts } from '../base/types.ts';
import type { RecordBatch } from '../dispatch/batch.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import { type Capture, openCapture } from '../kernel/capture.ts';
import type { CaptureStats } from '../kernel/capture-types.ts';
import { openClient } from '../kernel/client.ts';
import { LogWriter } from '../logs/writer.ts';
import type { RemoteServer, Taken } from '../remote/server.ts';
import { Compressor } from './compress.ts';
import { type DaemonConfig, readConfig } from './config.ts';
import { DaemonLog } from './daemon-log.ts';
import { enricher } from './enrich.ts';
import { type FormatOptions, formatBatch } from './format.ts';
import { openListener } from './listener.ts';
import { nodeName } from './node-name.ts';
import { DAEMON, OwnRecords, type Sender, signalFields } from './own-records.ts';
import { stateReport } from './state.ts';
import type { World } from './world.ts';

export interface DaemonOptions {
  /** Folder of auditd.conf (and, by default, of plugins.d). */
  readonly folder: string;
  readonly followLinks: boolean;
  /** What to do with the kernel's enabled flag at the start. */
  readonly startState: 'disable' | 'enable' | 'nochange';
  /** No log file; records go to standard output, sentences to stderr. */
  readonly foreground: boolean;
  readonly version: string;
  /** Where the pid file and the state report go: /run/audit. */
  readonly runFolder: string;
  /** Accounts as of now: asked for anew when names may have changed. */
  readonly accounts: () => Accounts;
  readonly sockaddr: (hex: string) => string;
  readonly world: World;
}

/** Bytes captured and not yet written at which the kernel is made to wait: what keeps memory flat on a slow disk. */
const QUEUE_BYTES = 32 << 20;

export class Daemon {
  private config: DaemonConfig;
  private readonly options: DaemonOptions;
  private readonly world: World;
  private readonly own: OwnRecords;
  private enrich: ReturnType<typeof enricher>;
  private format: FormatOptions = { node: '', tail: undefined };
  private log: DaemonLog | undefined;
  private compressor: Compressor | undefined;
  private dispatcher: Dispatcher;
  private capture: Capture | undefined;
  private listener: RemoteServer | undefined;
  private timers: NodeJS.Timeout[] = [];
  private received = 0;
  private kernelLost = 0;
  private enrichedAt = 0;
  private sentBy: Sender | undefined;
  private reportTimer: NodeJS.Timeout | undefined;
  private markTerminated: () => void = () => {};
  private readonly terminated = new Promise<void>((done) => {
    this.markTerminated = done;
  });

  /** Reads the configuration; throws AuditError CONFIG when it cannot be used. */
  constructor(options: DaemonOptions) {
    this.options = options;
    this.world = options.world;
    this.config = this.readConfiguration();
    this.own = new OwnRecords(this.world.now, 1 + Math.floor(Math.random() * 9999));
    this.enrich = this.makeEnricher();
    this.dispatcher = this.makeDispatcher();
  }

  /** Starts everything; throws AuditError, with nothing left running, when a part cannot start. */
  async start(): Promise<void> {
    const { config, options } = this;
    this.adjustSelf();
    this.format = await this.formatOptions(config);
    try {
      this.openLog();
      this.dispatcher.start();
      if (config.local_events) await this.openCapture();
      else this.writePidFile();
      this.emit(DAEMON.START, this.startFields());
      if (this.log?.closedTornLine) this.emit(DAEMON.ERR, 'op=torn-line-closed res=success');
      await this.listen(config);
      this.timers.push(setInterval(() => this.tick(), 1000));
      this.scheduleReports();
    } catch (error) {
      await this.dispatcher.stop();
      await this.capture?.close().catch(() => {});
      await this.listener?.stop();
      this.log?.close();
      throw error;
    }
    this.world.log(
      'notice',
      `Init complete, auditd ${options.version} listening for events (startup state ${options.startState})`,
    );
    this.world.notify('READY=1');
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
    this.sentBy ??= this.sender();
    this.markTerminated();
    this.capture?.close().catch((error: Error) => this.world.log('error', error.message));
  }

  /** SIGHUP: a new configuration, or the old one and a word why. */
  async reconfigure(): Promise<void> {
    const sender = this.sender();
    this.enrich = this.makeEnricher();
    try {
      const config = { ...this.readConfiguration(), local_events: this.config.local_events };
      const format = await this.formatOptions(config);
      if (config.write_logs && this.log) this.log.reconfigure(config);
      else if (!config.write_logs) {
        this.log?.close();
        this.log = undefined;
      }
      this.config = config;
      this.format = format;
      if (config.write_logs && !this.log) this.openLog();
      this.adjustSelf();
      await this.listen(config);
      await this.dispatcher.reload({
        folder: config.plugin_dir,
        depth: config.q_depth,
        maxRestarts: config.max_restarts,
      });
      this.scheduleReports();
      const subj = sender?.context || '?';
      this.emit(
        DAEMON.CONFIG,
        `op=reconfigure state=changed auid=${sender?.uid ?? -1} pid=${sender?.pid ?? -1} subj=${subj} res=success`,
      );
    } catch (error) {
      this.world.log('error', `${(error as Error).message}; the old configuration stays in force`);
      this.emit(DAEMON.CONFIG, signalFields('reconfigure state=no-change', sender, sessionOf(sender), 'failed'));
    }
  }

  /** SIGUSR1: rotates. */
  rotate(): void {
    const sender = this.sender();
    const done = this.log?.rotateNow() ?? false;
    this.emit(DAEMON.ROTATE, signalFields('rotate-logs', sender, sessionOf(sender), done ? 'success' : 'failed'));
  }

  /** SIGUSR2: writes and dispatches again. */
  resume(): void {
    const sender = this.sender();
    this.log?.resume();
    this.dispatcher.resume();
    this.emit(DAEMON.RESUME, signalFields('resume-logging', sender, sessionOf(sender), 'success'));
  }

  /** SIGCONT: writes the state report. */
  report(): void {
    const path = join(this.options.runFolder, 'auditd.state');
    try {
      mkdirSync(this.options.runFolder, { recursive: true });
      const temporary = `${path}.new`;
      rmSync(temporary, { force: true });
      const fd = openSync(temporary, 'wx', 0o640);
      try {
        writeSync(fd, this.stateText());
        fchmodSync(fd, 0o640);
        const group = this.groupId(this.config);
        if (group !== undefined) fchownSync(fd, 0, group);
      } finally {
        closeSync(fd);
      }
      renameSync(temporary, path);
    } catch (error) {
      this.world.log('error', `Cannot write the state report ${path}: ${(error as Error).message}`);
    }
  }

  /** A record of the daemon's own, to the log and the plugins. `fields` come after the header. */
  emit(type: number, fields: string): void {
    const lines = Buffer.from(this.own.line(type, fields), 'latin1');
    this.deliver({ lines, records: 1 });
  }

  /** A DAEMON_ERR record for `write`, then the plugins; when it cannot be written it never was, and its serial is free. */
  private emitIf(fields: string, write: (record: RecordBatch) => boolean): boolean {
    const lines = Buffer.from(this.own.line(DAEMON.ERR, fields), 'latin1');
    const { log, plugins } = formatBatch({ lines, records: 1 }, this.format);
    const written = write(log);
    if (written) this.dispatcher.push(plugins);
    else this.own.takeBack();
    return written;
  }

  /** Lines of another machine, to the log (and the plugins, when distribute_network says so); tells what became of them. */
  private takeRemote(lines: Uint8Array, records: number): Taken {
    const batch = { lines, records };
    if (this.options.foreground) process.stdout.write(lines);
    const taken = this.log?.write(batch) ?? 'written';
    if (taken === 'written' && this.config.distribute_network) this.dispatcher.push(batch);
    return taken;
  }

  /** Starts listening when the settings ask for it; a listener that runs only reads its access list again. */
  private async listen(config: DaemonConfig): Promise<void> {
    if (config.tcp_listen_port === 0) return;
    if (this.listener) {
      this.reloadAccess();
      return;
    }
    const opened = await openListener(config, {
      take: (lines, records) => this.takeRemote(lines, records),
      note: (type, fields) => this.emit(DAEMON[type], fields),
    });
    this.listener = opened.server;
    this.reloadAccess = opened.reload;
  }
  private reloadAccess: () => void = () => {};

  // ---- starting

  private readConfiguration(): DaemonConfig {
    const file = join(this.options.folder, 'auditd.conf');
    let text: string;
    try {
      const link = this.options.followLinks ? 0 : constants.O_NOFOLLOW;
      const fd = openSync(file, constants.O_RDONLY | link);
      try {
        text = readFileSync(fd, 'utf8');
      } finally {
        closeSync(fd);
      }
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const why = code === 'ELOOP' ? 'it is a symbolic link, and links are followed only with -l' : message;
      throw new AuditError('CONFIG', `Cannot read ${file}: ${why}`, { cause });
    }
    const { config, problems, warnings } = readConfig(text, file);
    for (const warning of warnings) this.world.log('warning', `${file}: ${warning}`);
    const [first] = problems;
    if (!first) return config;
    for (const problem of problems.slice(1)) this.world.log('error', problem.message);
    throw first;
  }

  private makeDispatcher(): Dispatcher {
    const { plugin_dir: folder, q_depth: depth, max_restarts: maxRestarts } = this.config;
    return new Dispatcher(
      { folder, depth, maxRestarts },
      { tell: (text) => this.world.log('warning', text), overflow: (name) => this.pluginOverflow(name) },
    );
  }

  private makeEnricher(): ReturnType<typeof enricher> {
    return enricher({ accounts: this.options.accounts(), sockaddr: this.options.sockaddr });
  }

  private adjustSelf(): void {
    const { priority_boost: boost } = this.config;
    try {
      if (boost > 0) setPriority(-boost);
    } catch (error) {
      this.world.log('warning', `Cannot raise the priority by ${boost}: ${(error as Error).message}`);
    }
    try {
      const fd = openSync('/proc/self/oom_score_adj', 'w');
      writeSync(fd, '-1000\n');
      closeSync(fd);
    } catch {
      this.world.log('info', 'the kernel may end this daemon when memory is short: its score could not be lowered');
    }
  }

  private async formatOptions(config: DaemonConfig): Promise<FormatOptions> {
    return {
      node: await nodeName(config),
      tail: config.log_format === 'enriched' ? (line, from) => this.enrich(line, from) : undefined,
    };
  }

  private groupId(config: DaemonConfig): number | undefined {
    const { log_group: group } = config;
    if (group === 'root' || group === '0') return undefined;
    const id = /^\d+$/.test(group) ? Number(group) : this.options.accounts().groupId(group);
    if (id === undefined) throw new AuditError('CONFIG', `Cannot use log_group = ${group}: there is no such group`);
    return id;
  }

  private openLog(): void {
    const { config, options } = this;
    if (!config.write_logs || options.foreground) return;
    prepareFolder(dirname(config.log_file), this.groupId(config));
    this.compressor = new Compressor(config.log_file, (text) => this.world.log('error', text));
    this.log = new DaemonLog(config, {
      world: this.world,
      report: (fields) => queueMicrotask(() => this.emit(DAEMON.ERR, fields)),
      record: (fields, write) => this.emitIf(fields, write),
      open: (c, failed, disk) =>
        new LogWriter(
          { path: c.log_file, flush: c.flush, freq: c.freq, group: this.groupId(c), followLinks: options.followLinks },
          failed,
          disk,
        ),
      finished: (path) => {
        if (this.config.compress_logs) this.compressor?.add(path);
      },
    });
  }

  private async openCapture(): Promise<void> {
    const { startState } = this.options;
    this.capture = await openCapture({
      mode: 'unicast',
      enable: startState === 'enable',
      backlogLimit: 0,
      queueBytes: QUEUE_BYTES,
    });
    this.writePidFile();
    if (startState === 'disable') {
      const client = openClient();
      client.set({ enabled: 0 }, 'turn auditing off');
      client.close();
    }
  }

  private writePidFile(): void {
    const { runFolder, foreground } = this.options;
    if (foreground) return;
    mkdirSync(runFolder, { recursive: true });
    const path = join(runFolder, 'auditd.pid');
    rmSync(path, { force: true });
    const fd = openSync(path, 'wx', 0o644);
    writeSync(fd, `${process.pid}\n`);
    closeSync(fd);
  }

  private startFields(): string {
    const read = (name: string) => {
      try {
        return readFileSync(`/proc/self/${name}`, 'latin1').trim();
      } catch {
        return '4294967295';
      }
    };
    const { version } = this.options;
    return `op=start ver=${version} format=${this.config.log_format} kernel=${release()} auid=${read('loginuid')} pid=${process.pid} uid=${process.getuid?.()} ses=${read('sessionid')} res=success`;
  }

  // ---- running

  private take(lines: Uint8Array, records: number, stats: CaptureStats): void {
    this.received += records;
    this.deliver({ lines, records });
    const lost = stats.lost ?? 0;
    if (lost > this.kernelLost) {
      this.emit(DAEMON.ERR, `op=kernel-lost lost=${lost - this.kernelLost} total=${lost} res=failed`);
      this.kernelLost = lost;
    }
  }

  private deliver(batch: RecordBatch): void {
    const { log, plugins } = formatBatch(batch, this.format);
    if (this.options.foreground) process.stdout.write(log.lines);
    else this.log?.write(log);
    this.dispatcher.push(plugins);
  }

  private pluginOverflow(name: string): void {
    const { kind } = this.config.overflow_action;
    if (kind === 'ignore') return;
    this.world.log(
      'error',
      `the queue of plugin ${name} is full (${this.config.q_depth} records): it loses records; the log does not`,
    );
    if (kind === 'suspend') this.dispatcher.suspend();
    if (kind === 'single' || kind === 'halt') this.world.runLevel(kind);
  }

  private tick(): void {
    this.log?.tick();
    const now = this.world.now();
    if (now - this.enrichedAt > 60_000) {
      this.enrichedAt = now;
      this.enrich = this.makeEnricher(); // a name may have changed
    }
  }

  private scheduleReports(): void {
    clearInterval(this.reportTimer);
    const { report_interval: seconds } = this.config;
    // setInterval holds at most 2^31 - 1 ms, 24.8 days.
    if (seconds > 0) this.reportTimer = setInterval(() => this.report(), Math.min(seconds * 1000, 2 ** 31 - 1));
  }

  private stateText(): string {
    const log = this.log?.state();
    return stateReport({
      version: this.options.version,
      time: new Date(this.world.now()).toISOString(),
      nice: getPriority(),
      config: this.config,
      log,
      diskTotal: this.log?.total() ?? 0,
      plugins: this.dispatcher.state(),
      pluginsSuspended: this.dispatcher.isSuspended,
      connections: this.listener?.clients(),
      received: this.received,
      kernelLost: this.kernelLost,
      memory: process.memoryUsage(),
    });
  }

  /** Who sent the signal, as the kernel saw it; undefined when the kernel is not ours to ask. */
  private sender(): Sender | undefined {
    if (!this.capture) return undefined;
    try {
      const client = openClient();
      try {
        return client.signalInfo();
      } finally {
        client.close();
      }
    } catch {
      return undefined;
    }
  }

  private async end(): Promise<void> {
    this.world.notify('STOPPING=1');
    for (const timer of [...this.timers, this.reportTimer]) clearInterval(timer);
    await this.listener?.stop();
    this.emit(DAEMON.END, signalFields('terminate', this.sentBy, sessionOf(this.sentBy), 'success'));
    await this.dispatcher.stop();
    await this.compressor?.idle();
    try {
      this.log?.close();
    } catch (error) {
      this.world.log('error', (error as Error).message);
    }
    rmSync(join(this.options.runFolder, 'auditd.pid'), { force: true });
    this.world.log('notice', 'The audit daemon is exiting.');
  }
}

/**
 * The log's folder: made if it is missing, and with a log_group made searchable for that group (auditd.conf(5)). Throws
 * AuditError CONFIG when others could put files there.
 */
function prepareFolder(folder: string, group: number | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (uid !== 0 || mode & 0o022) {
    throw new AuditError(
      'CONFIG',
      `Cannot keep a log in ${folder}: it must belong to root and not be writable by others (chown root, chmod go-w)`,
    );
  }
  if (group === undefined) return;
  chownSync(folder, 0, group);
  chmodSync(folder, 0o750);
}

/** The session of a signal's sender, while it lives; the unset session when it has gone. */
function sessionOf(sender: Sender | undefined): number {
  if (!sender) return 0xffff_ffff;
  try {
    return Number(readFileSync(`/proc/${sender.pid}/sessionid`, 'latin1'));
  } catch {
    return 0xffff_ffff;
  }
}

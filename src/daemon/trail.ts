// Where records go: formatted as configured, to the log and to the plugins. The daemon's own records are made here, for
// they go the same way. It starts and ends nothing by itself: src/daemon/daemon.ts says when.

import { dirname } from 'node:path';
import { latin1 } from '../base/bytes.ts';
import type { Accounts } from '../base/types.ts';
import type { RecordBatch } from '../dispatch/batch.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import type { PluginState } from '../dispatch/plugin.ts';
import { forTerminal, isTerminal } from '../host/terminal.ts';
import { deleteExcess } from '../logs/rotate.ts';
import { LogWriter } from '../logs/writer.ts';
import type { Taken } from '../remote/server.ts';
import { RECORD } from '../tables/records.ts';
import { Compressor } from './compress.ts';
import type { DaemonConfig } from './config.ts';
import { DaemonLog, type LogState } from './daemon-log.ts';
import { enricher } from './enrich.ts';
import { type FormatOptions, formatBatch } from './format.ts';
import { nodeName } from './node-name.ts';
import { OwnRecords } from './own-records.ts';
import { groupId, prepareFolder } from './self.ts';
import type { World } from './world.ts';

export interface TrailOptions {
  readonly followLinks: boolean;
  /** No log file; records go to standard output. */
  readonly foreground: boolean;
  /** Accounts as of now: asked for anew when names may have changed. */
  readonly accounts: () => Accounts;
  readonly sockaddr: (hex: string) => string;
  readonly world: World;
}

/** Names are looked up anew after this many milliseconds. */
const NAMES_LAST = 60_000;

export class Trail {
  private config: DaemonConfig;
  private readonly options: TrailOptions;
  private readonly own: OwnRecords;
  private format: FormatOptions = { node: '', tail: undefined };
  private enrich: ReturnType<typeof enricher>;
  private enrichedAt: number;
  private log: DaemonLog | undefined;
  private readonly dispatcher: Dispatcher;
  private readonly compressors = new Map<string, Compressor>();

  constructor(config: DaemonConfig, options: TrailOptions) {
    this.config = config;
    this.options = options;
    this.own = new OwnRecords(options.world.now, 1 + Math.floor(Math.random() * 9999));
    this.enrich = this.makeEnricher();
    this.enrichedAt = options.world.now();
    this.dispatcher = new Dispatcher(pluginOptions(config), {
      tell: (text) => options.world.log('warning', text),
      overflow: (name) => this.pluginOverflow(name),
    });
  }

  /** The name this machine's records carry, '' for none. */
  get node(): string {
    return this.format.node;
  }

  /** Opens the log and starts the plugins; throws AuditError, with nothing open, when the log cannot be used. */
  async open(): Promise<void> {
    this.format = await this.formatOptions(this.config);
    if (this.config.write_logs) this.log = this.openLog(this.config);
    this.dispatcher.start();
  }

  /** True when opening the log closed off a line a crash had torn. */
  get closedTornLine(): boolean {
    return this.log?.closedTornLine ?? false;
  }

  /** Takes new settings; throws AuditError, and the old ones stay, when the log or the name cannot be had as they say. */
  async reconfigure(config: DaemonConfig): Promise<void> {
    const format = await this.formatOptions(config);
    if (config.write_logs) {
      if (this.log) this.log.reconfigure(config);
      else this.log = this.openLog(config);
    } else {
      this.log?.close();
      this.log = undefined;
    }
    this.config = config;
    this.format = format;
    this.renewNames();
    await this.dispatcher.reload(pluginOptions(config));
  }

  /** Records of the kernel. */
  take(batch: RecordBatch): void {
    const { log, plugins } = formatBatch(batch, this.format);
    if (this.options.foreground) this.show(log.lines);
    else this.log?.write(log);
    this.dispatcher.push(plugins);
  }

  /** Records to standard output, without waiting for its reader; a terminal gets nothing that it would obey. */
  private show(lines: Uint8Array): void {
    process.stdout.write(isTerminal(1) ? Buffer.from(forTerminal(latin1(lines)), 'latin1') : lines);
  }

  /** Lines of another machine, to the log (and the plugins, when distribute_network says so); tells what became of them. */
  takeRemote(lines: Uint8Array, records: number): Taken {
    const batch = { lines, records };
    if (this.options.foreground) this.show(lines);
    const taken = this.log?.write(batch) ?? 'written';
    if (taken === 'written' && this.config.distribute_network) this.dispatcher.push(batch);
    return taken;
  }

  /** A record of the daemon's own, to the log and the plugins. `fields` come after the header. */
  emit(type: number, fields: string): void {
    this.take(this.make(type, fields));
  }

  /** Rotates the log; true when it did. */
  rotate(): boolean {
    return this.log?.rotateNow() ?? false;
  }

  /** Writes and dispatches again after a suspension. */
  resume(): void {
    this.log?.resume();
    this.dispatcher.resume();
  }

  /** Once a second. */
  tick(): void {
    this.log?.tick();
    if (this.options.world.now() - this.enrichedAt > NAMES_LAST) this.renewNames();
  }

  /** What the state report tells of the log and the plugins. */
  state(): {
    log: LogState | undefined;
    diskTotal: number;
    plugins: readonly PluginState[];
    pluginsSuspended: boolean;
  } {
    return {
      log: this.log?.state(),
      diskTotal: this.log?.total() ?? 0,
      plugins: this.dispatcher.state(),
      pluginsSuspended: this.dispatcher.isSuspended,
    };
  }

  /** Lets plugins finish, then closes the log; says what goes wrong. */
  async close(): Promise<void> {
    await this.dispatcher.stop();
    for (const compressor of this.compressors.values()) await compressor.idle();
    try {
      this.log?.close();
    } catch (error) {
      this.options.world.log('error', (error as Error).message);
    }
  }

  private make(type: number, fields: string): RecordBatch {
    return { lines: Buffer.from(this.own.line(type, fields), 'latin1'), records: 1 };
  }

  /** A DAEMON_ERR record for `write`, then the plugins; when it cannot be written it never was, and its serial is free. */
  private emitIf(fields: string, write: (record: RecordBatch) => boolean): boolean {
    const { log, plugins } = formatBatch(this.make(RECORD.DAEMON_ERR, fields), this.format);
    const written = write(log);
    if (written) this.dispatcher.push(plugins);
    else this.own.takeBack();
    return written;
  }

  private openLog(config: DaemonConfig): DaemonLog | undefined {
    const { foreground, followLinks, accounts, world } = this.options;
    if (foreground) return undefined;
    return new DaemonLog(config, {
      world,
      report: (fields) => queueMicrotask(() => this.emit(RECORD.DAEMON_ERR, fields)),
      record: (fields, write) => this.emitIf(fields, write),
      open: ({ log_file: path, flush, freq, ...c }, failed, disk) => {
        const group = groupId(c, accounts);
        prepareFolder(dirname(path), group);
        const writer = new LogWriter({ path, flush, freq, group, followLinks }, failed, disk);
        // num_logs may be less than it was.
        if (c.max_log_file_action.kind === 'rotate' && c.num_logs >= 2) deleteExcess(path, c.num_logs);
        return writer;
      },
      finished: (path) => {
        if (this.config.compress_logs) this.compressor(path.replace(/\.1$/, '')).add(path);
      },
    });
  }

  private compressor(log: string): Compressor {
    const known = this.compressors.get(log);
    const made = known ?? new Compressor(log, (text) => this.options.world.log('error', text));
    if (!known) this.compressors.set(log, made);
    return made;
  }

  private makeEnricher(): ReturnType<typeof enricher> {
    return enricher({ accounts: this.options.accounts(), sockaddr: this.options.sockaddr });
  }

  /** A name may have changed. */
  private renewNames(): void {
    this.enrichedAt = this.options.world.now();
    this.enrich = this.makeEnricher();
  }

  private async formatOptions(config: DaemonConfig): Promise<FormatOptions> {
    return {
      node: await nodeName(config),
      tail: config.log_format === 'enriched' ? (line, from) => this.enrich(line, from) : undefined,
    };
  }

  private pluginOverflow(name: string): void {
    const { kind } = this.config.overflow_action;
    if (kind === 'ignore') return;
    this.options.world.log(
      'error',
      `the queue of plugin ${name} is full (${this.config.q_depth} records): it loses records; the log does not`,
    );
    if (kind === 'suspend') this.dispatcher.suspend();
    if (kind === 'single' || kind === 'halt') this.options.world.runLevel(kind);
  }
}

function pluginOptions({ plugin_dir: folder, q_depth: depth, max_restarts: maxRestarts }: DaemonConfig) {
  return { folder, depth, maxRestarts };
}

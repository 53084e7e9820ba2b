// Gives every record to every plugin of plugins.d. It never waits for a plugin: a full queue is that plugin's loss.

import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AuditError } from '../base/error.ts';
import type { RecordBatch } from './batch.ts';
import { Plugin, type PluginEvents, type PluginState } from './plugin.ts';
import { isPluginFile, type PluginConfig, readPlugin } from './plugin-config.ts';
import { programFault, readTrusted } from './trusted.ts';

export interface DispatcherOptions {
  readonly folder: string;
  readonly depth: number;
  readonly maxRestarts: number;
}

/** The active plugins of a folder, in name order, and what is wrong with the others. A missing folder has none. */
export function readPlugins(folder: string): { plugins: PluginConfig[]; problems: AuditError[] } {
  const plugins: PluginConfig[] = [];
  const problems: AuditError[] = [];
  let files: string[] = [];
  try {
    files = readdirSync(folder).filter(isPluginFile).sort();
  } catch (cause) {
    problems.push(
      new AuditError('config', `Cannot read the plugin folder ${folder}: ${(cause as Error).message}`, { cause }),
    );
  }
  for (const name of files) {
    const file = join(folder, name);
    try {
      if (!statSync(file).isFile()) continue;
      const read = readPlugin(readTrusted(file, true), file, basename(name, '.conf'));
      for (const problem of read.problems) problems.push(problem);
      if (!read.plugin.active || read.problems.length > 0) continue;
      const fault = programFault(read.plugin.path);
      if (fault)
        problems.push(new AuditError('config', `Cannot run the plugin of ${file}: ${fault}`, { position: { file } }));
      else plugins.push(read.plugin);
    } catch (cause) {
      problems.push(
        new AuditError('config', `Cannot read ${file}: ${(cause as Error).message}`, { cause, position: { file } }),
      );
    }
  }
  return { plugins, problems };
}

export class Dispatcher {
  private plugins: Plugin[] = [];
  private options: DispatcherOptions;
  private readonly events: PluginEvents;
  private suspended = false;

  constructor(options: DispatcherOptions, events: PluginEvents) {
    this.options = options;
    this.events = events;
  }

  get active(): number {
    return this.plugins.length;
  }

  /** Starts the folder's plugins; tells what is wrong with those it cannot start. */
  start(): void {
    const { plugins, problems } = readPlugins(this.options.folder);
    for (const problem of problems) this.events.tell(problem.message);
    for (const config of plugins) this.add(config);
  }

  push(batch: RecordBatch): void {
    if (this.suspended || batch.records === 0) return;
    for (const plugin of this.plugins) plugin.push(batch);
  }

  /** Stops giving records to plugins (overflow_action = suspend); `resume` goes on. */
  suspend(): void {
    this.suspended = true;
  }

  resume(): void {
    this.suspended = false;
    for (const plugin of this.plugins) plugin.revive();
  }

  get isSuspended(): boolean {
    return this.suspended;
  }

  /** Reads the folder again: stops what is gone, starts what is new or changed, passes SIGHUP to the rest. */
  async reload(options: DispatcherOptions): Promise<void> {
    const { plugins, problems } = readPlugins(options.folder);
    for (const problem of problems) this.events.tell(problem.message);
    const same = (a: PluginConfig, b: PluginConfig) => JSON.stringify(a) === JSON.stringify(b);
    const kept = this.plugins.filter((p) => plugins.some((config) => same(config, p.config)));
    const gone = this.plugins.filter((p) => !kept.includes(p));
    this.plugins = kept;
    this.options = options;
    for (const plugin of kept) plugin.signal('SIGHUP');
    for (const config of plugins) if (!kept.some((p) => same(p.config, config))) this.add(config);
    await Promise.all(gone.map((plugin) => plugin.stop(STOP_PATIENCE)));
  }

  state(): PluginState[] {
    return this.plugins.map((plugin) => plugin.state());
  }

  async stop(): Promise<void> {
    await Promise.all(this.plugins.map((plugin) => plugin.stop(STOP_PATIENCE)));
  }

  private add(config: PluginConfig): void {
    const depth = config.q_depth || this.options.depth;
    const plugin = new Plugin(config, depth, this.options.maxRestarts, this.events);
    this.plugins.push(plugin);
    plugin.start();
  }
}

/** How long a plugin may take to read what waits and to end, in milliseconds. */
const STOP_PATIENCE = 2000;

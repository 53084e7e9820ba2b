// The report auditd writes to /run/audit/auditd.state on SIGCONT and every report_interval: its lines in auditd's words
// and order, then what ours adds: a line per plugin, and what was lost where.

import type { PluginState } from '../dispatch/plugin.ts';
import type { DaemonConfig } from './config.ts';
import type { LogState } from './daemon-log.ts';
import { bytesOf, MIB } from './space.ts';

export interface DaemonState {
  readonly version: string;
  readonly time: string;
  readonly nice: number;
  readonly config: DaemonConfig;
  /** undefined when write_logs = no. */
  readonly log: LogState | undefined;
  readonly diskTotal: number;
  readonly plugins: readonly PluginState[];
  readonly pluginsSuspended: boolean;
  /** Clients connected now; undefined when the daemon does not listen. */
  readonly connections: readonly string[] | undefined;
  /** Records from the kernel, and those the kernel says it lost, since the start. */
  readonly received: number;
  readonly kernelLost: number;
  /** Serials that never came. */
  readonly missing: number;
  readonly memory: NodeJS.MemoryUsage;
}

const yes = (value: boolean) => (value ? 'yes' : 'no');
const KIB = 1024;

/** The report's text, with a newline at the end. */
export function stateReport(s: DaemonState): string {
  const { log, config, plugins } = s;
  const sum = (of: (p: PluginState) => number) => plugins.reduce((n, p) => n + of(p), 0);
  const most = (of: (p: PluginState) => number) => plugins.reduce((n, p) => Math.max(n, of(p)), 0);
  const mib = (space: DaemonConfig['space_left']) => Math.floor(bytesOf(space, s.diskTotal) / MIB);
  const lines = [
    `audit version = ${s.version}`,
    `current time = ${s.time}`,
    `process priority = ${s.nice}`,
    `writing to logs = ${yes(config.write_logs)}`,
  ];
  if (log) {
    lines.push(
      `current log size = ${Math.floor(log.size / KIB)} KiB`,
      `max log size = ${config.max_log_file * KIB} KiB`,
      `logs detected last rotate/shift = ${log.rotated}`,
      `space left on partition = ${yes(log.spaceLeft)}`,
      `Logging partition free space = ${Math.floor(log.free / MIB)} MiB`,
      `space_left setting = ${mib(config.space_left)} MiB`,
      `admin_space_left setting = ${mib(config.admin_space_left)} MiB`,
      `logging suspended = ${yes(log.suspended)}`,
      `file system space action performed = ${yes(log.spaceActionDone)}`,
      `admin space action performed = ${yes(log.adminActionDone)}`,
      `disk error detected = ${yes(log.diskError)}`,
      `records not written = ${log.lost}`,
    );
  }
  lines.push(
    `records from the kernel = ${s.received}`,
    `records the kernel lost = ${s.kernelLost}`,
    `serials that never came = ${s.missing}`,
    `Number of active plugins = ${plugins.filter((p) => p.status === 'running').length}`,
    `current plugin queue depth = ${most((p) => p.depth)}`,
    `max plugin queue depth used = ${most((p) => p.highWater)}`,
    `plugin queue size = ${config.q_depth}`,
    `plugin queue overflow detected = ${yes(sum((p) => p.lost) > 0)}`,
    `plugin queueing suspended = ${yes(s.pluginsSuspended)}`,
  );
  for (const p of plugins) {
    const pid = p.pid === undefined ? '' : `, pid ${p.pid}`;
    lines.push(
      `plugin ${p.name} = ${p.status}${pid}, queue ${p.depth}, most ${p.highWater}, lost ${p.lost}, restarts ${p.restarts}`,
    );
  }
  lines.push(`listening for network connections = ${yes(s.connections !== undefined)}`);
  for (const client of s.connections ?? []) lines.push(`connected = ${client}`);
  lines.push(
    `memory = ${Math.floor(s.memory.rss / KIB)} KiB resident, ${Math.floor(s.memory.heapUsed / KIB)} KiB heap`,
  );
  return `${lines.join('\n')}\n`;
}

// `audisp-metrics`: what the trail, the kernel's queue and the daemon are doing, as numbers. Counting is here; where the
// numbers go (Prometheus text over HTTP or in a file, statsd) is the program's business.

import type { AuditEvent } from '../../event/event.ts';
import type { AuditRecord } from '../../record/record.ts';
import { fieldsOf } from '../../record/record.ts';
import { inRange, RECORD_RANGE } from '../../tables/record-ranges.ts';
import { RECORD } from '../../tables/records.ts';

/** Counters since the plugin started. Names as audisp-statsd(8) has them, its spelling mended. */
export interface Counts {
  events_total: number;
  events_failed: number;
  events_avc: number;
  events_fanotify: number;
  logins_success: number;
  logins_failed: number;
  anomalies: number;
  responses: number;
  records_total: number;
}

/** Values of the moment; undefined where they could not be read. */
export type Gauges = Readonly<Record<string, number | undefined>>;

export class Metrics {
  readonly counts: Counts = {
    events_total: 0,
    events_failed: 0,
    events_avc: 0,
    events_fanotify: 0,
    logins_success: 0,
    logins_failed: 0,
    anomalies: 0,
    responses: 0,
    records_total: 0,
  };

  /** Counts one event. It failed when one of its records says so; its kind is that of its first record. */
  see({ records }: AuditEvent): void {
    const { counts } = this;
    counts.records_total += records.length;
    counts.events_total++;
    const failed = records.some((record) => outcome(record) === false);
    if (failed) counts.events_failed++;
    const type = records[0]?.type ?? 0;
    if (records.some((record) => record.type === RECORD.AVC)) counts.events_avc++;
    else if (type === RECORD.FANOTIFY) counts.events_fanotify++;
    else if (type === RECORD.USER_LOGIN) counts[failed ? 'logins_failed' : 'logins_success']++;
    else if (inRange(type, RECORD_RANGE.kernelAnomalies) || inRange(type, RECORD_RANGE.userAnomalies))
      counts.anomalies++;
    else if (inRange(type, RECORD_RANGE.responses)) counts.responses++;
  }
}

function outcome(record: AuditRecord): boolean | undefined {
  for (const { name, value } of fieldsOf(record)) {
    if (name === 'success') return value === 'yes';
    if (name === 'res' || name === 'result') return value === 'success' || value === '1' || value === 'yes';
  }
  return undefined;
}

const HELP: Readonly<Record<string, string>> = {
  events_total: 'Audit events seen',
  events_failed: 'Audit events with a failed outcome',
  events_avc: 'Access decisions of a security module (AVC)',
  events_fanotify: 'Decisions of a fanotify listener',
  logins_success: 'Successful logins',
  logins_failed: 'Failed logins',
  anomalies: 'Anomaly events',
  responses: 'Responses to anomalies',
  records_total: 'Audit records seen',
  backlog: 'Records waiting in the kernel',
  backlog_limit: 'Records that may wait in the kernel',
  lost: 'Records the kernel lost since it started',
  free_space: 'Free space on the log partition in MiB',
  plugin_current_depth: 'Records waiting for plugins',
  plugin_max_depth: 'The most records that waited for a plugin',
};

/** The text exposition format of Prometheus, version 0.0.4. */
export function prometheusText(counts: Counts, gauges: Gauges): string {
  const lines: string[] = [];
  const add = (name: string, kind: 'counter' | 'gauge', value: number) => {
    const full = `auspex_${name}${kind === 'counter' && !name.endsWith('_total') ? '_total' : ''}`;
    lines.push(`# HELP ${full} ${HELP[name] ?? name}`, `# TYPE ${full} ${kind}`, `${full} ${value}`);
  };
  for (const [name, value] of Object.entries(counts)) add(name, 'counter', value);
  for (const [name, value] of Object.entries(gauges)) if (value !== undefined) add(name, 'gauge', value);
  return `${lines.join('\n')}\n`;
}

/** The names of audisp-statsd 4.2.2's packets, and in its manner those of the two numbers it lacks. */
const STATSD: Readonly<Record<string, string>> = {
  lost: 'kernel.lost',
  backlog: 'kernel.backlog',
  backlog_limit: 'kernel.backlog_limit',
  free_space: 'auditd.free_space',
  plugin_current_depth: 'auditd.plugin_current_depth',
  plugin_max_depth: 'auditd.plugin_max_depth',
  events_total: 'events.total_count',
  events_failed: 'events.total_failed',
  events_avc: 'events.avc_count',
  events_fanotify: 'events.fanotify_count',
  logins_success: 'events.logins_success',
  logins_failed: 'events.logins_failed',
  anomalies: 'events.anomaly_count',
  responses: 'events.response_count',
  records_total: 'records.total_count',
};

/** One statsd packet, a line `NAME:VALUE|g` or `|c` a number; counters are what was added since `before`. */
export function statsdPacket(counts: Counts, before: Counts | undefined, gauges: Gauges): string {
  const since = Object.entries(counts).map(
    ([name, value]) => `${STATSD[name]}:${value - (before?.[name as keyof Counts] ?? 0)}|c\n`,
  );
  const now = Object.entries(gauges).flatMap(([name, value]) =>
    value === undefined ? [] : [`${STATSD[name]}:${value}|g\n`],
  );
  return [...now, ...since].join('');
}

/** Gauges out of auditd's state report (auditd(8), SIGCONT). */
export function gaugesOfReport(report: string): Gauges {
  const number = (label: string) => {
    const match = new RegExp(`^${label} = (\\d+)`, 'm').exec(report);
    return match ? Number(match[1]) : undefined;
  };
  return {
    free_space: number('Logging partition free space'),
    plugin_current_depth: number('current plugin queue depth'),
    plugin_max_depth: number('max plugin queue depth used'),
  };
}

// A summary as text for people: what it is about, then a section for each kind of thing, the most frequent first.
// Everything from the trail is made safe for a terminal.

import { fromUtf8 } from '../../base/bytes.ts';
import { largest } from '../../base/extremes.ts';
import { lineSafe } from '../../interpret/escape.ts';
import { absent, type Unread } from '../../record/unread.ts';
import type { Activity } from './activity.ts';

export interface ActivityTextOptions {
  /** `login uid 7005`, `session 34`, …; latin1. */
  readonly subject: string;
  /** What of the trail could not be read. */
  readonly unread?: readonly Unread[];
  /** Rows of each section; undefined for all. */
  readonly top?: number | undefined;
  readonly stamp: (at: { readonly sec: number; readonly ms: number }) => string;
}

type Row = readonly [count: string, what: string];

const byCount = (map: ReadonlyMap<string, number>): Row[] =>
  [...map].sort((a, b) => b[1] - a[1]).map(([what, n]) => [String(n), what]);

function calls(activity: Activity): Row[] {
  return [...activity.calls]
    .sort((a, b) => b[1].count - a[1].count)
    .map(([name, { count, failed }]) => [String(count), failed > 0 ? `${name}  (${failed} failed)` : name]);
}

function files(activity: Activity): Row[] {
  return [...activity.files]
    .map(([path, uses]) => ({ path, uses, total: [...uses.values()].reduce((a, b) => a + b, 0) }))
    .sort((a, b) => b.total - a.total)
    .map(({ path, uses, total }) => [String(total), `${path}  (${[...uses].map(([u, n]) => `${u} ${n}`).join(', ')})`]);
}

/** The sections: title, rows. Empty ones are left out. */
function sections(activity: Activity): readonly (readonly [string, readonly Row[]])[] {
  return [
    ['Commands', byCount(activity.commands)],
    ['System calls', calls(activity)],
    ['Files', files(activity)],
    ['Network peers and sockets', byCount(activity.peers)],
    ['Signals sent', byCount(activity.signalsSent)],
    ['Signals received', byCount(activity.signalsReceived)],
    ['Privileges', byCount(activity.privileges)],
    ['Failures', byCount(activity.failures)],
    ['Other events', byCount(activity.messages)],
  ];
}

/** The whole summary, as latin1 text. */
export function activityText(activity: Activity, options: ActivityTextOptions): string {
  const { first, last } = activity;
  if (!first || !last)
    return `${line(options.subject)}\n${fromUtf8(absent('Nothing', 'fits', options.unread ?? []))}\n`;
  const total = [...activity.calls.values()].reduce((n, c) => n + c.count, 0);
  const failed = [...activity.calls.values()].reduce((n, c) => n + c.failed, 0);
  const lines = [
    options.subject,
    `${options.stamp(first)} to ${options.stamp(last)}`,
    `${activity.events} events, ${activity.processes.size} processes, ${total} system calls, ${failed} of them failed`,
  ];
  for (const [title, rows] of sections(activity)) {
    if (rows.length === 0) continue;
    const shown = rows.slice(0, options.top);
    lines.push('', `${title} (${rows.length})`);
    const width = largest(
      shown.map(([count]) => count.length),
      5,
    );
    for (const [count, what] of shown) lines.push(`${count.padStart(width + 2)}  ${what}`);
    if (shown.length < rows.length)
      lines.push(`${''.padStart(width + 2)}  … ${rows.length - shown.length} more (--all)`);
  }
  return `${lines.map(line).join('\n')}\n`;
}

/** One line: a newline in a name must not make two. The ellipsis is UTF-8 in latin1 text. */
const line = (text: string): string => lineSafe(text).replaceAll('…', '\xe2\x80\xa6');

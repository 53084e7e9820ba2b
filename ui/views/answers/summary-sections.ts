// A summary's lists as sections of bars: each row has a name that is unique in its section. Pure.
import type { Summary } from './shapes.ts';

export interface SummaryRow {
  readonly name: string;
  readonly value: number;
  readonly text?: string;
}

export interface SummarySection {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly SummaryRow[];
}

/** The sections that have something to say, in the order of `auspex summary`. */
export function sectionsOf(summary: Summary): SummarySection[] {
  const counted = <K extends string>(
    rows: readonly (Readonly<Record<K, string>> & { readonly count: number })[],
    key: K,
  ) => rows.map((row) => ({ name: row[key], value: row.count }));
  const sections: SummarySection[] = [
    { name: 'commands', title: 'Commands', rows: counted(summary.commands, 'command') },
    {
      name: 'syscalls',
      title: 'System calls',
      rows: summary.syscalls.map(({ syscall, count, failed }) => ({
        name: syscall,
        value: count,
        ...(failed > 0 ? { text: `${count.toLocaleString('en-US')} (${failed.toLocaleString('en-US')} failed)` } : {}),
      })),
    },
    {
      name: 'files',
      title: 'Files',
      rows: summary.files
        .map(({ path, uses }) => ({
          name: path,
          value: Object.values(uses).reduce((sum, n) => sum + n, 0),
          text: Object.entries(uses)
            .map(([use, n]) => `${use} ${n}`)
            .join(', '),
        }))
        .sort((a, b) => b.value - a.value),
    },
    { name: 'peers', title: 'Network peers and sockets', rows: counted(summary.peers, 'peer') },
    { name: 'signals-sent', title: 'Signals sent', rows: counted(summary.signals_sent, 'signal') },
    { name: 'signals-received', title: 'Signals received', rows: counted(summary.signals_received, 'signal') },
    { name: 'privileges', title: 'Privileges', rows: counted(summary.privileges, 'change') },
    { name: 'failures', title: 'Failures', rows: counted(summary.failures, 'failure') },
    { name: 'messages', title: 'Messages', rows: counted(summary.messages, 'type') },
  ];
  return sections.filter(({ rows }) => rows.length > 0);
}

// System calls of a trace, counted: `strace -c` without the times, which the kernel does not record.
import type { TracedCall } from './call.ts';

export interface CallCount {
  readonly call: string;
  readonly calls: number;
  readonly failed: number;
  /** Errno names and how often each came, most frequent first. */
  readonly errors: readonly (readonly [name: string, times: number])[];
}

const descending = (a: readonly [string, number], b: readonly [string, number]): number =>
  b[1] - a[1] || (a[0] < b[0] ? -1 : 1);

/** Counts calls by name. */
export class CallCounter {
  readonly #counts = new Map<string, { calls: number; errors: Map<string, number> }>();

  add(call: TracedCall): void {
    let count = this.#counts.get(call.name);
    if (!count) this.#counts.set(call.name, (count = { calls: 0, errors: new Map() }));
    count.calls++;
    if (call.error) count.errors.set(call.error.name, (count.errors.get(call.error.name) ?? 0) + 1);
  }

  /** Most frequent first. */
  result(): CallCount[] {
    return [...this.#counts]
      .map(([call, { calls, errors }]) => ({
        call,
        calls,
        failed: [...errors.values()].reduce((sum, n) => sum + n, 0),
        errors: [...errors].sort(descending),
      }))
      .sort((a, b) => descending([a.call, a.calls], [b.call, b.calls]));
  }
}

/** The counts as a table, a line each, with a total. */
export function countTable(counts: readonly CallCount[]): string {
  const row = (calls: string | number, failed: string | number, call: string, errors = ''): string =>
    `${String(calls).padStart(9)} ${String(failed).padStart(8)}  ${call.padEnd(errors ? 18 : 0)}${errors && ` ${errors}`}\n`;
  const lines = counts.map((c) =>
    row(c.calls, c.failed || '', c.call, c.errors.map(([name, times]) => `${name} ${times}`).join(', ')),
  );
  const sum = (key: 'calls' | 'failed'): number => counts.reduce((n, c) => n + c[key], 0);
  return `${row('calls', 'failed', 'system call')}${lines.join('')}${row(sum('calls'), sum('failed') || '', 'in all')}`;
}

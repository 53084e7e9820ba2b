// Where the kernel's audit system may not be used (no root, a container, locked rules): the same question asked of
// strace, when it is installed. Its lines are its own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';

/** Codes of an AuditError that mean "not here", not "wrong". */
export const UNAVAILABLE: ReadonlySet<string> = new Set([
  'not-permitted',
  'no-audit-support',
  'immutable',
  'unsupported',
]);

/** What of a trace's options strace can do too. */
export interface StraceOptions {
  readonly calls: ReadonlySet<string> | 'all';
  readonly longest: number;
  readonly failed: boolean;
  readonly time: boolean;
  readonly file: string | undefined;
}

export const hasStrace = (): boolean => spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;

/** The arguments for strace; `?` before a call's name lets it pass over one that it does not know. */
export function straceArguments(options: StraceOptions, command: readonly string[]): string[] {
  const { calls, longest, failed, time, file } = options;
  return [
    '-f',
    '-qq',
    '-s',
    String(longest),
    ...(calls === 'all' ? [] : ['-e', `trace=${[...calls].map((name) => `?${name}`).join(',')}`]),
    ...(failed ? ['-Z'] : []),
    ...(time ? ['-ttt'] : []),
    ...(file === undefined ? [] : ['-o', file]),
    '--',
    ...command,
  ];
}

/** Runs the command under strace; resolves to its exit status. */
export async function runStrace(options: StraceOptions, command: readonly string[]): Promise<number> {
  const child = spawn('strace', straceArguments(options, command), { stdio: 'inherit' });
  const ignore = (): void => {}; // Ctrl-C is the command's
  process.on('SIGINT', ignore);
  const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  process.removeListener('SIGINT', ignore);
  return status ?? 128 + (signal ? constants.signals[signal] : 0);
}

// How the views say commands, durations, sizes and ends of processes. The strings of the server are Unicode already (src's
// writers of the same phrases take the log's bytes), so what is done here is quoting and rounding. Making control characters
// visible is the work of the component that shows the text.
import { isSet, isUnset } from '../../src/base/ids.ts';
import type { ProcessFacts, ProcessNode } from '../../src/web/contract.ts';

/** Arguments as one line that a shell would read back: quoted where a space or a quote would mislead. */
export function commandLine(argv: readonly string[]): string {
  return argv.map((word) => (/^[^\s'"]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}

/** `40 ms`, `2.5 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  const rounded = Math.max(0, Math.round(ms));
  if (rounded < 1000) return `${rounded} ms`;
  if (rounded < 10_000) return `${(rounded / 1000).toFixed(1)} s`;
  const s = Math.round(rounded / 1000);
  if (s < 60) return `${s} s`;
  const steps = [
    { of: 3600, big: 60, bigName: 'min', small: 1, smallName: 's' },
    { of: 86_400, big: 3600, bigName: 'h', small: 60, smallName: 'min' },
    { of: Number.POSITIVE_INFINITY, big: 86_400, bigName: 'd', small: 3600, smallName: 'h' },
  ];
  const { big, bigName, small, smallName } = steps.find(({ of }) => s < of)!;
  const rest = Math.floor((s % big) / small);
  return `${Math.floor(s / big)} ${bigName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}

/** A count with its noun: `1 process`, `8,436 events`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;

/** How a process ended: the kernel's number or signal, and how bad that is. */
export interface End {
  readonly kind: 'ok' | 'failed' | 'signal' | 'open';
  /** `exit 0`, `SIGKILL`, `end not seen`. */
  readonly text: string;
}

export function endOf(process: Pick<ProcessNode, 'endSignal' | 'exitStatus' | 'ended' | 'endedBy'>): End {
  if (process.endSignal !== undefined) return { kind: 'signal', text: process.endSignal };
  if (process.exitStatus !== undefined)
    return { kind: process.exitStatus === 0 ? 'ok' : 'failed', text: `exit ${process.exitStatus}` };
  if (process.ended !== undefined) return { kind: 'ok', text: process.endedBy === 'reaped' ? 'ended' : 'gone' };
  return { kind: 'open', text: 'end not seen' };
}

/** Who a process ran as: `root`, `uid 1001`, '' when the trail does not say. */
export const userOf = ({ user, uid }: Pick<ProcessFacts, 'user' | 'uid'>): string =>
  user ?? (uid === undefined ? '' : isUnset(uid) ? 'unset' : `uid ${uid}`);

/** The login a process belongs to; '' for none. */
export const loginOf = (
  login: { readonly auid?: number; readonly user?: string; readonly session?: number } | undefined,
): string => {
  if (!login || !isSet(login.auid)) return '';
  const name = login.user ?? `login uid ${login.auid}`;
  return isSet(login.session) ? `${name}, session ${login.session}` : name;
};

/** The command of a process, or the best name there is. */
export const commandOf = ({ command, program, comm, pid }: ProcessFacts): string =>
  command.length > 0 ? commandLine(command) : program || comm || `pid ${pid}`;

/** The last part of a path. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || path;

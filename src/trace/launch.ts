// Starts a command held back until it is told to go, in a session of its own: a shell sets its login uid again (to the
// same value; the kernel then gives it a new session id, which all descendants inherit), tells that id, waits, and execs.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { AuditError, encodeHex } from '../base/index.ts';
import { auditId, procfs } from '../host/index.ts';

/**
 * Whether a raw `proctitle` is the launching shell's. The kernel takes a process's title once, at its first record, which
 * here is the shell's last call before the command begins: every later record of the command repeats it.
 */
export function isLauncherTitle(proctitle: string): boolean {
  return proctitle.startsWith(TITLE);
}

export interface Held {
  readonly pid: number;
  /** Lets the command begin. */
  go(): void;
  kill(signal: NodeJS.Signals): void;
  /** Lets it run on without us: it no longer keeps this process alive. */
  leave(): void;
  /** How the command ended. */
  readonly ended: Promise<Ended>;
}

export interface Launched extends Held {
  readonly ses: number;
}

/** A command's end: exit status, or the signal that killed it. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

// Fd 3: our word to go. Fd 4: the session id. When we die first, `read` fails and the command never begins.
const SCRIPT = `
if [ "$1" != - ]; then
  echo "$1" >/proc/self/loginuid || exit 125
  read -r ses </proc/self/sessionid
fi
echo "$ses" >&4
read -r go <&3 || exit 125
shift
exec 3<&- 4>&-
exec "$@"`;

const TITLE = encodeHex(`/bin/sh\0-c\0${SCRIPT}`.slice(0, 100));

/** The login uid the command gets: ours, or our user's where nobody logged in (an unset one makes no session). */
function loginUid(): number {
  return auditId(procfs().read('self/loginuid')) ?? process.getuid?.() ?? 0;
}

/** Throws AuditError `not-permitted` when no session could be made. */
export async function launch(command: readonly string[], stdio: Stdio = 'inherit'): Promise<Launched> {
  const { held, answer } = await hold(String(loginUid()), command, stdio);
  const ses = auditId(answer);
  if (ses !== undefined) return { ...held, ses };
  held.kill('SIGKILL');
  throw new AuditError(
    'not-permitted',
    'Cannot start a session of its own for the command: setting a login uid again needs CAP_AUDIT_CONTROL and a kernel where it is not immutable',
  );
}

/** Starts a command held back, in the session we are in. */
export async function launchHere(command: readonly string[], stdio: Stdio = 'inherit'): Promise<Held> {
  return (await hold('-', command, stdio)).held;
}

type Stdio = 'inherit' | 'ignore';

async function hold(auid: string, command: readonly string[], stdio: Stdio): Promise<{ held: Held; answer: string }> {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'auspex trace', auid, ...command], {
    stdio: [stdio, stdio, stdio, 'pipe', 'pipe'],
  });
  const ended = endOf(child);
  const answer = await Promise.race([firstLine(child.stdio[4] as Readable), ended.then(() => '')]);
  const gate = child.stdio[3] as Writable;
  gate.on('error', () => {}); // the command was killed before it began
  const held: Held = {
    pid: child.pid!, // a shell that cannot be started makes `ended` reject
    go: () => gate.end('go\n'),
    kill: (signal) => child.kill(signal),
    leave: () => child.unref(),
    ended,
  };
  return { held, answer };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return { status, signal };
}

async function firstLine(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.trim();
}

// A program in a mount namespace of its own: its /run/audit, /etc/audit and /dev/log are not the machine's. Root only.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this can be done here, and, for a test's name, why not. */
export const root = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
export const whyNot = root ? '' : ' (skipped: needs root and mount namespaces)';

/** Shell words that give a daemon a /run/audit and a pid file of its own. */
export const OWN_RUN =
  'mkdir -p /run/audit && mount -t tmpfs tmpfs /run/audit && { test ! -e /var/run/auditd.pid || mount --bind /dev/null /var/run/auditd.pid; }';

/** A new folder for a scene. Under /run: the reference, which needs root, refuses a log below a folder everyone may write to. */
export function sceneFolder(name: string): string {
  const folder = mkdtempSync(join(process.getuid?.() === 0 ? '/run' : tmpdir(), `auspex-${name}-`));
  mkdirSync(join(folder, 'log'), { mode: 0o700 });
  mkdirSync(join(folder, 'plugins.d'), { mode: 0o750 });
  return folder;
}

/** Shell words that put `folder`/etc over /etc/audit. */
export const ownEtc = (folder: string): string => `mount --bind ${folder}/etc /etc/audit`;

/** Shell words that give a /dev whose `log` is whatever socket `folder`/dev/log is. */
export function ownDev(folder: string): string {
  mkdirSync(join(folder, 'dev'), { recursive: true });
  const nodes = 'for f in null zero random urandom; do touch $f && mount --bind /dev/$f $f || exit 9; done';
  return `{ cd ${folder}/dev && ${nodes}; cd / && mount --rbind ${folder}/dev /dev; }`;
}

/** Starts a program after `mounts`; the child's pid is the program's. */
export function startIn(program: string, args: readonly string[], mounts: readonly string[] = []): ChildProcess {
  const script = `${mounts.map((m) => `${m} && `).join('')}exec "$0" "$@"`;
  return spawn('unshare', ['-m', '/bin/sh', '-c', script, program, ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
}

/** Ends a child and waits for it; SIGKILL after 30 s. */
export async function endChild(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await gone;
  clearTimeout(timer);
}

const DEBIAN = ['/usr/sbin', '/sbin'];
const BUILT = process.env.AUSPEX_REFERENCE;

/** A reference's program: of AUSPEX_REFERENCE=DIR, of Debian's packages, or of the first that has it. */
export function referenceTool(name: string, whose: 'any' | 'built' | 'debian' = 'any'): string | undefined {
  const folders = [...(whose !== 'debian' && BUILT ? [BUILT] : []), ...(whose !== 'built' ? DEBIAN : [])];
  return folders.map((d) => join(d, name)).find((f) => existsSync(f));
}

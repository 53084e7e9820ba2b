// Running an audit daemon, ours or the reference's, in a folder of its own, and making audited things happen under a
// login uid nobody else has, so that nothing of the machine's is touched. Used inside describeKernel only.
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AuditClient, openCapture } from '../../src/kernel/index.ts';
import { RECORD } from '../../src/tables/records.ts';
import { wholeTrail } from '../trail.fixture.ts';
import { until } from '../until.fixture.ts';
import { rawRule } from './kernel.fixture.ts';

/** The login uid the tests' processes take. */
export const AUID = 7042;
const FIELD_AUID = 9; // AUDIT_LOGINUID

export const ours = fileURLToPath(new URL('../../bin/auditd', import.meta.url));

/** The reference's daemon: AUSPEX_REFERENCE=DIR, or Debian's; undefined when there is none. */
export function reference(tool: string): string | undefined {
  const folders = [process.env.AUSPEX_REFERENCE ?? '', '/usr/sbin', '/sbin'];
  return folders
    .filter(Boolean)
    .map((d) => join(d, tool))
    .find((f) => existsSync(f));
}

let marks = 0;

/** Sends a record through the kernel and returns its text: who has it has all that came before it. */
export function mark(kernel: AuditClient): string {
  const text = `op=auspex-mark-${process.pid}-${++marks}-`;
  kernel.user(RECORD.TRUSTED_APP, text);
  return text;
}

export const lines = (text: string): string[] => text.split('\n').slice(0, -1);

export interface Heard {
  /** Every line of the kernel in its order, EOE left out. */
  readonly lines: string[];
  /** How often this listener, not the daemon, was too slow and missed some. */
  readonly overruns: number;
}

/** What a second listener hears of the kernel while `run` runs; whole, for it ends with a mark. */
export async function hear(kernel: AuditClient, run: () => Promise<void>): Promise<Heard> {
  const capture = await openCapture({ mode: 'multicast' });
  const parts: Buffer[] = [];
  let last = '\0'; // the mark waited for; none yet
  let whole = false;
  let overruns = 0;
  const reading = (async () => {
    for await (const batch of capture) {
      parts.push(Buffer.from(batch.bytes));
      if (parts.at(-1)!.includes(last)) whole = true;
    }
  })();
  try {
    await run();
    last = mark(kernel);
    await until('the second listener to hear the mark', () => whole);
  } finally {
    overruns = (await capture.close()).overruns;
    await reading;
  }
  const heard = lines(Buffer.concat(parts).toString('latin1')).filter((l) => !l.startsWith('type=EOE '));
  return { lines: heard, overruns };
}

/** A folder and a daemon. Under /run: the reference refuses a log below a folder everyone may write to. */
export class Scene {
  readonly folder = mkdtempSync('/run/auspex-auditd-');
  readonly log = join(this.folder, 'log', 'audit.log');
  private daemon: ChildProcess | undefined;
  said = '';

  constructor() {
    mkdirSync(join(this.folder, 'log'), { mode: 0o700 });
    mkdirSync(join(this.folder, 'plugins.d'), { mode: 0o750 });
  }

  configure(settings: Readonly<Record<string, string | number>>): void {
    const all = {
      log_file: this.log,
      plugin_dir: join(this.folder, 'plugins.d'),
      space_left: 2,
      admin_space_left: 1,
      log_format: 'RAW',
      flush: 'none',
      max_log_file: 0,
      max_log_file_action: 'ignore',
      ...settings,
    };
    const text = Object.entries(all).map(([k, v]) => `${k} = ${v}\n`);
    writeFileSync(join(this.folder, 'auditd.conf'), text.join(''), { mode: 0o640 });
  }

  /** A plugin that copies all it is given to a file; the function reads that. Before `start`. */
  tap(): () => string {
    const [program, out] = [join(this.folder, 'tap'), join(this.folder, 'tapped')];
    writeFileSync(program, `#!/bin/sh\nexec cat > ${out}\n`);
    chmodSync(program, 0o750);
    writeFileSync(join(this.folder, 'plugins.d', 'tap.conf'), `active = yes\npath = ${program}\n`, { mode: 0o640 });
    return () => (existsSync(out) ? readFileSync(out, 'latin1') : '');
  }

  /** Starts a daemon and waits until it is the kernel's. */
  async start(program: string, kernel: AuditClient): Promise<number> {
    const starts = () => this.text().split('type=DAEMON_START').length;
    const before = starts();
    const child = spawn(program, ['-n', '-s', 'enable', '-c', this.folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (d: Buffer) => (this.said += d));
    this.daemon = child;
    await until(
      `${program} to hold the kernel: ${this.said}`,
      () => kernel.status().pid === child.pid || child.exitCode !== null,
    );
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}: ${this.said}`);
    kernel.set({ backlogLimit: 8192 });
    await until('DAEMON_START in the log', () => starts() > before);
    return child.pid!;
  }

  signal(name: NodeJS.Signals): void {
    this.daemon!.kill(name);
  }

  /** Waits until the log has all that the kernel has sent up to now. */
  async drained(kernel: AuditClient): Promise<void> {
    const last = mark(kernel);
    await until(`the daemon to have written ${last}`, () => this.text().includes(last));
  }

  /** Ends the daemon and waits for it. */
  async stop(name: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.daemon;
    this.daemon = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(name);
    const timer = setTimeout(() => child.kill('SIGKILL'), 30_000);
    await gone;
    clearTimeout(timer);
  }

  /** The whole trail, oldest file first. */
  text(): string {
    return wholeTrail(join(this.folder, 'log'));
  }

  async dispose(): Promise<void> {
    endWork();
    await this.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Audits every system call (or those given) of processes under AUID. */
export function auditScene(kernel: AuditClient, syscalls?: readonly number[]): Buffer {
  const all = Array.from({ length: 2048 }, (_, n) => n);
  const rule = rawRule(syscalls ?? all, [[FIELD_AUID, AUID]]);
  try {
    kernel.deleteRule(rule); // a run that was killed may have left it
  } catch {
    // not loaded, as it should be
  }
  kernel.addRule(rule);
  return rule;
}

const working = new Set<ChildProcess>();

/** A shell script under AUID in a new session; resolves to its exit status. `Scene.dispose` ends what still runs. */
export function underAuid(script: string): Promise<number | null> {
  const child = spawn('setsid', ['/bin/sh', '-c', `echo ${AUID} > /proc/self/loginuid && ${script}`], {
    stdio: 'ignore',
  });
  working.add(child);
  return new Promise((done) =>
    child.on('exit', (status) => {
      working.delete(child);
      done(status);
    }),
  );
}

/** Ends scripts a failed test left behind: they would go on making records in everybody's way. */
function endWork(): void {
  for (const { pid } of working) {
    try {
      process.kill(-pid!, 'SIGKILL');
    } catch {
      // it has gone by itself
    }
  }
}

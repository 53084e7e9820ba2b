// The daemon's trail on real small file systems, with a world that does nothing but remember: no mail is sent, no script
// run and no machine halted. Needs root, for it mounts.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type World } from '../../src/daemon/index.ts';
import { Trail } from '../../src/daemon/trail.ts';
import { wholeTrail } from '../trail.fixture.ts';

/** Why nothing can be mounted here; '' when it can. */
export function cannotMount(): string {
  if (process.getuid?.() !== 0) return 'not root';
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0 ? '' : 'no tmpfs';
}

/** Why there is no file system on a device of our own here; '' when there can be. */
export function cannotLoop(): string {
  if (spawnSync('mkfs.ext4', ['-V']).status !== 0) return 'no mkfs.ext4';
  const folder = mkdtempSync(join(tmpdir(), 'auspex-loop-'));
  try {
    writeFileSync(join(folder, 'image'), Buffer.alloc(1 << 20));
    run('losetup', '-d', run('losetup', '-f', '--show', join(folder, 'image')));
    return '';
  } catch (error) {
    return `no loop device: ${(error as Error).message}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a program; what it printed. Throws what it said when it failed. */
export function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

const NUMBERED = /^(?:node=\S+ )?type=USER msg=audit\(1\.000:(\d+)\): x{60}$/;
const ANY = /^(?:node=\S+ )?type=[A-Z_]+ msg=audit\(\d+\.\d{3}:\d+\): .+$/;

/** A file system of `size` with a log on it, and a trail that writes there. */
export class Disk {
  readonly folder = mkdtempSync('/run/auspex-disk-');
  readonly mount = join(this.folder, 'log');
  /** What the daemon asked the world for: `log PRIORITY`, `mail TO`, `script PATH`, `run level LEVEL`. */
  readonly asked: string[] = [];
  readonly said: string[] = [];
  /** What a script of `exec` ends with. */
  scriptFault = '';
  sent = 0;
  trail!: Trail;
  private readonly world: World = {
    log: (priority, text) => {
      this.said.push(text);
      if (priority === 'alert') this.asked.push('log alert');
    },
    mail: (to) => this.asked.push(`mail ${to}`),
    script: async (path) => {
      this.asked.push(`script ${path}`);
      return this.scriptFault;
    },
    runLevel: (level) => this.asked.push(`run level ${level}`),
    notify: () => {},
    now: Date.now,
  };

  constructor() {
    mkdirSync(this.mount, { mode: 0o700 });
    mkdirSync(join(this.folder, 'plugins.d'));
  }

  tmpfs(size: string): void {
    run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', this.mount);
  }

  async open(settings: string): Promise<void> {
    const text = `log_file = ${this.mount}/audit.log\nplugin_dir = ${this.folder}/plugins.d\nflush = none\nlog_format = RAW\nmax_log_file = 0\n${settings}`;
    const { config, problems } = readConfig(text, 'auditd.conf');
    if (problems[0]) throw problems[0];
    this.trail = new Trail(config, {
      followLinks: false,
      foreground: false,
      accounts: () => ({ userName: () => undefined, groupName: () => undefined }) as never,
      sockaddr: () => '',
      world: this.world,
    });
    await this.trail.open();
  }

  /** Gives `count` numbered records at once, as the kernel does. */
  send(count: number): void {
    let text = '';
    for (let i = 0; i < count; i++) text += `type=USER msg=audit(1.000:${this.sent++}): ${'x'.repeat(60)}\n`;
    this.trail.take({ lines: Buffer.from(text), records: count });
  }

  fill(name: string, bytes: number): void {
    writeFileSync(join(this.mount, name), Buffer.alloc(bytes));
  }

  free(name: string): void {
    rmSync(join(this.mount, name));
  }

  /** What the log tells: the numbers that are in it, the sum of the losses told, and lines that are not whole. */
  read(): { numbers: number[]; told: number; broken: string[] } {
    const lines = wholeTrail(this.mount).split('\n');
    const last = lines.pop()!;
    const numbers = lines.flatMap((l) => NUMBERED.exec(l)?.slice(1).map(Number) ?? []);
    const told = lines.reduce((n, l) => n + Number(/ op=records-not-written lost=(\d+) /.exec(l)?.[1] ?? 0), 0);
    return { numbers, told, broken: [...lines.filter((l) => !ANY.test(l)), ...(last ? [last] : [])] };
  }

  async dispose(): Promise<void> {
    await this.trail?.close();
    while (spawnSync('umount', [this.mount], { stdio: 'ignore' }).status === 0) {
      // until nothing is mounted there any more
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

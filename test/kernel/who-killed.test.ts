// who-killed --watch on the live kernel: the two stories the project began from, a cgroup out-of-memory kill, a segfault,
// a seccomp kill, a stale pid in a pid namespace and an innocent parent. Rules are scoped by the tests' own login uid.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { ours, Scene } from './auditd.fixture.ts';
import { describeKernel } from './kernel.fixture.ts';

const auspex = fileURLToPath(new URL('../../bin/auspex', import.meta.url));
const LOGIN = 7301;
const PATIENCE = 45_000;

interface Story {
  answer: string;
  cause: string;
  killer?: { pid: number; exe: string; program: string; command: string[] };
  victims: {
    pid: number;
    name?: string;
    at: string;
    process?: { command: string[]; program: string };
    signals: { signal: string; pidFile?: string }[];
    crash?: { signal: string; forbiddenCall?: string };
  }[];
  failed: { error: string; count: number }[];
  findings: { id: string; sure: string }[];
}

/** A running watch: stories as they are told. */
class Watch {
  readonly #child: ChildProcess;
  readonly #stories: Story[] = [];
  #wake: () => void = () => {};
  #errors = '';
  readonly #others: string[] = [];
  readonly ready: Promise<void>;

  constructor(...args: string[]) {
    this.#child = spawn(
      process.execPath,
      [auspex, 'who-killed', '--watch', '--json', '--scope', `auid=${LOGIN}`, ...args],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    createInterface(this.#child.stdout!).on('line', (line) => {
      this.#stories.push(JSON.parse(line));
      this.#wake();
    });
    this.ready = new Promise((resolve, reject) => {
      this.#child.stderr!.on('data', (data: Buffer) => {
        this.#errors += data;
        if (this.#errors.includes('-S ')) resolve();
      });
      this.#child.on('exit', () => reject(new Error(`the watch ended: ${this.#errors}`)));
    });
  }

  /** The next story that fits. */
  async next(fits: (story: Story) => boolean): Promise<Story> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const story = this.#stories.shift();
      if (story && fits(story)) return story;
      if (story) this.#others.push(story.answer);
      if (Date.now() > end)
        throw new Error(`no such story came, but: ${this.#others.join('; ')}; the watch said: ${this.#errors}`);
      if (!story)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          setTimeout(resolve, 500);
        });
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill(signal);
    await new Promise((resolve) => this.#child.on('exit', resolve));
  }
}

let folder = '';
const folders: string[] = [];
const file = (name: string): string => join(folder, name);
const script = (name: string, text: string): string => {
  writeFileSync(file(name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  return file(name);
};
const program = (name: string, of: string): string => {
  copyFileSync(of, file(name));
  chmodSync(file(name), 0o755);
  return file(name);
};

/** Process groups of the test's own. */
const running: number[] = [];

/** Runs bash as a login of the tests' own; resolves when it has ended. */
function asLogin(text: string): Promise<void> {
  const child = spawn('/bin/bash', ['-c', `echo ${LOGIN} > /proc/self/loginuid && exec /bin/bash -c "$0"`, text], {
    stdio: 'ignore',
    cwd: folder,
    detached: true,
  });
  running.push(child.pid!);
  return new Promise((resolve) => child.on('exit', () => resolve()));
}

/** Shell words that wait until process `pid` runs `name`: a victim that is killed before its execve has another one. */
const runs = (pid: string, name: string): string =>
  `for _ in {1..600}; do grep -qx ${name} /proc/${pid}/comm && break; sleep 0.05; done`;

afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

async function told(args: string[], run: () => Promise<void>, fits: (story: Story) => boolean): Promise<Story> {
  const watch = new Watch(...args);
  try {
    await watch.ready;
    await run();
    return await watch.next(fits);
  } finally {
    await watch.stop();
  }
}

const hit = (name: string) => (story: Story) =>
  story.victims.some((v) => v.process?.program === name || v.name === name);

describeKernel('who-killed --watch', (kernel) => {
  // A folder for each try: what an earlier one left behind must not be taken for this one's.
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'auspex-kill-'));
    folders.push(folder);
  });
  afterEach(() => {
    for (const group of running.splice(0)) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  });

  it('names roxen (pike), which kills the child of findpid and goes on', { timeout: 120_000 }, async () => {
    program('findpid', '/bin/sleep');
    const pike = program('pike', '/bin/bash');
    const run = `./findpid 60 & f=$!; ${runs('$f', 'findpid')}; (exec -a roxen ${pike} -c "kill -9 $f; sleep 0.05; kill -9 $f; kill -9 $f; true"); true`;
    const story = await told(['findpid'], () => asLogin(run), hit('findpid'));
    expect(story.killer).toMatchObject({ exe: pike, program: 'roxen' });
    expect(story.victims[0]!.signals[0]!.signal).toBe('SIGKILL');
    expect(story.victims[0]!.process!.command).toEqual(['./findpid', '60']);
    expect(kernel().listRules()).toEqual([]);
  });

  it('hears beside a running daemon, which goes on keeping the trail', { timeout: 120_000 }, async () => {
    const scene = new Scene();
    scene.configure({});
    try {
      const pid = await scene.start(ours, kernel());
      const victim = program('guarded', '/bin/sleep');
      const run = `${victim} 60 & f=$!; sleep 0.3; kill -TERM $f; wait`;
      const story = await told(['guarded'], () => asLogin(run), hit('guarded'));
      expect(story.victims[0]!.signals[0]!.signal).toBe('SIGTERM');
      expect(kernel().status().pid).toBe(pid);
      expect(kernel().listRules()).toEqual([]);
      await scene.stop();
      expect(scene.text()).toContain('comm="bash"');
    } finally {
      await scene.dispose();
    }
  });

  it('tells two services of one kernel name apart', { timeout: 120_000 }, async () => {
    const web = script('univention-management-console-web-server', 'echo $$ > web.pid; while :; do sleep 0.1; done');
    const server = script('univention-management-console-server', 'kill $(cat web.pid)');
    const story = await told(
      ['univention-management-console-web-server'],
      () => asLogin(`${web} & for _ in {1..600}; do [ -s web.pid ] && break; sleep 0.05; done; ${server}; wait`),
      (s) => s.victims.length > 0,
    );
    expect(story.killer!.command).toEqual(['/bin/bash', server]);
    expect(story.victims[0]!.process!.command).toEqual(['/bin/bash', web]);
    expect(story.findings.map((f) => f.id)).toContain('same-name');
  });

  it('proves a stale pid in a pid namespace, and does not accuse a parent', { timeout: 180_000 }, async () => {
    program('worker', '/bin/sleep');
    program('database', '/bin/sleep');
    spawnSync('mkfifo', [file('go')]);
    script('daemon', './worker 0.2 & c=$!; wait $c; echo $c > worker.pid; read -r _ < go; kill -9 $c');
    const init = script(
      'init',
      `./daemon & d=$!; while [ ! -s worker.pid ]; do sleep 0.1; done; c=$(<worker.pid)
for i in {1..40}; do echo $((c - 1)) > /proc/sys/kernel/ns_last_pid; ./database 60 & [ $! = $c ] && break; done
${runs('$!', 'database')}; echo > go; wait $d; exit 0`,
    );
    const stale = await told(
      ['--forks', 'database'],
      () => asLogin(`unshare -pf --mount-proc ${init}`),
      hit('database'),
    );
    expect(stale.findings[0]).toMatchObject({ id: 'stale-pid', sure: 'proven' });
    expect(stale.killer!.command).toContain('./daemon');
    const innocent = await told(
      ['--forks', 'worker'],
      () =>
        asLogin(
          `unshare -pf --mount-proc bash -c "./worker 60 & c=\\$!; ${runs('\\$c', 'worker')}; kill -9 \\$c; wait"`,
        ),
      hit('worker'),
    );
    expect(innocent.findings.map((f) => f.id)).toContain('own-child');
    expect(innocent.findings.map((f) => f.id)).not.toContain('stale-pid');
  });

  it('tells a segfault', { timeout: 120_000 }, async () => {
    const perl = program('crasher', '/usr/bin/perl');
    const story = await told(
      ['crasher'],
      () => asLogin(`${perl} -e 'print unpack "p", pack("J", 8)'; true`),
      hit('crasher'),
    );
    expect(story.cause).toMatch(/^(crash|fault)$/);
  });

  it.skipIf(process.arch !== 'x64')('tells a forbidden system call [needs x64]', { timeout: 120_000 }, async () => {
    const perl = program('jailed', '/usr/bin/perl');
    // prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER): load the call's number; getpid (39) kills the process, others pass
    const jail = file('jail.pl');
    writeFileSync(
      jail,
      `my $filter = pack("SCCLSCCLSCCLSCCL", 0x20,0,0,0, 0x15,0,1,39, 6,0,0,0x80000000, 6,0,0,0x7fff0000);
my $program = pack("Sx6P", 4, $filter);
syscall(157, 22, 2, $program, 0, 0);
syscall(39);`,
    );
    const story = await told(['jailed'], () => asLogin(`${perl} ${jail}; true`), hit('jailed'));
    expect(story.cause).toBe('seccomp');
    expect(story.victims[0]!.crash!.forbiddenCall).toBe('getpid');
  });

  it.skipIf(memoryGroup() === undefined)('tells an OOM kill [needs cgroups]', { timeout: 120_000 }, async () => {
    const group = memoryGroup()!;
    const perl = program('hungry', '/usr/bin/perl');
    mkdirSync(group.path);
    try {
      writeFileSync(join(group.path, group.limit), String(24 << 20));
      if (existsSync(join(group.path, 'memory.swap.max'))) writeFileSync(join(group.path, 'memory.swap.max'), '0');
      const story = await told(
        ['hungry'],
        () => asLogin(`echo $$ > ${group.path}/cgroup.procs; ${perl} -e '$x = "a" x (300 << 20)'; true`),
        hit('hungry'),
      );
      expect(story.cause).toBe('oom-cgroup');
    } finally {
      rmdirSync(group.path);
    }
  });

  it('takes its rules away when it is killed outright', { timeout: 120_000 }, async () => {
    const watch = new Watch('nobody');
    await watch.ready;
    expect(kernel().listRules().length).toBeGreaterThan(0);
    await watch.stop('SIGKILL');
    await expect.poll(() => kernel().listRules().length, { timeout: PATIENCE, interval: 100 }).toBe(0);
  });
});

/** A memory cgroup the test may make, of version 2 or 1; undefined where there is none. */
function memoryGroup(): { path: string; limit: string } | undefined {
  const name = `auspex-test-${process.pid}`;
  try {
    if (readFileSync('/sys/fs/cgroup/cgroup.subtree_control', 'utf8').includes('memory'))
      return { path: `/sys/fs/cgroup/${name}`, limit: 'memory.max' };
  } catch {
    // not version 2
  }
  try {
    accessSync('/sys/fs/cgroup/memory/memory.limit_in_bytes');
    return { path: `/sys/fs/cgroup/memory/${name}`, limit: 'memory.limit_in_bytes' };
  } catch {
    return undefined;
  }
}

// The daemon on the live kernel: it keeps every record, survives what happens to daemons, and writes what auditd writes.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { until } from '../until.fixture.ts';
import { AUID, auditScene, hear, lines, mark, ours, reference, Scene, underAuid } from './auditd.fixture.ts';
import { describeKernel } from './kernel.fixture.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.dispose();
  scene = undefined;
});

const WHOLE = /^type=[A-Z_0-9[\]]+ msg=audit\(\d+\.\d{3}:\d+\): ?[^\n]*$/;
const serialOf = (line: string) => Number(/:(\d+)\):/.exec(line)?.[1]);
const idsOf = (all: readonly string[]) => new Set(all.map(serialOf));

/** Whether a process has a handler for a signal. */
function catches(pid: number, signal: number): boolean {
  const caught = /^SigCgt:\s+([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1]!;
  return (BigInt(`0x${caught}`) & (1n << BigInt(signal - 1))) !== 0n;
}

const NOT_WRITTEN = /^type=DAEMON_ERR .*op=records-not-written lost=([1-9]\d*) /m;

const WORK = 'for i in 1 2 3 4 5 6 7 8 9 10; do /bin/cat /etc/hostname > /dev/null; /bin/ls /tmp > /dev/null; done';

/** How often it rotates and reads its configuration. */
const SIGNALS = 20;

/** How often the daemon is killed; docs/reliability.md tells of 50. */
const ROUNDS = Number(process.env.AUSPEX_KILLS ?? 5);

/** How often its start is met with SIGTERM; docs/reliability.md tells of 130. */
const STARTS = Number(process.env.AUSPEX_STARTS ?? 8);

describeKernel('auditd on the live kernel', (kernel) => {
  it('writes every record the kernel sends, rotating and reading its configuration under load', async () => {
    scene = new Scene();
    scene.configure({ num_logs: 999, max_log_file_action: 'rotate' });
    await scene.start(ours, kernel());
    auditScene(kernel(), [59, 257]); // execve, openat
    const rotated = () => readdirSync(`${scene!.folder}/log`).length - 1;
    const read = () => readFileSync(scene!.log, 'latin1').includes('op=reconfigure state=changed');
    const heard = await hear(kernel(), async () => {
      const work = underAuid(`${WORK}; ${WORK}`);
      for (let i = 1; i <= SIGNALS; i++) {
        scene!.signal('SIGUSR1');
        await until(`rotation ${i}`, () => rotated() >= i);
        scene!.signal('SIGHUP');
        await until(`answer ${i} to SIGHUP`, read);
      }
      expect(await work).toBe(0);
    });
    await scene.drained(kernel());
    await scene.stop();
    const written = lines(scene.text());
    expect(written.filter((l) => !WHOLE.test(l))).toEqual([]);
    expect(new Set(written).size).toBe(written.length);
    const log = new Set(written);
    const mine = heard.lines.filter((l) => l.includes(` auid=${AUID} `));
    expect(mine.length).toBeGreaterThan(200);
    expect(mine.filter((l) => !log.has(l))).toEqual([]);
    const answers = (type: string) => written.filter((l) => l.startsWith(`type=${type} `) && l.includes('res=success'));
    expect(answers('DAEMON_ROTATE').length).toBeGreaterThanOrEqual(SIGNALS);
    expect(answers('DAEMON_CONFIG').length).toBeGreaterThanOrEqual(SIGNALS);
    expect(written.at(-1)).toMatch(/^type=DAEMON_END .*op=terminate auid=0 uid=0 ses=\d+ pid=\d+ res=success$/);
    expect(kernel().status()).toMatchObject({ pid: 0, enabled: 0 });
  }, 120_000);

  it('SIGTERM before it has begun ends it all the same', async () => {
    scene = new Scene();
    scene.configure({});
    const child = spawn(ours, ['-n', '-s', 'enable', '-c', scene.folder], { stdio: 'ignore' });
    const gone = once(child, 'exit');
    // It has its handlers (Node's own are for SIGTERM and SIGINT), but not the kernel yet.
    await until('its handlers', () => child.exitCode !== null || catches(child.pid!, constants.signals.SIGHUP));
    child.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
    expect(lines(scene.text()).at(-1)).toMatch(/^type=DAEMON_END .*op=terminate /);
    expect(kernel().status()).toMatchObject({ pid: 0, enabled: 0 });
  }, 60_000);

  it(
    'SIGTERM at a random moment of the start: it ends in order, and the kernel is as it was',
    async () => {
      scene = new Scene();
      scene.configure({});
      const began = performance.now();
      const first = spawn(ours, ['-n', '-s', 'enable', '-c', scene.folder], { stdio: 'ignore' });
      const over = once(first, 'exit');
      await until('its handlers', () => catches(first.pid!, constants.signals.SIGHUP));
      const handled = performance.now();
      await until('the kernel', () => kernel().status().pid === first.pid);
      const [whole, rest] = [performance.now() - began, performance.now() - handled];
      first.kill('SIGTERM');
      await over;
      const figures = { starts: 0, bySignal: 0, inOrder: 0, running: 0 };
      for (let n = 0; n < STARTS; n++) {
        rmSync(scene.log, { force: true });
        const cwd = `${scene.folder}/${n}`; // where a core file would be
        mkdirSync(cwd);
        const child = spawn(ours, ['-n', '-s', 'enable', '-c', scene.folder], {
          stdio: ['ignore', 'ignore', 'pipe'],
          cwd,
        });
        let said = '';
        child.stderr.on('data', (data: Buffer) => (said += data));
        const gone = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
        // One in four while the program is being loaded; the others from when it has its handlers to a little beyond.
        if (n % 4 === 0) await sleep(Math.random() * whole);
        else {
          await until('its handlers', () => child.exitCode !== null || catches(child.pid!, constants.signals.SIGHUP));
          await sleep(Math.random() * 1.2 * rest);
        }
        if (kernel().status().pid === child.pid) figures.running++;
        child.kill('SIGTERM');
        const [status, signal] = await gone;
        const text = existsSync(scene.log) ? scene.text() : '';
        figures.starts++;
        if (signal === 'SIGTERM') figures.bySignal++;
        else figures.inOrder++;
        const last = lines(text).at(-1) ?? '';
        const ended = `${n}: status ${status}, signal ${signal}, said ${said}`;
        if (signal) expect([signal, last], ended).toEqual(['SIGTERM', '']);
        else expect([status, last], ended).toEqual([0, expect.stringMatching(/^type=DAEMON_END .*op=terminate /)]);
        expect(readdirSync(cwd)).toEqual([]);
        expect(kernel().status()).toMatchObject({ pid: 0, enabled: 0 });
      }
      expect(figures.inOrder).toBeGreaterThan(0);
      if (process.env.AUSPEX_STARTS) console.log(JSON.stringify(figures));
    },
    60_000 + STARTS * 10_000,
  );

  it(
    'kill -9 under load: no line is torn or doubled, and all it had received before is there',
    async () => {
      scene = new Scene();
      scene.configure({ flush: 'incremental_async', freq: 50 });
      auditScene(kernel());
      const earlier = new Set<string>();
      let tail = '';
      const figures = { rounds: 0, heard: 0, kept: 0, torn: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        await scene.start(ours, kernel());
        let killedAt = 0;
        const heard = await hear(kernel(), async () => {
          const work = underAuid(WORK);
          await sleep(30 + Math.random() * 200); // any moment will do
          killedAt = scene!.text().length;
          await scene!.stop('SIGKILL');
          kernel().set({ enabled: 0 }); // the rest of the work has no daemon to go to
          await work;
          kernel().set({ enabled: 1 });
        });
        const text = scene.text();
        const written = lines(text);
        expect(text.length).toBeGreaterThanOrEqual(killedAt);
        // SIGKILL may stop a write between two pages: that one line is closed off at the next start, and said.
        expect(written[0]).toBe(tail || written.find((l) => l.startsWith('type=DAEMON_START ')));
        expect(written.slice(tail ? 1 : 0).filter((l) => !WHOLE.test(l))).toEqual([]);
        expect(written.filter((l) => l.includes('op=torn-line-closed'))).toHaveLength(tail ? 1 : 0);
        expect(new Set(written).size).toBe(written.length);
        expect(written.filter((l) => earlier.has(l))).toEqual([]);
        // Up to the last record in the log nothing is missing that a second listener heard, in the kernel's order.
        const log = new Set(written);
        const kept = heard.lines.slice(0, heard.lines.findLastIndex((l) => log.has(l)) + 1);
        expect(kept.filter((l) => !log.has(l))).toEqual([]);
        for (const line of written) earlier.add(line);
        figures.rounds++;
        figures.heard += heard.lines.length;
        figures.kept += kept.length;
        tail = text.slice(text.lastIndexOf('\n') + 1);
        if (tail) figures.torn++;
        writeFileSync(scene.log, tail, 'latin1'); // only a torn line stays, for the next round to close off
      }
      expect(figures.kept).toBeGreaterThan(0);
      if (process.env.AUSPEX_KILLS) console.log(JSON.stringify(figures));
    },
    ROUNDS * 36_000,
  );

  it('a full disk: what fits is whole, the loss is counted in the trail, and room given back is used', async () => {
    scene = new Scene();
    const folder = `${scene.folder}/log`;
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', folder]);
    expect(mount.status).toBe(0);
    try {
      scene.configure({ disk_full_action: 'syslog', space_left: 0, admin_space_left: 0, q_depth: 100_000 });
      const tapped = scene.tap(); // on another disk
      await scene.start(ours, kernel());
      auditScene(kernel(), [59, 257]); // execve, openat
      const heard = await hear(kernel(), async () => {
        const fill = spawnSync('dd', ['if=/dev/zero', `of=${folder}/filler`, 'bs=1k', 'count=200']);
        expect(fill.status).toBe(0);
        for (let i = 0; i < 100 && !scene!.said.includes('no space is left'); i++)
          expect(await underAuid('/bin/ls /tmp > /dev/null; /bin/cat /etc/hostname > /dev/null')).toBe(0);
        await until('the disk to be full', () => scene!.said.includes('no space is left'));
        const last = mark(kernel());
        await until('the daemon to have taken all of it', () => tapped().includes(last));
        expect(lines(scene!.text()).filter((l) => !WHOLE.test(l))).toEqual([]);
        rmSync(`${folder}/filler`);
        await until('the loss in the trail, with nothing else to write', () => NOT_WRITTEN.test(scene!.text()));
        expect(await underAuid('/bin/true')).toBe(0);
      });
      await scene.drained(kernel());
      await scene.stop();
      const written = lines(scene.text());
      expect(written.filter((l) => !WHOLE.test(l))).toEqual([]);
      expect(written.some((l) => l.startsWith('type=EXECVE ') && l.includes('a0="/bin/true"'))).toBe(true);
      // To the record: what the second listener heard and the log has not is what the trail says was lost.
      expect(heard.overruns).toBe(0);
      const log = new Set(written);
      const told = written.flatMap((l) => NOT_WRITTEN.exec(l)?.slice(1).map(Number) ?? []);
      expect(told.reduce((a, b) => a + b, 0)).toBe(heard.lines.filter((l) => !log.has(l)).length);
      expect(lines(tapped()).filter((l) => NOT_WRITTEN.test(l))).toEqual(written.filter((l) => NOT_WRITTEN.test(l)));
    } finally {
      await scene.stop('SIGKILL');
      spawnSync('umount', [folder]);
    }
  }, 120_000);

  it('a log deleted underneath, then replaced by a link: the trail goes on, the link is not followed', async () => {
    scene = new Scene();
    scene.configure({});
    await scene.start(ours, kernel());
    auditScene(kernel(), [59]);
    rmSync(scene.log);
    await until('a new log', () => scene!.text().includes('op=log-replaced'));
    expect(statSync(scene.log).mode & 0o777).toBe(0o600);
    symlinkSync('/dev/null', `${scene.log}.link`);
    renameSync(`${scene.log}.link`, scene.log); // at once: the daemon makes a new file where it finds none
    await until('a word about the link', () => scene!.said.includes('symbolic link'));
    rmSync(scene.log);
    await until('the log to be back', () => spawnSync('test', ['-f', scene!.log]).status === 0);
    await underAuid('/bin/true');
    await until('the record', () => scene!.text().includes(`auid=${AUID}`));
  }, 120_000);

  it('a plugin that hangs costs the log nothing, and the state report says what it lost', async () => {
    scene = new Scene();
    const hung = `${scene.folder}/hung`;
    writeFileSync(hung, '#!/bin/sh\nexec sleep 600 < /dev/null\n');
    chmodSync(hung, 0o750);
    writeFileSync(`${scene.folder}/plugins.d/hung.conf`, `active = yes\npath = ${hung}\n`);
    scene.configure({ q_depth: 50, overflow_action: 'ignore' });
    await scene.start(ours, kernel());
    auditScene(kernel());
    const heard = await hear(kernel(), async () => {
      expect(await underAuid(WORK)).toBe(0);
    });
    await scene.drained(kernel());
    rmSync('/run/audit/auditd.state', { force: true });
    scene.signal('SIGCONT');
    await until('the report', () => {
      try {
        return /^plugin hung = running, pid \d+, queue \d+, most 50, lost [1-9]/m.test(
          readFileSync('/run/audit/auditd.state', 'utf8'),
        );
      } catch {
        return false;
      }
    });
    const log = new Set(lines(scene.text()));
    expect(heard.lines.filter((l) => l.includes(` auid=${AUID} `) && !log.has(l))).toEqual([]);
    await scene.stop();
  }, 120_000);
});

/** A line without what differs from run to run: times, serials, pids, sessions, inodes, addresses. */
function shape(line: string): string {
  return line
    .replace(/audit\(\d+\.\d+:\d+\)/, 'audit(T)')
    .replace(/ (pid|ppid|ses|inode|exit|a[0-3]|old-ses)=\S+/g, ' $1=N')
    .replace(/proctitle=\S+/, 'proctitle=P')
    .replace(/ saddr=(01002F.*?)00[^\x1d]*/, ' saddr=$1'); // behind the path is whatever lay in memory
}

/** Lines by process, processes in order of their first line: parents and children run at the same time. */
function byProcess(all: readonly string[]): string[] {
  const pids = new Map<number, string>();
  for (const line of all) if (line.startsWith('type=SYSCALL ')) pids.set(serialOf(line), / pid=(\d+)/.exec(line)![1]!);
  const groups = new Map<string, string[]>();
  for (const line of all) {
    const pid = pids.get(serialOf(line))!;
    groups.set(pid, [...(groups.get(pid) ?? []), shape(line)]);
  }
  return [...groups.values()].flat();
}

/** Every call but those a SIGCHLD may come in the middle of: a shell's wait4 and the way back from its handler. */
const RACING = [13, 14, 15, 61];
const STEADY = Array.from({ length: 512 }, (_, n) => n).filter((n) => !RACING.includes(n));
const SCENE =
  'cd / && /bin/cat /etc/passwd > /dev/null; /bin/mkdir /tmp/auspex-scene && /bin/rmdir /tmp/auspex-scene; /bin/cat /nowhere 2> /dev/null; /usr/bin/id > /dev/null';
const auditd = reference('auditd');

describeKernel(
  `the same scene under the reference's auditd and ours${auditd ? '' : ' (skipped: no reference auditd: Debian package auditd, or AUSPEX_REFERENCE)'}`,
  (kernel) => {
    it.skipIf(!auditd).each(['RAW', 'ENRICHED'])(
      'log_format = %s: the same records, line for line',
      async (format) => {
        const run = async (program: string): Promise<string[]> => {
          scene = new Scene();
          scene.configure({ log_format: format });
          await scene.start(program, kernel());
          const rule = auditScene(kernel(), STEADY);
          expect(await underAuid(SCENE)).toBe(0);
          await scene.drained(kernel());
          await scene.stop();
          kernel().deleteRule(rule);
          const all = lines(scene.text());
          const ids = idsOf(all.filter((l) => l.includes(` auid=${AUID} `) && l.startsWith('type=SYSCALL')));
          await scene.dispose();
          const mine = all.filter((l) => ids.has(serialOf(l)) && !l.startsWith('type=DAEMON_'));
          return byProcess(mine);
        };
        const theirs = await run(auditd!);
        const mine = await run(ours);
        expect(theirs.length).toBeGreaterThan(100);
        expect(mine).toEqual(theirs);
      },
      120_000,
    );
  },
);

// The daemon on the live kernel: it keeps every record, survives what happens to daemons, and writes what auditd writes.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { openCapture } from '../../src/kernel/index.ts';
import { AUID, auditScene, ours, reference, Scene, underAuid, until } from './auditd.fixture.ts';
import { describeKernel } from './kernel.fixture.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.dispose();
  scene = undefined;
});

const lines = (text: string) => text.split('\n').slice(0, -1);
const WHOLE = /^type=[A-Z_0-9[\]]+ msg=audit\(\d+\.\d{3}:\d+\): ?[^\n]*$/;
const serialOf = (line: string) => Number(/:(\d+)\):/.exec(line)?.[1]);
const kernelLines = (text: string) => lines(text).filter((l) => !l.startsWith('type=DAEMON_'));
const idsOf = (all: readonly string[]) => new Set(all.map(serialOf));

/** What a second listener hears meanwhile: every line of the kernel, EOE left out. */
async function hear(run: () => Promise<void>): Promise<{ lines: string[]; overruns: number }> {
  const capture = await openCapture({ mode: 'multicast' });
  const parts: Buffer[] = [];
  const reading = (async () => {
    for await (const batch of capture) parts.push(Buffer.from(batch.bytes));
  })();
  await run();
  await sleep(300);
  const { overruns } = await capture.close();
  await reading;
  const heard = lines(Buffer.concat(parts).toString('latin1')).filter((l) => !l.startsWith('type=EOE '));
  return { lines: heard, overruns };
}

const WORK = 'for i in 1 2 3 4 5 6 7 8 9 10; do /bin/cat /etc/hostname > /dev/null; /bin/ls /tmp > /dev/null; done';

/** How often the daemon is killed; docs/reliability.md tells of 50. */
const ROUNDS = Number(process.env.AUSPEX_KILLS ?? 5);

describeKernel('auditd on the live kernel', (kernel) => {
  it('writes every record the kernel sends, rotating and reading its configuration under load', async () => {
    scene = new Scene();
    scene.configure({ num_logs: 999, max_log_file_action: 'rotate' });
    await scene.start(ours, kernel());
    auditScene(kernel());
    const heard = await hear(async () => {
      const work = underAuid(`${WORK}; ${WORK}`);
      for (let i = 0; i < 40; i++) {
        scene!.signal(i % 2 ? 'SIGUSR1' : 'SIGHUP');
        await sleep(15);
      }
      expect(await work).toBe(0);
    });
    await scene.stop();
    const written = lines(scene.text());
    expect(written.filter((l) => !WHOLE.test(l))).toEqual([]);
    expect(new Set(written).size).toBe(written.length);
    expect(heard.overruns).toBe(0);
    const log = new Set(written);
    const mine = heard.lines.filter((l) => l.includes(` auid=${AUID} `));
    expect(mine.length).toBeGreaterThan(200);
    expect(mine.filter((l) => !log.has(l))).toEqual([]);
    expect(
      written.filter((l) => l.startsWith('type=DAEMON_ROTATE') && l.includes('res=success')).length,
    ).toBeGreaterThan(5);
    expect(written.at(-1)).toMatch(/^type=DAEMON_END .*op=terminate auid=0 uid=0 ses=\d+ pid=\d+ res=success$/);
    expect(kernel().status()).toMatchObject({ pid: 0, enabled: 0 });
  }, 120_000);

  it(
    'kill -9 under load: no line is torn or doubled, and all it had received before is there',
    async () => {
      scene = new Scene();
      scene.configure({ flush: 'incremental_async', freq: 50 });
      auditScene(kernel());
      for (let round = 0; round < ROUNDS; round++) {
        await scene.start(ours, kernel());
        let killedAt = 0;
        const heard = await hear(async () => {
          const work = underAuid(WORK);
          await sleep(30 + Math.random() * 200);
          killedAt = lines(scene!.text()).length;
          await scene!.stop('SIGKILL');
          await work;
        });
        const written = lines(scene.text());
        // SIGKILL may stop a write between two pages: that one line is closed off at the next start, and said.
        const torn = written.flatMap((l, i) => (WHOLE.test(l) ? [] : [written[i + 1] ?? 'type=DAEMON_START ']));
        expect(torn.filter((next) => !next.startsWith('type=DAEMON_START '))).toEqual([]);
        expect(written.filter((l) => l.includes('op=torn-line-closed')).length).toBeGreaterThanOrEqual(torn.length - 1);
        expect(written.length).toBeGreaterThanOrEqual(killedAt);
        // Up to the last record in the log nothing is missing that a second listener heard.
        const inLog = idsOf(kernelLines(scene.text()));
        const last = Math.max(...inLog);
        const before = heard.lines.filter((l) => l.includes(` auid=${AUID} `) && serialOf(l) < last - 8);
        expect(before.filter((l) => !inLog.has(serialOf(l)))).toEqual([]);
      }
      const written = lines(scene.text());
      expect(new Set(written).size).toBe(written.length);
    },
    ROUNDS * 36_000,
  );

  it('a full disk: what fits is whole, the loss is counted in the trail, and room given back is used', async () => {
    scene = new Scene();
    const folder = `${scene.folder}/log`;
    const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=0700', 'tmpfs', folder]);
    expect(mount.status).toBe(0);
    try {
      scene.configure({ disk_full_action: 'syslog', space_left: 0, admin_space_left: 0 });
      await scene.start(ours, kernel());
      auditScene(kernel());
      const fill = spawnSync('dd', ['if=/dev/zero', `of=${folder}/filler`, 'bs=1k', 'count=180']);
      expect(fill.status).toBe(0);
      expect(await underAuid(`${WORK}; ${WORK}`)).toBe(0);
      await until('the disk to be full', () => scene!.said.includes('no space is left'));
      expect(lines(scene.text()).filter((l) => !WHOLE.test(l))).toEqual([]);
      rmSync(`${folder}/filler`);
      await underAuid('/bin/true');
      await until('the loss in the trail', () =>
        /type=DAEMON_ERR .*op=records-not-written lost=[1-9]/.test(scene!.text()),
      );
      await scene.stop();
      expect(lines(scene.text()).filter((l) => !WHOLE.test(l))).toEqual([]);
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
    rmSync(scene.log);
    symlinkSync('/dev/null', scene.log);
    await until('a word about the link', () => scene!.said.includes('symbolic link'));
    rmSync(scene.log);
    await until('the log to be back', () => spawnSync('test', ['-f', scene!.log]).status === 0);
    await underAuid('/bin/true');
    await until('the record', () => scene!.text().includes(`auid=${AUID}`));
  }, 120_000);

  it('a plugin that hangs costs the log nothing, and the state report says what it lost', async () => {
    scene = new Scene();
    const { writeFileSync, chmodSync } = await import('node:fs');
    const hung = `${scene.folder}/hung`;
    writeFileSync(hung, '#!/bin/sh\nexec sleep 600 < /dev/null\n');
    chmodSync(hung, 0o750);
    writeFileSync(`${scene.folder}/plugins.d/hung.conf`, `active = yes\npath = ${hung}\n`);
    scene.configure({ q_depth: 50, overflow_action: 'ignore' });
    await scene.start(ours, kernel());
    auditScene(kernel());
    const heard = await hear(async () => {
      expect(await underAuid(WORK)).toBe(0);
    });
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
          await sleep(1500);
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

// A flood of records for ten seconds at whatever rate the kernel can make them: none is lost, memory stays flat, and
// afterwards the daemon costs nothing. bench/flood.mjs does it for a minute; its figures are in docs/reliability.md.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { until } from '../until.fixture.ts';
import { AUID, auditScene, lines, ours, Scene } from './auditd.fixture.ts';
import { describeKernel } from './kernel.fixture.ts';

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.dispose();
  scene = undefined;
});

const STATE = '/run/audit/auditd.state';
/** MiB in memory now, and seconds of CPU so far. */
function usage(pid: number): { memory: number; cpu: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return { memory: Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024, cpu: (Number(stat[11]) + Number(stat[12])) / 100 };
}

/** Copies single bytes under AUID, two system calls a byte; how many bytes it says it copied. */
function copyBytes(seconds: number): Promise<number> {
  const script = `echo ${AUID} > /proc/self/loginuid && exec timeout -s INT ${seconds} dd if=/dev/zero of=/dev/null bs=1`;
  const child = spawn('sh', ['-c', script], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  let said = '';
  child.stderr.on('data', (d: Buffer) => (said += d));
  return new Promise((done, fail) =>
    child.on('close', () => {
      const copied = /(\d+)\+\d+ records out/.exec(said)?.[1];
      if (copied) done(Number(copied));
      else fail(new Error(`dd did not say how much it copied: ${said}`));
    }),
  );
}

describeKernel('a flood of records', (kernel) => {
  it('is kept whole in flat memory, and costs nothing when it is over', async () => {
    scene = new Scene();
    scene.configure({ max_log_file: 8, max_log_file_action: 'rotate', num_logs: 3 });
    const pid = await scene.start(ours, kernel());
    kernel().resetLost();
    auditScene(kernel(), [0, 1]); // read, write
    const memory: number[] = [];
    const sampling = setInterval(() => memory.push(usage(pid).memory), 200);
    const copied = await copyBytes(10).finally(() => clearInterval(sampling));
    await scene.drained(kernel());
    expect(copied).toBeGreaterThan(1000);
    expect(kernel().status().lost).toBe(0);

    rmSync(STATE, { force: true });
    scene.signal('SIGCONT');
    let state = '';
    await until('the report', () => {
      try {
        state = readFileSync(STATE, 'utf8');
      } catch {
        return false;
      }
      return state.includes('records from the kernel = ');
    });
    const says = (what: string) => Number(new RegExp(`${what} = (\\d+)`).exec(state)![1]);
    // Each call is a SYSCALL, a PROCTITLE and an EOE.
    expect(says('records from the kernel')).toBeGreaterThanOrEqual(copied * 2 * 3);
    expect([says('records not written'), says('records the kernel lost')]).toEqual([0, 0]);
    // What rotation has kept is whole: no serial is missing.
    const kept = lines(scene.text()).filter((l) => !l.startsWith('type=DAEMON_'));
    const serials = new Set(kept.map((l) => Number(/^type=\S+ msg=audit\(\d+\.\d{3}:(\d+)\): /.exec(l)?.[1])));
    const [first, last] = [...serials].reduce(([a, z], s) => [Math.min(a, s), Math.max(z, s)], [Infinity, 0]);
    expect(serials.size).toBeGreaterThan(1000);
    expect(last - first + 1 - serials.size).toBe(0);
    // Flat: what it takes in the first half it does not exceed by much in the second.
    const half = memory.length >> 1;
    expect(Math.max(...memory.slice(half))).toBeLessThan(Math.max(...memory.slice(0, half)) + 48);
    expect(Math.max(...memory)).toBeLessThan(200);

    const { cpu } = usage(pid);
    await sleep(4000); // to measure, not to wait for anything
    expect(usage(pid).cpu - cpu).toBeLessThan(0.4);
    await scene.stop();
  }, 120_000);
});

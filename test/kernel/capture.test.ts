// Captures on the live kernel: what is sent arrives, nobody else is disturbed, everything is put back.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Capture, type CaptureOptions, openCapture } from '../../src/kernel/index.ts';
import { describeKernel } from './kernel.fixture.ts';

const USER = 1105; // USER_END's neighbour of no meaning here: any user message type will do
const built = new URL('../../dist/kernel/index.js', import.meta.url).href;

function program(text: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', text, built, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

const sender = `
  const { openClient } = await import(process.argv[1]);
  const [, , who, count] = process.argv;
  const c = openClient();
  for (let i = 0; i < Number(count); i++) c.user(${USER}, 'op=auspex-test who=' + who + ' n=' + i);`;

const daemon = `
  const { openCapture } = await import(process.argv[1]);
  await openCapture({ mode: 'unicast' });
  console.log('open');`;

/** Captures while `work` runs; the lines of this test's messages, and the counts. */
async function captured(options: CaptureOptions, work: (capture: Capture) => Promise<unknown>) {
  const capture = await openCapture(options);
  const lines: string[] = [];
  const reading = (async () => {
    for await (const batch of capture)
      lines.push(...Buffer.from(batch.bytes).toString('latin1').split('\n').slice(0, -1));
  })();
  await work(capture);
  const stats = await capture.close();
  await reading;
  return { stats, all: lines, lines: lines.filter((l) => l.includes('op=auspex-test')) };
}

const send = async (who: string, count: number): Promise<void> => {
  await once(program(sender, who, String(count)), 'exit');
};

describeKernel('a capture', (kernel) => {
  it('brings every message of two programs that send at once, and puts the kernel back', async () => {
    const before = kernel().status();
    const { stats, lines } = await captured({ mode: 'unicast' }, async () => {
      expect(kernel().status()).toMatchObject({ enabled: 1, pid: process.pid, backlogLimit: 32_768 });
      await Promise.all([send('a', 500), send('b', 500)]);
    });
    for (const who of ['a', 'b']) {
      const numbers = lines.map((l) => new RegExp(`who=${who} n=(\\d+)'`).exec(l)?.[1]).filter(Boolean);
      expect(numbers).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
    }
    expect(lines[0]).toMatch(/^type=\w+ msg=audit\(\d+\.\d{3}:\d+\): pid=\d+ .* msg='op=auspex-test who=. n=\d+'$/);
    expect(stats).toMatchObject({ overruns: 0, truncated: 0, lost: 0, missing: 0 });
    const { enabled, pid, backlogLimit } = before;
    expect(kernel().status()).toMatchObject({ enabled, pid, backlogLimit });
  });

  it('stops reading while its reader is slow, and goes on', async () => {
    const capture = await openCapture({ mode: 'unicast', queueBytes: 4096 });
    const sent = send('slow', 3000);
    let ended = false;
    void sent.then(() => {
      ended = true;
    });
    let seen = 0;
    for await (const batch of capture) {
      seen += Buffer.from(batch.bytes).toString('latin1').split('who=slow').length - 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (seen >= 3000) break;
      if (ended && batch.stats.lost) break;
    }
    await sent;
    expect(seen).toBe(3000);
    expect(capture.stats).toMatchObject({ overruns: 0, lost: 0 });
  });

  it('keeps the kernel waiting for a reader that takes nothing for seconds, and loses nothing', async () => {
    // The kernel drops, uncounted, what a full receive buffer has not taken within half a second.
    const capture = await openCapture({ mode: 'unicast', queueBytes: 4096, receiveBuffer: 32 << 10 });
    try {
      kernel().set({ backlogLimit: 64 });
      const sent = send('held', 1500);
      await sleep(3000); // more than five of the kernel's tries, six times over
      let seen = 0;
      for await (const batch of capture) {
        seen += Buffer.from(batch.bytes).toString('latin1').split('who=held').length - 1;
        if (seen >= 1500 || batch.stats.missing > 0) break;
      }
      await sent;
      expect(seen).toBe(1500);
    } finally {
      await capture.close();
    }
    expect(capture.stats).toMatchObject({ lost: 0, missing: 0 });
  });

  it('loses nothing of a flood with a small queue in the kernel and a small buffer of its own', async () => {
    // Who asks the kernel for its status while its queue is full is put to sleep, and a reader must never sleep.
    const options: CaptureOptions = { mode: 'unicast', receiveBuffer: 64 << 10 };
    const { stats, lines } = await captured(options, async () => {
      kernel().set({ backlogLimit: 64 });
      await Promise.all(['a', 'b', 'c', 'd'].map((who) => send(who, 10_000)));
    });
    expect(lines).toHaveLength(40_000);
    expect(stats).toMatchObject({ lost: 0, missing: 0 });
  });

  it('refuses to push a living daemon aside, and listens beside it', async () => {
    await captured({ mode: 'unicast' }, async () => {
      await expect(openCapture({ mode: 'unicast' })).rejects.toMatchObject({
        code: 'held',
        message: expect.stringContaining(`process ${process.pid} `),
      });
      const beside = await captured({ mode: 'multicast' }, () => send('beside', 50));
      expect(beside.lines).toHaveLength(50);
      expect(kernel().status().pid).toBe(process.pid);
    });
    expect(kernel().status().pid).toBe(0);
  });

  it('takes over from a daemon that died', async () => {
    const dead = program(daemon);
    await once(dead.stdout!, 'data');
    expect(kernel().status().pid).toBe(dead.pid);
    dead.kill('SIGKILL');
    await once(dead, 'exit');
    const { lines } = await captured({ mode: 'unicast' }, () => send('after', 20));
    expect(lines).toHaveLength(20);
  });

  it('brings what `auspex log` sends, in each of its forms', async () => {
    const auspex = fileURLToPath(new URL('../../bin/auspex', import.meta.url));
    const log = (...args: string[]): void => {
      const { status, stderr } = spawnSync(process.execPath, [auspex, 'log', '--terminal', 'tty9', ...args], {
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([0, '']);
    };
    const { all } = await captured({ mode: 'unicast' }, async () => {
      log('op=auspex-test', 'file=/etc/x');
      log('--command', 'ls -la');
      log('--op', 'adding-user', '--account', 'alice');
      log('--avc', 'avc: denied', '--sauid', '7');
      log('-t', 'USYS_CONFIG', '-f', 'op=auspex-test');
    });
    const has = (pattern: RegExp): void => expect(all.filter((l) => pattern.test(l))).toHaveLength(1);
    has(
      /^type=TRUSTED_APP .* msg='op=auspex-test file=\/etc\/x exe="[^"]+" hostname=\? addr=\? terminal=tty9 res=success'$/,
    );
    has(/^type=USER_CMD .* msg='cwd="[^"]+" cmd=6C73202D6C61 exe="[^"]+" terminal=tty9 res=success'$/);
    has(/^type=USER_MGMT .* msg='op=adding-user acct="alice" /);
    has(/^type=USER_AVC .* msg='avc: denied exe="[^"]+" sauid=7 /);
    has(/^type=USYS_CONFIG .* res=failed'$/);
  });

  it('keeps a forged second line inside its message', async () => {
    const { lines, all } = await captured({ mode: 'unicast' }, async () => {
      kernel().user(USER, 'op=auspex-test\ntype=USER_AUTH msg=audit(1.000:1): forged=1');
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('op=auspex-test type=USER_AUTH');
    expect(all.filter((l) => l.startsWith('type=USER_AUTH'))).toEqual([]);
  });

  it('is closed by leaving the loop', async () => {
    const capture = await openCapture({ mode: 'unicast' });
    kernel().user(USER, 'op=auspex-test');
    for await (const batch of capture) if (batch.records) break;
    expect(kernel().status().pid).toBe(0);
    expect(await capture.close()).toMatchObject({ overruns: 0 });
  });
});

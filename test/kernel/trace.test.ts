// `auspex trace` on the live kernel: what the tree did and nobody else, and nothing left behind however it ends.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { accountsOf } from '../../src/host/index.ts';
import { decodedValue, interpretContext } from '../../src/interpret/index.ts';
import { openCapture } from '../../src/kernel/index.ts';
import { fieldsOf, typeText } from '../../src/record/index.ts';
import {
  callOfEvent,
  lineOf,
  TRACE_KEY,
  type TracedCall,
  type TraceOptions,
  type TraceResult,
  trace,
} from '../../src/trace/index.ts';
import { until } from '../until.fixture.ts';
import { describeKernel, rawRule } from './kernel.fixture.ts';

const auspex = fileURLToPath(new URL('../../bin/auspex', import.meta.url));
const context = interpretContext({ accounts: accountsOf('', '') });

async function traced(
  command: string,
  more: Partial<TraceOptions> = {},
): Promise<{ calls: TracedCall[]; result: TraceResult }> {
  const calls: TracedCall[] = [];
  const result = await trace({ command: ['/bin/sh', '-c', command], stdio: 'ignore', ...more }, (event) => {
    const call = callOfEvent(event, context);
    if (call) calls.push(call);
  });
  return { calls, result };
}

describeKernel('auspex trace', (kernel) => {
  const clean = (): unknown => {
    const { enabled, pid, backlogLimit } = kernel().status();
    return { enabled, pid, backlogLimit, rules: kernel().listRules().length };
  };

  it('shows each program, the file and the kill, and no other process', async () => {
    const before = clean();
    const { calls, result } = await traced('cat /etc/passwd | sort | head -1; sleep 5 & kill -TERM $!; wait');
    const programs = calls.filter((c) => c.name === 'execve' && !c.error).map((c) => c.argv[0]);
    expect(programs[0]).toBe('/bin/sh');
    for (const name of ['cat', 'sort', 'head']) expect(programs).toContain(name);
    expect(
      calls.some((c) => c.comm === 'cat' && c.name === 'openat' && c.paths.some((p) => p.name === '/etc/passwd')),
    ).toBe(true);
    const kill = calls.find((c) => c.name === 'kill')!;
    expect(kill.args[1]!.text).toBe('SIGTERM');
    expect(kill.targets).toHaveLength(1);
    expect(lineOf(kill)).toMatch(/ sh +kill\(\d+ "(sh|sleep)", SIGTERM\) = 0$/);
    // Every process is the command or a child of one of them.
    const tree = new Set([result.pid]);
    for (const call of calls)
      if (['clone', 'clone3', 'vfork', 'fork'].includes(call.name) && !call.error) tree.add(Number(call.result));
    expect(calls.filter((c) => !tree.has(c.pid))).toEqual([]);
    expect(result).toMatchObject({ status: 0, signal: null, mode: 'unicast' });
    expect(result.stats).toMatchObject({ lost: 0, missing: 0, overruns: 0 });
    expect(clean()).toEqual(before);
  });

  it('agrees with what the command itself counts', async () => {
    const { calls } = await traced('i=0; while [ $i -lt 200 ]; do : > /dev/null; i=$((i+1)); done', {
      calls: 'openat',
    });
    const opens = calls.filter((c) => c.name === 'openat' && c.paths.some((p) => p.name === '/dev/null'));
    expect(opens).toHaveLength(200);
    expect(new Set(calls.map((c) => c.name))).toEqual(new Set(['openat', 'execve']));
  });

  const strace = spawnSync('strace', ['-V']).status === 0;
  it.skipIf(!strace)(`prints the lines that strace prints${strace ? '' : ' (skipped: no strace)'}`, async () => {
    const calls = 'openat,access,mkdir,rmdir,unlink,unlinkat,chmod,fchmodat,chdir';
    const command = [
      'sh',
      '-c',
      'cd "$0"; mkdir d; : > d/f; chmod 640 d/f; cat d/f /nope 2>/dev/null; rm d/f; rmdir d',
    ];
    const folder = mkdtempSync(join(tmpdir(), 'auspex-trace-'));
    command.push(folder);
    const file = join(folder, 'strace.txt');
    const options = ['-f', '-qq', '-s', '200', '-e', 'signal=none', '-e', `trace=${calls}`, '-o', file];
    spawnSync('strace', [...options, ...command]);
    const theirs = readFileSync(file, 'latin1')
      .split('\n')
      .filter(Boolean)
      .map((line) => line.replace(/^\d+ +/, '').replace(/\) += /, ') = '));
    const ours: string[] = [];
    await trace({ command, calls, stdio: 'ignore' }, (event) => {
      const call = callOfEvent(event, context);
      if (call && call.name !== 'execve') ours.push(lineOf(call).replace(/^ *\d+ \S+ +/, ''));
    });
    expect(theirs.length).toBeGreaterThan(20);
    expect(ours.sort()).toEqual(theirs.sort());
    rmSync(folder, { recursive: true });
  });

  it('does not pass the launching shell’s title off as the command’s', async () => {
    const titles = new Set<string>();
    await trace({ command: ['/bin/sh', '-c', 'cat /dev/null; :'], stdio: 'ignore' }, (event) => {
      for (const r of event.records) if (typeText(r) === 'PROCTITLE') titles.add(decodedValue(r, fieldsOf(r)[0]!));
    });
    expect([...titles].filter((title) => title.includes('loginuid'))).toEqual([]);
  });

  it('sums up: the commands, the file and the signal', () => {
    const script = 'cat /etc/passwd | head -1; sleep 5 & kill -TERM $!; wait';
    const { stderr, status } = spawnSync(auspex, ['trace', '-S', '--json', '--', 'sh', '-c', script], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    const summary = JSON.parse(stderr.split('\n')[0]!);
    const commands = summary.commands.map((c: { command: string }) => c.command);
    expect(commands).toContain('cat /etc/passwd');
    expect(commands).toContain('head -1');
    expect(JSON.stringify(summary.files)).toContain('"/etc/passwd"');
    expect(JSON.stringify(summary)).toContain('SIGTERM');
  });

  it('tells how the command ended, and of one that cannot be run', async () => {
    expect((await traced('exit 7')).result).toMatchObject({ status: 7 });
    expect((await traced('kill -KILL $$')).result).toMatchObject({ status: null, signal: 'SIGKILL' });
    const nothing = await trace({ command: ['/no/such/program'], stdio: 'ignore' }, () => {});
    expect(nothing).toMatchObject({ status: 127, events: 0 });
  });

  it('waits for what the command left behind, unless told not to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'auspex-trace-'));
    const go = join(folder, 'go');
    const told: number[] = [];
    const { calls } = await traced(`(until [ -e ${go} ]; do sleep 0.05; done; : > /dev/null) & exit 3`, {
      waiting(pids) {
        told.push(...pids);
        writeFileSync(go, ''); // only now may the rest of the tree end
      },
    });
    rmSync(folder, { recursive: true });
    expect(told.length).toBeGreaterThan(0);
    expect(calls.some((c) => c.paths.some((p) => p.name === '/dev/null'))).toBe(true);
    const { result } = await traced('sleep 2 & exit 3', { leaveRest: true });
    expect(result.status).toBe(3);
  });

  it('listens beside a running daemon', async () => {
    const daemon = await openCapture({ mode: 'unicast' });
    const before = clean();
    const { calls, result } = await traced('cat /etc/hostname');
    expect(result.mode).toBe('multicast');
    expect(calls.some((c) => c.argv[0] === 'cat')).toBe(true);
    expect(clean()).toEqual(before);
    await daemon.close();
  });

  const loaded = (): boolean =>
    kernel()
      .listRules()
      .some((r) => Buffer.from(r).includes(TRACE_KEY));
  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [auspex, 'trace', '-q', ...args], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });

  it('leaves nothing in the kernel after kill -9', async () => {
    const before = clean();
    const child = start('--', 'sleep', '30');
    await until(loaded);
    await until(() => kernel().status().pid === child.pid);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until(() => JSON.stringify(clean()) === JSON.stringify(before));
    process.kill(-child.pid!, 'SIGKILL'); // the sleep
  });

  it('ends at Ctrl-C with the command, and cleans up', async () => {
    const before = clean();
    const child = start('-e', 'all', '--', 'sh', '-c', 'echo ready >/dev/null; exec sleep 30');
    let text = '';
    child.stderr!.on('data', (d) => (text += d));
    await until(() => text.includes('execve') && text.includes('sleep'));
    process.kill(-child.pid!, 'SIGINT'); // as a terminal does: the whole group
    const [status] = await once(child, 'exit');
    expect(status).toBe(130);
    expect(clean()).toEqual(before);
  });

  it('ends at SIGTERM though the command runs on', async () => {
    const before = clean();
    const child = start('--', 'sh', '-c', 'trap "" TERM; sleep 30');
    await until(loaded);
    child.kill('SIGTERM');
    const [status] = await once(child, 'exit');
    expect(status).toBe(128 + 15);
    expect(clean()).toEqual(before);
    process.kill(-child.pid!, 'SIGKILL');
  });

  it('has a classic brother: autrace leaves the records to the daemon, and no rule', async (test) => {
    test.skip(kernel().listRules().length > 0, 'rules are loaded');
    const daemon = await openCapture({ mode: 'unicast' });
    let records = '';
    const reading = (async () => {
      for await (const batch of daemon) records += Buffer.from(batch.bytes).toString('latin1');
    })();
    const before = clean();
    const autrace = fileURLToPath(new URL('../../bin/autrace', import.meta.url));
    const child = spawn(process.execPath, [autrace, '/bin/sh', '-c', '/bin/true; exit 3'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (d) => (text += d));
    const [status] = await once(child, 'close');
    expect(status).toBe(0);
    expect(clean()).toEqual(before);
    await daemon.close();
    await reading;
    const pid = /ausearch -i -p (\d+)'/.exec(text)![1];
    expect(records).toMatch(new RegExp(`type=SYSCALL .* pid=${pid} .*exe="/[a-z/]*sh"`));
    expect(records).toMatch(new RegExp(`type=SYSCALL .* ppid=${pid} .*exe="/[a-z/]*true"`));
  });

  it('refuses, in the classic way, beside loaded rules', () => {
    const before = kernel().listRules().length;
    kernel().addRule(rawRule([62], [[0, 5_000_000]]));
    const autrace = fileURLToPath(new URL('../../bin/autrace', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [autrace, '/bin/true'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('autrace cannot be run with rules loaded.');
    expect(kernel().listRules()).toHaveLength(before + 1);
  });
});

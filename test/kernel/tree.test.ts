// An independent check of the process tree: a build run under `strace -f` and the same build under audit must give the
// same tree, the same commands with the same parents. And supervision on the live kernel: order, and the canary.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { EventReader } from '../../src/event/index.ts';
import {
  commandOf,
  imageOf,
  type Life,
  ProcessFeed,
  ProcessHistory,
  processTrees,
  StraceFeed,
  type TreeNode,
  walkTrees,
} from '../../src/explain/index.ts';
import { systemAccounts } from '../../src/host/index.ts';
import { openCapture } from '../../src/kernel/index.ts';
import { compileRules, type ProcessEvent, ruleLines, supervise } from '../../src/supervise/index.ts';
import { describeKernel } from './kernel.fixture.ts';

const LOGIN = 7302;
const folder = mkdtempSync(join(tmpdir(), 'auspex-tree-'));
const has = (program: string): boolean => spawnSync('/bin/sh', ['-c', `command -v ${program}`]).status === 0;

/** A stand-in for a compiler where none is installed would test less: a shell build with pipes, subshells and failures. */
const BUILD = `set +e
${has('gcc') ? `echo 'int main(void) { return 0; }' > a.c; gcc -O1 -o a a.c; ./a` : ':'}
for i in 1 2 3; do (sh -c 'true | cat; exit '$i); done
cat build.sh | sort | uniq -c > /dev/null
exit 0`;

/** The tree as text: program and arguments, temporary names made alike, children in a fixed order. */
function shape(node: TreeNode): string {
  const command = commandOf(imageOf(node.life))
    .join(' ')
    .replace(/\/tmp\/cc[A-Za-z0-9]{6}/g, '/tmp/ccX');
  return `${command}(${node.children.map(shape).sort().join(',')})`;
}

const build = (): string => {
  writeFileSync(join(folder, 'build.sh'), BUILD);
  return join(folder, 'build.sh');
};

async function underAudit(
  rules: readonly Uint8Array[],
  addRule: (rule: Uint8Array) => void,
  command: readonly string[],
): Promise<Life[]> {
  const history = new ProcessHistory({ keep: 'all' });
  const feed = new ProcessFeed(history);
  const reader = new EventReader((event) => feed.push(event));
  const capture = await openCapture({ mode: 'unicast' });
  const reading = (async () => {
    for await (const batch of capture) reader.push(batch.bytes);
    reader.end();
  })();
  for (const rule of rules) addRule(rule);
  const run = `echo ${LOGIN} > /proc/self/loginuid && exec "$@"`;
  const child = spawn('/bin/bash', ['-c', run, 'bash', ...command], { stdio: 'ignore', cwd: folder });
  // Its end is told last: then nothing is on its way any more.
  const told = () => history.find('', child.pid!)?.status !== undefined;
  await expect.poll(told, { timeout: 120_000 }).toBe(true);
  await capture.close();
  await reading;
  return history.lives;
}

function underStrace(command: readonly string[]): Life[] {
  const log = join(folder, 'strace.log');
  spawnSync('strace', ['-f', '-tt', '-s', '8192', '-e', 'trace=process,signal', '-o', log, ...command], {
    stdio: 'ignore',
    cwd: folder,
  });
  const history = new ProcessHistory({ keep: 'all' });
  const feed = new StraceFeed(history);
  for (const line of readFileSync(log, 'latin1').split('\n')) feed.push(line);
  return history.lives;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeKernel('process trees', (kernel) => {
  it.skipIf(!has('strace'))(
    'of a build are those that strace -f records [needs strace]',
    { timeout: 300_000 },
    async () => {
      const command = ['/bin/bash', build()];
      const host = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
      const rules = compileRules(ruleLines(['lives'], { conditions: [`auid=${LOGIN}`] }, host), host, systemAccounts());
      const audited = await underAudit(rules, (rule) => kernel().addRule(rule), command);
      const traced = underStrace(command);
      const root = (lives: Life[]) => {
        const nodes = [...walkTrees(processTrees(lives, {}))].map(({ node }) => node);
        return nodes.find((node) => commandOf(imageOf(node.life)).includes(command[1]!));
      };
      expect(shape(root(audited)!)).toBe(shape(root(traced)!));
    },
  );

  it('are told by supervision in true order, with a canary that answers', { timeout: 300_000 }, async () => {
    copyFileSync('/bin/true', join(folder, 'job'));
    chmodSync(join(folder, 'job'), 0o755);
    const events: ProcessEvent[] = [];
    const supervisor = await supervise({ scope: [`auid=${LOGIN}`], canary: { every: 200, limit: 30_000 } }, (event) =>
      events.push(event),
    );
    try {
      const run = `echo ${LOGIN} > /proc/self/loginuid && exec /bin/bash -c 'for i in {1..50}; do ./job; done; sleep 60 & kill -9 $!; wait'`;
      const child = spawn('/bin/bash', ['-c', run], { stdio: 'ignore', cwd: folder });
      await new Promise((resolve) => child.on('exit', resolve));
      await expect
        .poll(() => events.some((e) => e.kind === 'signal') && supervisor.canaryDelay, { timeout: 60_000 })
        .toBeTruthy();
    } finally {
      await supervisor.close();
    }
    const jobs = new Map<number, string[]>();
    for (const event of events) {
      if (event.kind === 'fork') jobs.set(event.child, ['fork']);
      else if (event.kind === 'exec' || event.kind === 'exit') jobs.get(event.process.pid)?.push(event.kind);
    }
    const whole = [...jobs.values()].filter((kinds) => kinds.join() === 'fork,exec,exit');
    expect(whole.length).toBeGreaterThanOrEqual(50);
    expect(events.filter((e) => e.kind === 'loss' || e.kind === 'alarm')).toEqual([]);
    const kill = events.find((e) => e.kind === 'signal');
    expect(kill).toMatchObject({ signal: 'SIGKILL', ok: true });
    expect(kernel().listRules()).toEqual([]);
  });
});

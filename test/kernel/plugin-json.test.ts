// What audisp-json knows of live processes: a script, its children, their labels, container and unit; and what
// audisp-metrics tells Prometheus meanwhile.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { endChild } from '../remote/namespace.fixture.ts';
import { until } from '../until.fixture.ts';
import { auditScene, ours, underAuid } from './auditd.fixture.ts';
import { describeKernel } from './kernel.fixture.ts';
import { bin, daemonUp, dispose, file, folder, newScene, plugin, put } from './plugins.fixture.ts';

const EXECVE = 59;
const ID = 'c0ffee00'.repeat(8);
let cgroup = '';
afterEach(async () => {
  await dispose();
  if (cgroup && existsSync(cgroup)) rmdirSync(cgroup);
  cgroup = '';
});

/** A cgroup of docker's shape, where this machine lets one be made; '' where not. */
function containerCgroup(): string {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'latin1'))?.[1];
  if (!mount) return '';
  try {
    mkdirSync(`${mount}/docker-${ID}.scope`);
    return `${mount}/docker-${ID}.scope`;
  } catch {
    return '';
  }
}

interface Told {
  readonly argv?: readonly string[];
  readonly process?: {
    readonly parent?: { readonly pid: number; readonly comm: string };
    readonly ancestors: readonly { readonly pid: number; readonly comm: string; readonly exe?: string }[];
    readonly script?: string;
    readonly container?: string;
    readonly unit?: string;
    readonly labels: readonly string[];
  };
}

describeKernel('audisp-json on the live kernel', (kernel) => {
  it('a script, its spawn chain, its label inherited by what it starts, its container and unit', async ({ skip }) => {
    newScene();
    cgroup = containerCgroup();
    put(
      'job',
      `#!/bin/sh\n${cgroup ? `echo $$ > ${cgroup}/cgroup.procs\n` : ''}/bin/sh -c '/bin/sleep 4 & wait'\n`,
      0o755,
    );
    put(
      'json.conf',
      `file = ${folder}/events.json\nlabel = job cmdline ^/bin/sh ${folder}/job$\nlabel = sleeper exe /sleep$\n`,
    );
    plugin('json', `${process.execPath} "${bin}audisp-json" ${folder}/json.conf`, 'binary');
    const child = await daemonUp(ours, 'raw', kernel());
    auditScene(kernel(), [EXECVE]);
    const events = () =>
      file('events.json')
        .split('\n')
        .filter(Boolean)
        .map((l) => JSON.parse(l) as Told);
    kernel().user(1005, 'op=ready');
    await until('the plugin to read', () => file('events.json').includes('op'));
    expect(await underAuid(join(folder, 'job'))).toBe(0);
    const of = (word: string) => events().find((e) => e.argv?.some((a) => a === word))?.process;
    await until('the event of sleep', () => of('/bin/sleep') !== undefined);
    const [job, inner, sleep] = [of(join(folder, 'job')), of('-c'), of('/bin/sleep')];
    await endChild(child);

    expect(job).toMatchObject({ script: join(folder, 'job'), labels: ['job'] });
    expect(inner?.labels).toEqual(['job']);
    expect(sleep?.labels.toSorted()).toEqual(['job', 'sleeper']);
    expect(sleep?.script).toBeUndefined();
    // sleep <- sh -c <- the script <- … <- this test
    expect(sleep?.ancestors[0]).toEqual(sleep?.parent);
    expect(inner?.ancestors.slice(1)).toEqual(job?.ancestors);
    expect(inner?.parent?.comm).toBe('job');
    expect(sleep?.ancestors.map((a) => a.pid)).toContain(process.pid);
    if (cgroup)
      for (const one of [inner, sleep]) expect(one).toMatchObject({ container: ID, unit: `docker-${ID}.scope` });
    else skip('the container of a live process: no cgroup can be made here');
  }, 120_000);
});

const python = ['python3', '/usr/bin/python3'].find(
  (p) => spawnSync(p, ['-c', 'import prometheus_client']).status === 0,
);
const promtool = spawnSync('promtool', ['--version']).status === 0;
it.skipIf(!python && !promtool)(
  `Prometheus reads what audisp-metrics writes${python || promtool ? '' : ' (skipped: neither promtool nor prometheus_client)'}`,
  () => {
    newScene();
    put('metrics.conf', `file = ${folder}/audit.prom\n`);
    const record = "type=USER_LOGIN msg=audit(1.000:2): pid=9 uid=0 auid=1 ses=3 msg='op=login res=failed'\n";
    spawnSync(process.execPath, [`${bin}audisp-metrics`, `${folder}/metrics.conf`], { input: record });
    const input = file('audit.prom');
    if (promtool) {
      const run = spawnSync('promtool', ['check', 'metrics'], { input });
      expect([run.status, run.stderr.toString()]).toEqual([0, '']);
    }
    if (!python) return;
    const script = `import sys, json
from prometheus_client.parser import text_string_to_metric_families as parse
print(json.dumps({s.name: [s.value, f.type, bool(f.documentation)] for f in parse(sys.stdin.read()) for s in f.samples}))`;
    const run = spawnSync(python, ['-c', script], { input });
    expect(run.stderr.toString()).toBe('');
    const families = JSON.parse(run.stdout.toString()) as Record<string, unknown>;
    expect(families).toMatchObject({
      auspex_events_total: [1, 'counter', true],
      auspex_logins_failed_total: [1, 'counter', true],
      auspex_logins_success_total: [0, 'counter', true],
    });
  },
);

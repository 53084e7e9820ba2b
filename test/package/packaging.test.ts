// Every file of packaging/: our readers take it, and so do the programs of audit-userspace, systemd and the shell at hand.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/daemon/config.ts';
import { isPluginFile, readPlugin } from '../../src/dispatch/plugin-config.ts';
import { readClientConfig } from '../../src/remote/client-config.ts';
import { freePort } from '../connection.fixture.ts';
import {
  endChild,
  OWN_RUN,
  ownEtc,
  referenceTool,
  root,
  sceneFolder,
  startIn,
  whyNot,
} from '../remote/namespace.fixture.ts';
import { until } from '../until.fixture.ts';
import { analyzes, unitFile, words } from './unit.fixture.ts';

const packaging = fileURLToPath(new URL('../../packaging/', import.meta.url));
const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const read = (name: string) => readFileSync(join(packaging, name), 'utf8');
const plugins = readdirSync(join(packaging, 'etc/plugins.d'));
const has = (program: string) => spawnSync(program, ['--version']).status === 0;

let folder = '';
beforeEach(() => {
  folder = sceneFolder('packaging');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('packaging, read by ours', () => {
  it('auditd.conf, audisp-remote.conf and plugins.d: no problem, no warning, every program one of bin/', () => {
    expect(readConfig(read('etc/auditd.conf'), 'auditd.conf')).toMatchObject({ problems: [], warnings: [] });
    expect(readClientConfig(read('etc/audisp-remote.conf'), 'x').problems).toEqual([]);
    expect(plugins.filter((name) => !isPluginFile(name))).toEqual([]);
    for (const name of plugins) {
      const { plugin, problems } = readPlugin(read(`etc/plugins.d/${name}`), name, name);
      expect([name, problems, plugin.active]).toEqual([name, [], false]);
      const programs = [plugin.path, ...plugin.args.filter((a) => a.startsWith('/usr/sbin/'))];
      for (const path of programs) expect(existsSync(join(bin, path.replace('/usr/sbin/', ''))), path).toBe(true);
    }
  });

  it.each([
    ['audisp-filter', ['--check', join(packaging, 'etc/audisp-filter.conf')]],
    ['audisp-json', ['etc/audisp-json.conf']],
    ['audisp-metrics', ['etc/audisp-metrics.conf']],
  ])('%s runs with its file', async (tool, args) => {
    const port = await freePort();
    const own = args.map((arg) => {
      if (!arg.startsWith('etc/')) return arg;
      const text = read(arg)
        .replace('/var/log/audit/', `${folder}/`)
        .replace('listen_port = 9427', `listen_port = ${port}`);
      writeFileSync(join(folder, 'settings.conf'), text);
      return join(folder, 'settings.conf');
    });
    const run = spawnSync(process.execPath, [join(bin, tool), ...own], { input: '' });
    expect([run.status, run.stderr.toString()]).toEqual([0, '']);
  });

  it('the OpenRC script is a shell script, and its paths and signals are the units’', () => {
    const script = spawnSync('sh', ['-n', join(packaging, 'openrc/auditd')]);
    expect([script.status, script.stderr.toString()]).toEqual([0, '']);
    for (const path of ['/usr/sbin/auditd', '/usr/sbin/augenrules']) {
      expect(read('openrc/auditd')).toContain(path);
      expect(read('systemd/auditd.service') + read('systemd/audit-rules.service')).toContain(`ExecStart=${path} `);
    }
  });
});

const analyze = has('systemd-analyze');
it.skipIf(!analyze)(`systemd-analyze verify takes the units${analyze ? '' : ' (skipped: no systemd-analyze)'}`, () => {
  // Of programs that are here: what is checked is the unit.
  const units = ['auditd.service', 'audit-rules.service'].map((name) => {
    const path = join(folder, name);
    writeFileSync(path, read(`systemd/${name}`).replace(/\/usr\/sbin\/\w+/g, '/bin/true'));
    return path;
  });
  const run = spawnSync('systemd-analyze', ['verify', '--man=no', ...units]);
  const about = run.stderr
    .toString()
    .split('\n')
    .filter((l) => l.includes(folder));
  expect([run.status, about]).toEqual([0, []]);
});

// 0 is nothing exposed, 10 everything; without the sandbox they are at 9.1 and 9.5. docs/security.md says what is left, and why.
const BOUNDS: readonly (readonly [string, number])[] = [
  ['auditd.service', 4],
  ['audit-rules.service', 2.5],
];
const scores = analyzes ? '' : ' (skipped: no systemd-analyze of systemd 250)';
it.skipIf(scores).each(BOUNDS)(`systemd-analyze security: %s is exposed to %d at most${scores}`, (unit, bound) => {
  const run = spawnSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', unitFile(unit)]);
  const score = /exposure level for \S+: ([\d.]+)/.exec(run.stdout.toString())?.[1];
  expect(Number(score)).toBeLessThanOrEqual(bound);
});

it('the daemon has a /tmp of its own', () => {
  expect(words('auditd.service', 'PrivateTmp').given).toEqual(['yes']);
});

const tmpfiles = root && has('systemd-tmpfiles');
it.skipIf(!tmpfiles)(
  `systemd-tmpfiles makes the folders${tmpfiles ? '' : ' (skipped: no systemd-tmpfiles, or not root)'}`,
  () => {
    mkdirSync(join(folder, 'usr/lib/tmpfiles.d'), { recursive: true });
    cpSync(join(packaging, 'systemd/auspex-tmpfiles.conf'), join(folder, 'usr/lib/tmpfiles.d/auspex.conf'));
    const run = spawnSync('systemd-tmpfiles', ['--create', `--root=${folder}`]);
    expect([run.status, run.stderr.toString()]).toEqual([0, '']);
    for (const made of ['run/audit', 'var/log/audit', 'var/spool/audit'])
      expect(existsSync(join(folder, made)), made).toBe(true);
  },
);

describe.skipIf(!root)(`packaging, read by the reference${whyNot}`, () => {
  for (const whose of ['debian', 'built'] as const) {
    const auditd = referenceTool('auditd', whose);
    const here = auditd ? '' : ' (skipped: no auditd of the reference)';
    it.skipIf(!auditd)(`auditd.conf and plugins.d by auditd (${whose})${here}`, async () => {
      const text = read('etc/auditd.conf').replace('local_events = yes', 'local_events = no');
      const own = text
        .replace('/var/log/audit/', `${folder}/log/`)
        .replace('/etc/audit/plugins.d', `${folder}/plugins.d`);
      writeFileSync(join(folder, 'auditd.conf'), own, { mode: 0o640 });
      for (const name of plugins) {
        const active = read(`etc/plugins.d/${name}`).replace('active = no', 'active = yes');
        writeFileSync(
          join(folder, 'plugins.d', name),
          active.replace(/path = \S+/, 'path = /bin/cat').replace(/args = .*/, ''),
          { mode: 0o640 },
        );
      }
      const child = startIn(auditd!, ['-f', '-s', 'nochange', '-c', folder], [OWN_RUN]);
      let said = '';
      child.stderr!.on('data', (d: Buffer) => (said += d));
      const started = () => said.includes('Init complete') || said.includes('listening for events');
      await until('auditd to start', () => started() || child.exitCode !== null);
      await endChild(child);
      expect(said).toContain('plugin_dir_parser called');
      const lines = said.split('\n').filter((l) => !/parser called with|out of memory score/.test(l));
      const complaints = lines.filter((l) => /unknown|error|unable|skipping \w|should be|must/i.test(l));
      expect(complaints).toEqual([]);
      expect(child.exitCode, said).toBe(0);
    });

    const remote = referenceTool('audisp-remote', whose);
    it.skipIf(!remote)(
      `audisp-remote.conf by audisp-remote (${whose})${remote ? '' : ' (skipped: no audisp-remote of the reference)'}`,
      async () => {
        const server = createServer((socket) => socket.on('error', () => {}).resume());
        const port = await new Promise<number>((done) =>
          server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
        );
        const own = read('etc/audisp-remote.conf')
          .replace('loghost.example.org', '127.0.0.1')
          .replace('port = 60', `port = ${port}`);
        mkdirSync(join(folder, 'etc'));
        writeFileSync(join(folder, 'etc/audisp-remote.conf'), own.replace('/var/spool/audit/', `${folder}/`));
        chmodSync(join(folder, 'etc/audisp-remote.conf'), 0o640);
        const child = startIn(remote!, [], [ownEtc(folder)]);
        child.stdin!.end();
        await new Promise((done) => child.once('exit', done));
        server.close();
        expect(child.exitCode).toBe(0);
      },
    );
  }

  const filter = referenceTool('audisp-filter');
  it.skipIf(!filter)(`audisp-filter.conf by audisp-filter${filter ? '' : ' (skipped: no audisp-filter)'}`, () => {
    expect(spawnSync(filter!, ['--check', join(packaging, 'etc/audisp-filter.conf')]).status).toBe(0);
  });
});

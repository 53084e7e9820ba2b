// The sandbox of packaging/systemd on the live kernel: under a unit's capabilities the programs do all their work, and ask for
// no system call that it refuses; and why the unit that loads rules hides no folder.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../connection.fixture.ts';
import { analyzes, refused, underUnit, words } from '../package/unit.fixture.ts';
import { until } from '../until.fixture.ts';
import { AUID, auditScene, hear, ours, Scene, underAuid } from './auditd.fixture.ts';
import { describeKernel } from './kernel.fixture.ts';

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const able = analyzes && ['strace', 'setpriv'].every((program) => spawnSync(program, ['--version']).status === 0);
const why = able ? '' : ' (skipped: needs strace, setpriv and systemd-analyze of systemd 250)';

let scene: Scene;
afterEach(() => scene.dispose());

/** A program that is another one under a unit. */
function sandboxed(unit: string, program: string): { readonly path: string; readonly trace: string } {
  const [path, trace] = [join(scene.folder, 'sandboxed'), join(scene.folder, 'trace')];
  writeFileSync(path, `#!/bin/sh\nexec ${underUnit(unit, trace)} '${program}' "$@"\n`);
  chmodSync(path, 0o750);
  return { path, trace };
}

describeKernel(`the sandbox of the units${why}`, (kernel) => {
  it.skipIf(!able)('auditd records, rotates, reads its settings, listens and runs plugins', async () => {
    scene = new Scene();
    const port = await freePort();
    scene.configure({
      log_group: 'adm',
      priority_boost: 4,
      tcp_listen_port: port,
      num_logs: 5,
      log_format: 'ENRICHED',
    });
    const tapped = scene.tap();
    const { path, trace } = sandboxed('auditd.service', ours);
    const pid = await scene.start(path, kernel());
    auditScene(kernel(), [59]); // execve
    const heard = await hear(kernel(), async () => {
      expect(await underAuid('for i in 1 2 3 4 5 6 7 8 9; do /bin/true; done')).toBe(0);
    });
    await scene.drained(kernel());
    await until('the plugin to have all', () => heard.lines.every((line) => tapped().includes(line)));
    scene.signal('SIGUSR1');
    await until('the log to be rotated', () => existsSync(`${scene.log}.1`));
    scene.signal('SIGHUP');
    await until('the settings to be read', () => scene.text().includes('op=reconfigure state=changed'));
    expect(getPriority(pid)).toBe(-4);
    await scene.stop();
    const text = scene.text();
    expect(heard.lines.length).toBeGreaterThan(20);
    expect(heard.lines.filter((line) => !text.includes(line))).toEqual([]);
    const said = scene.said.replace(/.*its score could not be lowered\n/g, ''); // systemd lowers it before: OOMScoreAdjust=
    expect(said).not.toMatch(/cannot|could not|denied|refused/i);
    expect(refused('auditd.service', trace)).toEqual([]);
  });

  it.skipIf(!able)('augenrules merges and loads, without a network', () => {
    scene = new Scene();
    const etc = join(scene.folder, 'etc');
    mkdirSync(join(etc, 'rules.d'), { recursive: true });
    writeFileSync(join(etc, 'rules.d', 'a.rules'), `-a always,exit -F arch=b64 -F dir=${etc} -F perm=wa -k sandbox\n`);
    const { path, trace } = sandboxed('audit-rules.service', join(bin, 'augenrules'));
    const before = kernel().listRules().length;
    const run = spawnSync('unshare', ['-mn', 'sh', '-c', `mount --bind ${etc} /etc/audit && exec ${path} --load`]);
    expect([run.status, run.stderr.toString()]).toEqual([0, '']);
    expect(readFileSync(join(etc, 'audit.rules'), 'latin1')).toContain('-k sandbox');
    expect(kernel().listRules().length).toBe(before + 1);
    expect(refused('audit-rules.service', trace)).toEqual([]);
  });

  it('a rule that is loaded where another folder lies over its path records nothing there', async () => {
    scene = new Scene();
    const [over, under] = [join(scene.folder, 'over'), join(scene.folder, 'under')];
    for (const folder of [over, under]) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'secret'), '');
    }
    scene.configure({});
    await scene.start(ours, kernel());
    const load = (path: string) => `"${bin}auditctl" -a always,exit -F path=${path}/secret -F perm=wa -F auid=${AUID}`;
    const hidden = `mount -t tmpfs tmpfs ${over} && touch ${over}/secret && ${load(over)}`;
    const readOnly = `mount --bind ${under} ${under} && mount -o remount,bind,ro ${under} && ${load(under)}`;
    for (const script of [hidden, readOnly])
      expect(spawnSync('unshare', ['-m', 'sh', '-c', script], { stdio: ['ignore', 'ignore', 'inherit'] }).status).toBe(
        0,
      );
    const heard = await hear(kernel(), async () => {
      expect(await underAuid(`echo x > ${over}/secret && echo x > ${under}/secret`)).toBe(0);
    });
    const named = (path: string) => heard.lines.some((line) => line.includes(`name="${path}/secret"`));
    expect([named(over), named(under)]).toEqual([false, true]);
  });
});

it('audit-rules.service lays no other folder over a path', () => {
  const hiding = ['PrivateTmp', 'PrivateDevices', 'ProtectKernelLogs', 'ProtectKernelModules', 'InaccessiblePaths'];
  for (const setting of [...hiding, 'TemporaryFileSystem', 'RootDirectory', 'BindPaths', 'MountImages'])
    expect(words('audit-rules.service', setting).given, setting).toEqual([]);
  expect(words('audit-rules.service', 'ProtectHome').given).toEqual(['read-only']); // the folders themselves, not empty ones
});

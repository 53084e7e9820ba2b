// Nothing that another user can lay down where a program of ours begins is run: no compiled code from a shared folder, and
// no file in the folder for temporary files or in a home that is somebody else's (sudo keeps HOME) is read or made.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const bin = here('../../bin/');
const tools = readdirSync(bin).filter((name) => !name.includes('.'));
const sample = here('../../sample/audit.log');
const unbuilt = existsSync(here('../../dist/.built')) ? '' : ' (skipped: not built)';
const strace = spawnSync('strace', ['-V']).status === 0;
const NOBODY = 65534;

let folder = '';
let temporary = '';
let home = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-launch-'));
  chmodSync(folder, 0o755);
  temporary = strangers('tmp');
  home = strangers('home');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A folder of another user that everyone may write to (of this user, where we are not root). */
function strangers(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  chmodSync(path, 0o777);
  if (process.getuid!() === 0) chownSync(path, NOBODY, NOBODY);
  return path;
}

/** What a program finds that somebody started with another user's folders. */
function environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE: _, NODE_DISABLE_COMPILE_CACHE: __, NODE_OPTIONS: ___, ...env } = process.env;
  return { ...env, TMPDIR: temporary, HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, ...more };
}

const node = (args: readonly string[], env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, args, { env, input: '', encoding: 'utf8' });

/** Every file below the stranger's folders. */
const left = () => [temporary, home].flatMap((path) => readdirSync(path, { recursive: true, encoding: 'utf8' }));

describe.skipIf(unbuilt)(`compiled code that another user left in the folder for temporary files${unbuilt}`, () => {
  const old = 'enableCompileCache' in nodeModule ? '' : ' (skipped: this Node keeps no compiled code)';
  it.skipIf(old)(`is not run${old}`, () => {
    const cache = join(temporary, 'node-compile-cache'); // where Node looks when it is told nothing
    const mark = join(folder, 'ran');
    for (const tool of ['ausearch', 'auditctl', 'auditd', 'auspex']) {
      const asked = [join(bin, tool), tool === 'auditd' ? '--help' : '--version'];
      const honest = node(asked, environment());
      node(asked, environment({ NODE_COMPILE_CACHE: cache }));
      const code = `process.getBuiltinModule('fs').writeFileSync('${mark}', '')`;
      const module = here(`../../dist/cli/${tool}.js`);
      const forge = node(
        ['--no-warnings', '--experimental-vm-modules', here('forge.mjs'), cache, module, code],
        environment(),
      );
      expect([forge.stdout, forge.stderr]).toEqual(['1\n', '']);

      // It would run: who names the folder on purpose gets what lies there.
      node(asked, environment({ NODE_COMPILE_CACHE: cache }));
      expect(existsSync(mark), `${tool}: the forged code is good`).toBe(true);
      rmSync(mark);

      const attacked = node(asked, environment());
      expect(existsSync(mark), tool).toBe(false);
      expect([attacked.status, attacked.stdout, attacked.stderr]).toEqual([
        honest.status,
        honest.stdout,
        honest.stderr,
      ]);
    }
  });

  it('is not run by the steps of the set-up either: npm and the compilers keep none', () => {
    const script = `await import(${JSON.stringify(here('../../scripts/setup.mjs'))});
      (await import('node:child_process')).spawnSync('npm', ['--version'], { stdio: 'inherit' });`;
    const run = node(['--input-type=module', '-e', script], environment({ npm_config_cache: join(folder, 'npm') }));
    expect([run.status, run.stdout.trim()]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe.skipIf(unbuilt)(`the folder for temporary files and another user's home${unbuilt}`, () => {
  const runs = [
    ...tools.map((tool) => [tool, '--help']),
    ['ausearch', '-i', '-if', sample],
    ['aureport', '-if', sample],
    ['auditctl', '-s'],
    ['auspex', 'search', '-i', sample],
    ['auspex', 'report', 'files', '-i', sample],
    ['auspex', 'who-killed', '-i', sample],
    ['auspex', 'who-touched', '/etc/passwd', '-i', sample],
    ['auspex', 'store', 'ingest', '--db', 'DB', sample],
    ['auspex', 'sql', '--db', 'DB', 'select count(*) from events'],
  ];
  it(`are left alone by every tool${strace ? '' : ' (without strace only what is made there is seen)'}`, () => {
    for (const [tool, ...given] of runs) {
      const args = given.map((arg) => (arg === 'DB' ? join(folder, 'store.duckdb') : arg));
      const trace = join(folder, 'trace');
      const command = [process.execPath, join(bin, tool!), ...args];
      const traced = strace ? ['strace', '-f', '-qq', '-s', '4096', '-e', 'trace=%file', '-o', trace] : [];
      const [program, ...rest] = [...traced, ...command];
      const run = spawnSync(program!, rest, { env: environment(), input: '', encoding: 'utf8' });
      expect([run.error, run.signal], `${tool} ${args.join(' ')}`).toEqual([undefined, null]);
      expect(left(), `${tool} ${args.join(' ')}`).toEqual([]);
      if (!strace) continue;
      const touched = readFileSync(trace, 'latin1')
        .split('\n')
        .filter((line) => [temporary, home].some((path) => line.includes(path)));
      expect(touched, `${tool} ${args.join(' ')}`).toEqual([]);
    }
  }, 240_000);
});

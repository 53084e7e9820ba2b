// What `npm test` and CI make of runs that go wrong: a process that dies, a file that cannot be loaded, nothing that runs. In
// folders with a space in their names.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'auspex run-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** What a run of the tests in a file comes to. */
function run(text: string | undefined): { passed: number; failed: number; skipped: unknown[] } {
  const folder = mkdtempSync(join(scratch, 'a '));
  if (text !== undefined) writeFileSync(join(folder, 'a.test.mjs'), text);
  const args = JSON.stringify(['--root', folder, '--globals', '--pool=forks']);
  const code = `import { runTests } from './scripts/run-tests.mjs';
    console.log('\\n' + JSON.stringify(runTests(${args})));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { cwd: root, encoding: 'utf8' });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

describe('a run of the tests', () => {
  it.each([
    ['whose process dies', `it('a', () => {}); it('b', () => process.kill(process.pid, 'SIGKILL'));`],
    ['of a file that cannot be loaded', `import './missing.mjs';`],
    ['with an error nobody awaits', `it('a', () => void Promise.reject(new Error('x')));`],
    ['that has none', undefined],
    ['of a file without one', ''],
  ])('%s has failed', (_, text) => {
    expect(run(text).failed).toBe(1);
  });

  it('that all are skipped, as was asked for, has not', () => {
    const { passed, failed, skipped } = run(`it.skip('a', () => {}); it.skip('b (skipped: no c)', () => {});`);
    expect({ passed, failed, skipped: skipped.length }).toEqual({ passed: 0, failed: 0, skipped: 2 });
  });
});

describe('.ci/run', () => {
  /** What it says in the end, where `npm` answers so (test, test:nodes and fuzz by turns). */
  function ci(answers: readonly string[]): { last: string; status: number | null } {
    const clone = mkdtempSync(join(scratch, 'clone '));
    mkdirSync(join(clone, '.ci'));
    spawnSync('cp', [join(root, '.ci/run'), join(clone, '.ci/run')]);
    const programs = join(clone, 'programs');
    mkdirSync(programs);
    const npm = `#!/bin/bash\ncase "$*" in\n*nodes*) ${answers[1]} ;;\n*fuzz*) ${answers[2]} ;;\n*) ${answers[0]} ;;\nesac\n`;
    for (const [name, text] of [
      ['npm', npm],
      ['id', '#!/bin/sh\necho 1000\n'], // so that it installs nothing
    ] as const) {
      writeFileSync(join(programs, name), text);
      chmodSync(join(programs, name), 0o755);
    }
    const { stdout, status } = spawnSync('bash', [join(clone, '.ci/run')], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${programs}${delimiter}${process.env.PATH}` },
    });
    return { last: stdout.trimEnd().split('\n').at(-1)!, status };
  }
  const good = 'echo 5 passed, 0 failed, 1 skipped';
  it.each([
    ['the sum of all', [good, good, good], '15 passed, 0 failed, 3 skipped', 0],
    ['a failure', [good, 'echo 1 passed, 2 failed; exit 1', good], '11 passed, 2 failed, 2 skipped', 1],
    ['a status alone', [good, good, 'echo 3 passed, 0 failed; exit 1'], '13 passed, 1 failed, 2 skipped', 1],
    ['silence', ['true', good, good], '10 passed, 1 failed, 2 skipped', 1],
    ['a death', [good, 'kill -9 $$', good], '10 passed, 1 failed, 2 skipped', 1],
    ['nothing that ran', [good, good, 'echo 0 passed, 0 failed'], '10 passed, 1 failed, 2 skipped', 1],
    [
      'Nodes that npm does not give',
      [good, 'echo 0 passed, 0 failed, 3 skipped', good],
      '10 passed, 0 failed, 5 skipped',
      0,
    ],
  ])('ends with %s, alone on its line', (_, answers, last, status) => {
    expect(ci(answers)).toEqual({ last, status });
  });
});

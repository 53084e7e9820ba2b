// A program whose terminal is hung up (the window closed, the connection cut) ends in good order, not with SIGABRT as Node
// does when it gives such a terminal its settings back.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

const auspex = fileURLToPath(new URL('../../bin/auspex', import.meta.url));
const terminal = spawnSync('script', ['--version']).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'auspex-hangup-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!terminal)(`a terminal that is hung up${terminal ? '' : ' (skipped: no script(1))'}`, () => {
  it('ends a console that serves, with its own exit status', async () => {
    const [trail, status] = [join(folder, 'audit.log'), join(folder, 'status')];
    writeFileSync(trail, 'type=USER msg=audit(1.000:1): pid=1 uid=0\n');
    const serve = `${process.execPath} ${auspex} serve --no-open --port 0 -i ${trail}`;
    // The hang-up is told to the shell, which passes it on and sees how its child ends.
    const shell = `ulimit -c 0; ${serve} & trap "kill -HUP $!" HUP; wait $!; wait $!; echo $? > ${status}`;
    const child = spawn('script', ['-qc', shell, '/dev/null'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, SHELL: '/bin/sh' },
    });
    let shown = '';
    child.stdout.on('data', (d: Buffer) => (shown += d));
    while (!shown.includes('Open http') && child.exitCode === null) await sleep(20);
    expect(child.exitCode, shown).toBe(null);
    child.kill('SIGKILL'); // it holds the terminal's other end
    while (!existsSync(status) || readFileSync(status, 'latin1') === '') await sleep(20);
    expect(readFileSync(status, 'latin1')).toBe('0\n');
  }, 60_000);
});

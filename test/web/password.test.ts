// `auspex serve --make-password` on a terminal (of script(1)): what is typed is not shown, and is the password.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readPasswords, Sessions } from '../../src/web/index.ts';

const auspex = fileURLToPath(new URL('../../bin/auspex', import.meta.url));
const hasScript = spawnSync('script', ['--version']).status === 0;

it.skipIf(!hasScript)('a password typed on a terminal is not shown [needs script(1) of util-linux]', async () => {
  const command = `'${process.execPath}' '${auspex}' serve --make-password alice`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  child.stdout.on('data', (data: Buffer) => {
    const asked = shown.includes('Enter: ');
    shown += data.toString();
    if (!asked && shown.includes('Enter: ')) child.stdin.write('correct horsX\x7fe battery\r');
  });
  const [code] = await once(child, 'close');
  expect([code, shown]).toEqual([0, expect.stringMatching(/^Password [^\r\n]*Enter: \r\nalice:scrypt:[^\r\n]+\r\n$/)]);
  const sessions = new Sessions({ now: Date.now, passwords: readPasswords(shown.split('\r\n')[1]!) });
  expect(await sessions.byPassword('alice', 'correct horse battery')).toBeDefined();
});

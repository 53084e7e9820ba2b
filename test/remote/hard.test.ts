// Our auditd as a server when the machine is hard on it: no file descriptors left, its configuration read over and over, a
// log that a crash has torn.
import { spawnSync } from 'node:child_process';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../connection.fixture.ts';
import {
  bin,
  dial,
  dispose,
  file,
  folder,
  log,
  newFolder,
  record,
  serials,
  server,
  trail,
  until,
} from './interop.fixture.ts';
import { endChild as end, referenceTool, root, whyNot } from './namespace.fixture.ts';

beforeEach(newFolder);
afterEach(dispose);

const auditd = referenceTool('auditd');

describe.skipIf(!root)(`our auditd when the machine is hard on it${whyNot}`, () => {
  it('no file descriptor left: who is in is served, and so are the next when there is room again', async () => {
    const port = await freePort();
    const more = 'tcp_max_per_addr = 1000\nnum_logs = 9\nmax_log_file_action = rotate\n';
    const daemon = await server(join(bin, 'auditd'), port, more, ['ulimit -n 64']);
    const first = await dial(port);
    first.write(record(1));
    await until('the first record', () => serials().length === 1);
    const crowd = await Promise.all(Array.from({ length: 200 }, () => dial(port)));
    first.write(record(2));
    await until('the second record', () => serials().length === 2);
    // Rotating needs descriptors: it may fail, says so, and must not lose the log.
    daemon.kill('SIGUSR1');
    await until('an answer', () => trail().includes('type=DAEMON_ROTATE '));
    first.write(record(3));
    await until('the third record', () => serials().length === 3);
    for (const socket of crowd) socket.destroy();
    await until(
      'room again',
      () =>
        spawnSync('ls', [`/proc/${daemon.pid}/fd`])
          .stdout.toString()
          .split('\n').length < 55,
    );
    (await dial(port)).write(record(4));
    await until('the fourth record', () => serials().includes(4));
    daemon.kill('SIGUSR1');
    const rotations = (res: string) => trail().split(new RegExp(`type=DAEMON_ROTATE .*res=${res}`)).length - 1;
    await until('a rotation', () => rotations('success') >= 1 && rotations('success') + rotations('failed') === 2);
    first.write(record(5));
    await until('the fifth record', () => serials().includes(5));
    expect(daemon.exitCode).toBe(null);
    expect(serials()).toEqual([1, 2, 3, 4, 5]);
    expect(trail().match(/^(?!type=[A-Z_]+ msg=audit\(|node=).*$/m)?.[0] ?? '').toBe('');
    await end(daemon);
  });

  it('200 HUPs, some with a wrong or an empty configuration, and 200 USR1s, under records: nothing is lost', async () => {
    const port = await freePort();
    const daemon = await server(join(bin, 'auditd'), port, 'num_logs = 999\nmax_log_file_action = rotate\n');
    const good = file('auditd.conf');
    const socket = await dial(port);
    const said: Readonly<Record<number, string>> = { 5: 'log_format = nonsense\n', 7: '# being written\n' };
    for (let n = 0; n < 200; n++) {
      writeFileSync(join(folder, 'next.conf'), said[n % 10] ?? good, { mode: 0o640 });
      renameSync(join(folder, 'next.conf'), join(folder, 'auditd.conf'));
      daemon.kill('SIGHUP');
      socket.write(record(2 * n) + record(2 * n + 1));
      // Two signals of a kind that come too close are one: each waits for its answer, in the file the last USR1 began.
      await until(`answer ${n} to SIGHUP`, () => log().includes('type=DAEMON_CONFIG '));
      daemon.kill('SIGUSR1');
      await until(`rotation ${n}`, () => readdirSync(join(folder, 'log')).length === n + 2);
    }
    await until('400 records', () => serials().length >= 400);
    expect(serials()).toEqual(Array.from({ length: 400 }, (_, n) => n));
    const answers = (res: string) => trail().split(new RegExp(`type=DAEMON_CONFIG .*res=${res}`)).length - 1;
    expect([answers('success'), answers('failed')]).toEqual([160, 40]);
    await end(daemon);
    expect(daemon.exitCode).toBe(0);
  }, 120_000);

  it.each([['our', join(bin, 'auditd')], ...(auditd ? [["the reference's", auditd] as const] : [])] as const)(
    'a torn last line: %s auditd starts on it',
    async (whose, program) => {
      const torn = 'type=USER msg=audit(1.000:1): torn he';
      writeFileSync(join(folder, 'log', 'audit.log'), `${record(0)}${torn}`, { mode: 0o600 });
      await end(await server(program, await freePort()));
      // docs/compat.md says that the original glues its first record to it: both versions tried here do.
      const line = log().split('\n')[1]!;
      if (whose === 'our') expect([line, log().includes('op=torn-line-closed')]).toEqual([torn, true]);
      else expect(line.startsWith(`${torn}type=DAEMON_START `)).toBe(true);
    },
  );
});

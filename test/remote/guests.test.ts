// Plugins of one side under the daemon of the other, fed over the wire: Debian's laurel and audisp-syslog under ours, our
// audisp-json under theirs. (On the live kernel: test/kernel/plugins.test.ts.) Skipped, and said, without them.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeMessage, TYPE } from '../../src/remote/protocol.ts';
import { freePort } from '../connection.fixture.ts';
import { bin, dial, dispose, file, folder, newFolder, plugin, record, server, until } from './interop.fixture.ts';
import { endChild as end, ownDev, referenceTool, root, whyNot } from './namespace.fixture.ts';

beforeEach(newFolder);
afterEach(dispose);

const auditd = referenceTool('auditd', 'debian') ?? referenceTool('auditd');
const laurel = referenceTool('laurel');
const syslog = referenceTool('audisp-syslog');
const EVENT = (n: number) =>
  `type=SYSCALL msg=audit(1795234667.115:${n}): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 pid=4000000 auid=1001 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="x" exe="/bin/x" key="k${n}"
type=PROCTITLE msg=audit(1795234667.115:${n}): proctitle="x"
type=EOE msg=audit(1795234667.115:${n}): \n`;
describe.skipIf(!root)(`plugins of one side under the other's daemon${whyNot}`, () => {
  it.skipIf(!laurel)(
    `laurel under ours${laurel ? '' : ' (skipped: no laurel)'}`,
    async () => {
      mkdirSync(join(folder, 'laurel'));
      const config = `directory = "${folder}/laurel"\nuser = "root"\n[auditlog]\nfile = "audit.log"\nsize = 1000000\ngenerations = 2\n`;
      writeFileSync(join(folder, 'laurel.toml'), config);
      plugin('laurel', laurel!, `--config ${folder}/laurel.toml`, 'string');
      const port = await freePort();
      const daemon = await server(join(bin, 'auditd'), port, 'distribute_network = yes\n');
      const socket = await dial(port);
      for (let n = 1; n <= 20; n++) socket.write(EVENT(n));
      const events = () =>
        file('laurel/audit.log')
          .split('\n')
          .filter((l) => l.includes('"key":'))
          .map((l) => JSON.parse(l).SYSCALL as { key: string; exe: string; pid: number });
      await until('20 events from laurel', () => events().length >= 20);
      const want = Array.from({ length: 20 }, (_, i) => ({ key: `k${i + 1}`, exe: '/bin/x', pid: 4_000_000 }));
      expect(events()).toMatchObject(want);
      await end(daemon);
    },
    60_000,
  );

  it.skipIf(!syslog)(
    `the reference's audisp-syslog under ours${syslog ? '' : ' (skipped: no audisp-syslog)'}`,
    async () => {
      // A /dev of its own, whose log is ours: syslog(3) also speaks to a stream.
      const dev = ownDev(folder);
      let heard = '';
      const ear = createServer((socket) => socket.on('data', (d: Buffer) => (heard += d.toString('latin1'))));
      await new Promise<void>((done) => ear.listen(join(folder, 'dev', 'log'), done));
      plugin('syslog', syslog!, 'LOG_INFO', 'string');
      const port = await freePort();
      const daemon = await server(join(bin, 'auditd'), port, 'distribute_network = yes\n', [dev]);
      const socket = await dial(port);
      for (let n = 1; n <= 20; n++) socket.write(record(n));
      const messages = () => heard.match(/audisp-syslog(?:\[\d+\])?: [^\n\0]*/g) ?? [];
      await until('20 records in the system log', () => messages().filter((m) => m.includes('type=USER')).length >= 20);
      const texts = messages().map((m) => m.slice(m.indexOf(': ') + 2).trimEnd());
      const want = Array.from({ length: 20 }, (_, n) => `node=127.0.0.1 ${record(n + 1).trimEnd()}`);
      expect(texts.filter((t) => t.includes('type=USER'))).toEqual(want);
      await end(daemon);
      ear.close();
    },
    60_000,
  );

  it.skipIf(!auditd).each(['string', 'binary'])(
    `our audisp-json reading %s under the reference's auditd${auditd ? '' : ' (skipped: no auditd)'}`,
    async (format) => {
      const program = join(folder, 'json'); // a plugin must belong to root, whoever owns this clone
      writeFileSync(program, `#!/bin/sh\nexec ${process.execPath} "${bin}audisp-json" "$@"\n`);
      chmodSync(program, 0o750);
      writeFileSync(join(folder, 'json.conf'), `file = ${folder}/events.json\n`, { mode: 0o640 });
      plugin('json', program, `${folder}/json.conf`, format);
      const port = await freePort();
      const daemon = await server(auditd!, port, 'distribute_network = yes\n');
      const socket = await dial(port);
      let seq = 0; // in the managed format, which is all that auditd reads by the line
      for (let n = 1; n <= 20; n++)
        for (const line of EVENT(n).trimEnd().split('\n'))
          socket.write(encodeMessage({ type: TYPE.record, seq: ++seq, body: Buffer.from(`${line}\n`) }));
      await until(
        '20 events',
        () =>
          file('events.json')
            .split('\n')
            .filter((l) => /"k\d+"/.test(l)).length === 20,
      );
      await end(daemon);
    },
    60_000,
  );
});

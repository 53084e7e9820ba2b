// The daemon's ear for other machines as it is configured: which names are this machine's, what HUP changes, what is refused.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort } from '../../test/connection.fixture.ts';
import { until } from '../../test/until.fixture.ts';
import { encodeMessage, TYPE } from '../remote/protocol.ts';
import { type TlsSettings, tlsConnect } from '../remote/tls.ts';
import { type DaemonConfig, readConfig } from './config.ts';
import { type Listener, openListener } from './listener.ts';

let folder: string;
let written: string[];
let notes: string[];
let listener: Listener | undefined;
const sockets: Socket[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-listener-'));
  written = [];
  notes = [];
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await listener?.server.stop();
  listener = undefined;
  rmSync(folder, { recursive: true });
});

const configOf = (text: string): DaemonConfig => readConfig(`write_logs = no\n${text}`, 'auditd.conf').config;
async function open(config: DaemonConfig, node = 'loghost'): Promise<Listener> {
  const hooks = {
    take: (lines: Uint8Array) => {
      written.push(...Buffer.from(lines).toString('latin1').trimEnd().split('\n'));
      return 'written' as const;
    },
    note: (type: string, fields: string) => notes.push(`${type} ${fields}`),
  };
  listener = await openListener(config, hooks, () => node);
  return listener;
}
let said = 0;
const message = (text: string): Uint8Array =>
  encodeMessage({ type: TYPE.record, seq: 1, body: Buffer.from(`${text}type=USER msg=audit(1.000:${++said}): x\n`) });

it.skipIf(process.getuid?.() !== 0)(
  'this machine’s names, and those that only TLS proves, are nobody else’s [needs root]',
  async () => {
    const port = await freePort();
    writeFileSync(join(folder, 'allowed'), 'db-2 enabled key=/k\n', { mode: 0o600 });
    await open(
      configOf(
        `tcp_listen_port = ${port}\ntcp_max_per_addr = 50\nname = central\ntls_allowed_clients = ${folder}/allowed\n`,
      ),
    );
    for (const claimed of ['loghost', 'LOGHOST.', hostname(), 'central', 'localhost', '127.0.0.9', 'DB-2', 'web-1']) {
      const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
      sockets.push(socket);
      socket.write(message(`node=${claimed} `));
      await new Promise((done) => socket.once('data', done));
      expect([claimed, written.at(-1)!.split(' ')[0]]).toEqual([
        claimed,
        claimed === 'web-1' ? 'node=web-1' : 'node=127.0.0.2',
      ]);
    }
  },
);

it.skipIf(process.getuid?.() !== 0)(
  'HUP reads the list of clients again, and closes those no longer on it [needs root]',
  async () => {
    const port = await freePort();
    const keyOf = (name: string, byte: string): string => {
      writeFileSync(join(folder, name), byte.repeat(32), { mode: 0o400 });
      return join(folder, name);
    };
    const lines = { 'web-1': `enabled key=${keyOf('a', 'a1')}`, 'web-2': `enabled key=${keyOf('b', 'b2')}` };
    const list = (names: Record<string, string>): void =>
      writeFileSync(
        join(folder, 'allowed'),
        Object.entries(names)
          .map((pair) => `${pair.join(' ')}\n`)
          .join(''),
        { mode: 0o600 },
      );
    list(lines);
    const config = configOf(
      `tcp_listen_port = ${port}\ntcp_max_per_addr = 9\ntransport = tls\ntls_allowed_clients = ${folder}/allowed\n`,
    );
    const { reload } = await open(config);
    const dial = async (identity: string, file: string): Promise<Socket> => {
      const socket = tlsConnect(
        { ...(config as TlsSettings), tls_psk_identity: identity, tls_psk_file: join(folder, file) },
        { host: '127.0.0.1', port },
      );
      sockets.push(socket);
      socket.on('error', () => {});
      socket.write(message(''));
      await new Promise((done) => socket.once('data', done).once('close', done));
      return socket;
    };
    const [stays, goes] = [await dial('web-1', 'a'), await dial('web-2', 'b')];
    expect(written.map((line) => line.split(' ')[0])).toEqual(['node=web-1', 'node=web-2']);
    list({ ...lines, 'web-2': lines['web-2'].replace('enabled', 'disabled') });
    reload(config);
    await new Promise((done) => (goes.destroyed ? done(0) : goes.resume().once('close', done)));
    expect(notes.filter((note) => note.startsWith('CLOSE op=not-allowed'))).toHaveLength(1);
    await dial('web-2', 'b');
    await until(() => notes.some((note) => note.startsWith('ACCEPT op=tls-handshake')));
    stays.write(message(''));
    await until(() => written.length === 3);
    expect(written.at(-1)).toMatch(/^node=web-1 /);
  },
);

it('Kerberos is refused with that word', () => {
  const { problems } = readConfig('transport = krb5\n', 'auditd.conf');
  expect(problems.map((one) => one.message).join()).toContain('Kerberos is not built');
});

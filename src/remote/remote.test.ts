// Our client and our server over loopback: restarts, stores, impostors, peers that misbehave.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/until.fixture.ts';
import { RemoteClient } from './client.ts';
import { readClientConfig } from './client-config.ts';
import { encodeMessage, TYPE } from './protocol.ts';
import { QueueFile } from './queue-file.ts';
import { RemoteServer, type ServerOptions, type Taken } from './server.ts';
import { MemoryStore, type Store } from './store.ts';
import { readKey, readKeys, type TlsSettings, tlsConnect, tlsServer } from './tls.ts';

let folder: string;
let written: string[];
let notes: string[];
let taken: Taken;
const servers: RemoteServer[] = [];
const clients: RemoteClient[] = [];
const sockets: Socket[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-remote-'));
  written = [];
  notes = [];
  taken = 'written';
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(clients.splice(0).map((c) => c.stop(0)));
  await Promise.all(servers.splice(0).map((s) => s.stop()));
  rmSync(folder, { recursive: true });
});

async function listen(more: Partial<ServerOptions> = {}): Promise<{ server: RemoteServer; port: number }> {
  const server = new RemoteServer(
    { port: 0, host: '127.0.0.1', backlog: 5, maxPerAddress: 16, clientPorts: [1, 65_535], maxIdle: 0, ...more },
    {
      take: (lines) => {
        if (taken === 'written') written.push(...Buffer.from(lines).toString('latin1').trimEnd().split('\n'));
        return taken;
      },
      note: (type, fields) => notes.push(`${type} ${fields}`),
    },
  );
  servers.push(server);
  return { server, port: await server.start() };
}

const stopped: string[] = [];
function client(port: number, settings = '', store?: Store): RemoteClient {
  const { config, problems } = readClientConfig(
    `remote_server = 127.0.0.1\nport = ${port}\nmax_tries_per_record = 99\nmax_time_per_record = 20\n${settings}`,
    'x',
  );
  expect(problems).toEqual([]);
  const c = new RemoteClient(config, store ?? new MemoryStore(config.queue_depth), {
    act: () => {},
    stopped: (why) => stopped.push(why),
  });
  clients.push(c);
  c.start();
  return c;
}
const record = (n: number) => `type=USER msg=audit(1.000:${n}): x`;
const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('client and server', () => {
  it('every record arrives once, in order, under the address of who sent it', async () => {
    const { port } = await listen();
    const c = client(port);
    for (let i = 0; i < 500; i++) c.push(bytes(record(i)));
    await until(() => written.length === 500);
    expect(written).toEqual(Array.from({ length: 500 }, (_, i) => `node=127.0.0.1 ${record(i)}`));
  });

  it('a server that ends and comes back on its port: nothing lost, nothing twice', async () => {
    const first = await listen();
    const c = client(
      first.port,
      `mode = forward\nqueue_file = ${folder}/q\nqueue_depth = 5000`,
      new QueueFile(join(folder, 'q'), 5000),
    );
    for (let i = 0; i < 1000; i++) c.push(bytes(record(i)));
    await until(() => written.length > 200);
    await first.server.stop();
    for (let i = 1000; i < 1500; i++) c.push(bytes(record(i)));
    await listen({ port: first.port });
    await until(() => written.length === 1500);
    expect(new Set(written).size).toBe(1500);
    expect(written.at(-1)).toBe(`node=127.0.0.1 ${record(1499)}`);
  });

  it('a full disk on the server: the record stays with the client until it is taken', async () => {
    taken = 'disk full';
    const { port } = await listen();
    const c = client(port, 'network_retry_time = 1');
    c.push(bytes(record(1)));
    await new Promise((r) => setTimeout(r, 200));
    expect([written, c.sent]).toEqual([[], 0]);
    taken = 'written';
    await until(() => c.sent === 1);
    expect(written).toEqual([`node=127.0.0.1 ${record(1)}`]);
  });

  it('a record whose acknowledgement was lost is not written twice, by this server or the next', async () => {
    const { port } = await listen();
    const send = async (to: number, seq: number, text: string) => {
      const socket = connect(to, '127.0.0.1');
      sockets.push(socket);
      socket.write(encodeMessage({ type: TYPE.record, seq, body: bytes(`${text}\n`) }));
      await new Promise((done) => socket.once('data', done)); // acknowledged, and in the client's place: never heard
      socket.destroy();
    };
    await send(port, 1, record(1));
    await send(port, 9, record(1));
    const next = await listen({ written: ['torn', ...written] });
    await send(next.port, 1, record(1));
    await send(next.port, 1, record(2));
    expect(written).toEqual([1, 2].map((n) => `node=127.0.0.1 ${record(n)}`));
    expect(notes.filter((n) => n.startsWith('ERR op=record-again'))).toHaveLength(2);
  });

  it('stop: a server that cannot be reached ends the client with a reason', async () => {
    const { server, port } = await listen();
    await server.stop();
    const { config } = readClientConfig(
      `remote_server = 127.0.0.1\nport = ${port}\nmax_tries_per_record = 2\nnetwork_retry_time = 1`,
      'x',
    );
    const told: string[] = [];
    const c = new RemoteClient(config, new MemoryStore(9), { act: () => {}, stopped: (why) => told.push(why) });
    clients.push(c);
    c.push(bytes(record(1)));
    await until(() => told.length > 0);
    expect(told[0]).toContain(`cannot reach 127.0.0.1 port ${port}`);
  });
});

describe('identity', () => {
  const raw = async (port: number, text: string, host = '127.0.0.1') => {
    const socket = connect({ port, host, localAddress: host });
    sockets.push(socket);
    socket.write(encodeMessage({ type: TYPE.record, seq: 1, body: bytes(text) }));
    await new Promise((done) => socket.once('data', done));
    return socket;
  };

  it('a machine cannot write under a name another holds, nor change its own', async () => {
    const { port } = await listen({ host: '0.0.0.0' });
    const first = await raw(port, `node=web-1 ${record(1)}\n`);
    await raw(port, `node=web-1 ${record(2)}\n`, '127.0.0.2');
    first.write(encodeMessage({ type: TYPE.record, seq: 2, body: bytes(`node=db-2 ${record(3)}\n`) }));
    await until(() => written.length === 3);
    expect(written).toEqual([`node=web-1 ${record(1)}`, `node=127.0.0.2 ${record(2)}`, `node=web-1 ${record(3)}`]);
    expect(notes.filter((n) => n.startsWith('ERR')).map((n) => n.replace(/port=\d+/, 'port=N'))).toEqual([
      'ERR op=node-name-mismatch claimed="web-1" node="127.0.0.2" addr=127.0.0.2 port=N res=failed',
      'ERR op=node-name-mismatch claimed="db-2" node="web-1" addr=127.0.0.1 port=N res=failed',
    ]);
  });

  it('a record that carries another inside stays one record', async () => {
    const { port } = await listen();
    await raw(port, `${record(1)} acct="x\ntype=USER_LOGIN msg=audit(1.000:2): forged\n"\n`);
    expect(written).toEqual([`node=127.0.0.1 ${record(1)} acct="x type=USER_LOGIN msg=audit(1.000:2): forged "`]);
  });

  it('what is no record is not written, and noted once', async () => {
    const { port } = await listen();
    const socket = await raw(port, 'hello\n');
    socket.write(encodeMessage({ type: TYPE.record, seq: 2, body: bytes('again\n') }));
    socket.write(encodeMessage({ type: TYPE.record, seq: 3, body: bytes(record(3)) }));
    await until(() => written.length === 1);
    expect(notes.filter((n) => n.includes('not-a-record'))).toHaveLength(1);
  });
});

describe('peers that misbehave', () => {
  const dial = (port: number) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    return socket;
  };
  const closed = (socket: Socket) => new Promise((done) => (socket.destroyed ? done(0) : socket.once('close', done)));

  it('random bytes, a wrong version, an endless line: closed, the others served', async () => {
    const { port } = await listen();
    const good = client(port);
    const wrong = encodeMessage({ type: 0, seq: 1, body: bytes('x') });
    wrong[4] = 9;
    const bad = [
      wrong,
      new Uint8Array(70_000).fill(65),
      Buffer.concat([encodeMessage({ type: 1, seq: 1, body: bytes('') }), bytes('junk junk junk junk junk')]),
    ];
    for (const some of bad) {
      const socket = dial(port);
      socket.resume();
      socket.write(some);
      await closed(socket);
    }
    good.push(bytes(record(1)));
    await until(() => written.length === 1);
    expect(notes.filter((n) => n.startsWith('CLOSE') && n.includes('res=failed'))).toHaveLength(3);
  });

  it('too many from one address, and a port that is not allowed: refused with a note', async () => {
    const { port } = await listen({ maxPerAddress: 2 });
    const three = [dial(port), dial(port), dial(port)];
    await until(() => notes.some((n) => n.startsWith('ACCEPT op=max-connections')));
    for (const socket of three) socket.destroy();
    const { port: strict } = await listen({ clientPorts: [1, 1023] });
    await closed(dial(strict));
    expect(notes.some((n) => n.startsWith('ACCEPT op=port addr=127.0.0.1'))).toBe(true);
  });

  it('one that says nothing for too long is closed', async () => {
    const { port } = await listen({ maxIdle: 1 });
    const socket = dial(port);
    socket.resume();
    socket.write(encodeMessage({ type: TYPE.heartbeat, seq: 5, body: bytes('') }));
    await closed(socket);
    expect(notes.some((n) => n.startsWith('CLOSE op=idle'))).toBe(true);
  });
});

describe.skipIf(process.getuid?.() !== 0)('TLS with shared keys (needs root: keys must belong to root)', () => {
  const key = (name: string, hex: string) => {
    const file = join(folder, name);
    writeFileSync(file, hex.repeat(32), { mode: 0o400 });
    return file;
  };
  const settings = (more: Partial<TlsSettings>): TlsSettings => ({
    tls_auth: 'psk',
    tls_crypto_profile: 'compatible',
    tls_psk_file: '',
    tls_psk_identity: '',
    tls_cipher_suites: 'TLS_AES_128_GCM_SHA256',
    tls_key_exchange: '',
    tls_certificate_file: '',
    tls_key_file: '',
    tls_ca_file: '',
    ...more,
  });

  it('each identity writes under its own name; an unknown one and a wrong key do not get in', async () => {
    const allowed = join(folder, 'allowed');
    writeFileSync(allowed, `web-1 enabled key=${key('a', 'a1')}\ndb-2 disabled key=${key('b', 'b2')}\n`, {
      mode: 0o600,
    });
    const s = settings({});
    const keys = readKeys(s, allowed);
    const { port } = await listen({ secure: (listener, refused) => tlsServer(s, () => keys, listener, refused) });
    const tls = (identity: string, file: string) =>
      `transport = tls\ntls_psk_identity = ${identity}\ntls_psk_file = ${file}\ntls_cipher_suites = TLS_AES_128_GCM_SHA256`;
    const good = client(port, tls('web-1', join(folder, 'a')));
    good.push(bytes(`node=db-2 ${record(1)}`));
    await until(() => written.length === 1);
    expect(written).toEqual([`node=web-1 ${record(1)}`]);
    for (const [identity, file] of [
      ['db-2', 'b'],
      ['web-1', 'b'],
    ] as const) {
      const bad = client(port, `${tls(identity, join(folder, file))}\nnetwork_retry_time = 1`);
      bad.push(bytes(record(2)));
    }
    await until(() => notes.filter((n) => n.startsWith('ACCEPT op=tls-handshake')).length >= 2);
    expect(written).toHaveLength(1);
  });

  it('a key file is root’s, mode 0400, no link, and long enough', () => {
    const good = key('good', 'a1');
    expect(readKey(good)).toHaveLength(32);
    const spoil: Record<string, (file: string) => void> = {
      'mode 0400': (file) => chmodSync(file, 0o440),
      'belong to root': (file) => chownSync(file, 65534, 0),
      'symbolic link|ELOOP': (file) => {
        rmSync(file);
        symlinkSync(good, file);
      },
      'at least 32 bytes': (file) => {
        chmodSync(file, 0o600);
        writeFileSync(file, 'a1'.repeat(31));
        chmodSync(file, 0o400);
      },
    };
    for (const [why, make] of Object.entries(spoil)) {
      const file = key(`bad-${why.replace(/\W/g, '-')}`, 'b2');
      make(file);
      expect(() => readKey(file)).toThrow(new RegExp(why));
    }
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  it.skipIf(!openssl)(
    'certificates on both sides [needs openssl]: the name in it is the client’s; another signer’s is no one’s',
    async () => {
      const at = (name: string): string => join(folder, name);
      const make = (...argv: string[]): void => {
        const done = spawnSync('openssl', argv, { cwd: folder, encoding: 'utf8' });
        expect(done.status, done.stderr).toBe(0);
      };
      const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
      const signer = (name: string) =>
        make('req', '-x509', ...ec, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`);
      const certificate = (name: string, by: string, extension: string) => {
        make('req', ...ec, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
        writeFileSync(at(`${name}.ext`), extension);
        make(
          'x509',
          '-req',
          '-in',
          `${name}.csr`,
          '-CA',
          `${by}.pem`,
          '-CAkey',
          `${by}.key`,
          '-CAcreateserial',
          '-days',
          '2',
          '-out',
          `${name}.pem`,
          '-extfile',
          `${name}.ext`,
        );
        chmodSync(at(`${name}.key`), 0o400);
      };
      for (const name of ['ours', 'theirs']) signer(name);
      certificate('loghost', 'ours', 'subjectAltName=IP:127.0.0.1');
      certificate('web-1', 'ours', 'extendedKeyUsage=clientAuth');
      certificate('web-2', 'theirs', 'extendedKeyUsage=clientAuth');
      const files = (name: string) => ({
        tls_certificate_file: at(`${name}.pem`),
        tls_key_file: at(`${name}.key`),
        tls_ca_file: at('ours.pem'),
      });
      const s = settings({ tls_auth: 'certificate', ...files('loghost') });
      const { port } = await listen({
        secure: (listener, refused) => tlsServer(s, () => new Map(), listener, refused),
      });
      const use = (name: string) =>
        client(
          port,
          [
            'transport = tls',
            'tls_auth = certificate',
            'network_retry_time = 1',
            ...Object.entries(files(name)).map((pair) => pair.join(' = ')),
          ].join('\n'),
        );
      use('web-1').push(bytes(`node=web-2 ${record(1)}`));
      await until(() => written.length === 1);
      use('web-2').push(bytes(record(2)));
      await until(() => notes.some((n) => n.startsWith('ACCEPT op=tls-handshake addr=127.0.0.1 ')));
      expect(written).toEqual([`node=web-1 ${record(1)}`]);

      // The server's certificate is held against the address or name that was asked for.
      certificate('elsewhere', 'ours', 'subjectAltName=IP:127.0.0.2,DNS:localhost');
      const elsewhere = settings({ tls_auth: 'certificate', ...files('elsewhere') });
      const other = await listen({
        secure: (listener, refused) => tlsServer(elsewhere, () => new Map(), listener, refused),
      });
      const outcome = (host: string) =>
        new Promise<unknown>((done) => {
          const socket = tlsConnect(settings({ tls_auth: 'certificate', ...files('web-1') }), {
            host,
            port: other.port,
          });
          sockets.push(socket);
          socket.once('secureConnect', () => done('connected'));
          socket.once('error', (error: NodeJS.ErrnoException) => done(error.code));
        });
      expect(await outcome('127.0.0.1')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
      expect(await outcome('localhost')).toBe('connected');
    },
    60_000,
  );
});

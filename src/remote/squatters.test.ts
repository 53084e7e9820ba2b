// Those who come and do not say who they are: true clients get in while they sit, from whatever addresses they come; and
// the names that nobody may take. Squatters are a process of their own, and come again when they are closed.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/until.fixture.ts';
import { Doorway, type DoorwayLimits, groupOf, type Peer } from './doorway.ts';
import { encodeMessage, TYPE } from './protocol.ts';
import { RemoteServer, type ServerOptions } from './server.ts';
import { readKeys, type TlsSettings, tlsConnect, tlsServer } from './tls.ts';

let folder: string;
let written: string[];
let notes: string[];
const servers: RemoteServer[] = [];
const crowds: ChildProcess[] = [];
const sockets: Socket[] = [];

/** Tries that a client makes for a record before it gives it up: audisp-remote.conf(5), max_tries_per_record. A single try
 * may meet the moment in which the squatters come again, the more the busier the machine is. */
const TRIES = 3;

/** Whether one of a client's tries succeeds. */
async function withinTries(served: () => Promise<boolean>): Promise<boolean> {
  for (let n = 0; n < TRIES; n++) if (await served()) return true;
  return false;
}

/** Sends record `n` over a new connection, and closes it: whether it was acknowledged. */
async function acknowledged(socket: Socket, n: number): Promise<boolean> {
  socket.on('error', () => {});
  const closed = new Promise<boolean>((done) => socket.once('close', () => done(false)));
  const answered = new Promise<boolean>((done) => socket.once('data', () => done(true)));
  socket.write(message(n, ''));
  const got = await Promise.race([answered, closed]);
  socket.destroy();
  await closed;
  return got;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-squatters-'));
  written = [];
  notes = [];
});
afterEach(async () => {
  for (const crowd of crowds.splice(0)) crowd.kill('SIGKILL');
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((s) => s.stop()));
  rmSync(folder, { recursive: true });
});

async function listen(more: Partial<ServerOptions>): Promise<number> {
  const server = new RemoteServer(
    { port: 0, host: '::', backlog: 50, maxPerAddress: 1, clientPorts: [1, 65_535], maxIdle: 0, ...more },
    {
      take: (lines) => {
        written.push(...Buffer.from(lines).toString('latin1').trimEnd().split('\n'));
        return 'written';
      },
      note: (type, fields) => notes.push(`${type} ${fields}`),
    },
  );
  servers.push(server);
  return server.start();
}

const message = (n: number, text: string): Uint8Array =>
  encodeMessage({ type: TYPE.record, seq: n, body: Buffer.from(`${text}type=USER msg=audit(1.000:${n}): x\n`) });

/** Holds `each` connections from each address, says `hello` (hex) or nothing, and comes again 20 ms after being closed. */
const SQUATTERS = `
const { connect } = require('node:net');
const [port, host, each, hello, ...addresses] = process.argv.slice(1);
let open = 0, told = false;
const sit = (localAddress) => {
  const s = connect({ port: Number(port), host, localAddress });
  s.on('connect', () => {
    if (hello !== '-') s.write(Buffer.from(hello, 'hex'));
    if (++open >= addresses.length * Number(each) && !told) { told = true; console.log('sitting'); }
  });
  s.on('error', () => {}); s.resume();
  s.on('close', () => setTimeout(sit, 20, localAddress));
};
for (const address of addresses) for (let i = 0; i < Number(each); i++) sit(address);
setTimeout(() => {}, 1e9);
`;
async function squat(port: number, addresses: readonly string[], each: number, hello = '-', host = '127.0.0.1') {
  const child = spawn(process.execPath, ['-e', SQUATTERS, String(port), host, String(each), hello, ...addresses], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  crowds.push(child);
  await new Promise((done) => child.stdout!.once('data', done));
}

const others = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `127.0.${from}.${1 + i}`);

const root = process.getuid?.() === 0;
describe.skipIf(!root)('squatters before a TLS server [needs root: keys must belong to root]', () => {
  const settings = (more: Partial<TlsSettings> = {}): TlsSettings => ({
    tls_auth: 'psk',
    tls_crypto_profile: 'compatible',
    tls_psk_file: join(folder, 'key'),
    tls_psk_identity: 'web-1',
    tls_cipher_suites: 'TLS_AES_128_GCM_SHA256',
    tls_key_exchange: '',
    tls_certificate_file: '',
    tls_key_file: '',
    tls_ca_file: '',
    ...more,
  });
  beforeEach(() => writeFileSync(join(folder, 'key'), randomBytes(32).toString('hex'), { mode: 0o400 }));
  const secured = (more: Partial<ServerOptions> = {}): Promise<number> => {
    const keys = readKeys(settings(), '');
    return listen({ secure: (listener, refused) => tlsServer(settings(), () => keys, listener, refused), ...more });
  };

  /** A true client: whether its record is acknowledged. */
  async function served(port: number, n: number, host = '127.0.0.1', identity = 'web-1'): Promise<boolean> {
    return acknowledged(tlsConnect(settings({ tls_psk_identity: identity }), { host, port }), n);
  }
  /** How many of so many records are acknowledged, each over a connection of its own. */
  async function delivered(port: number, count: number, host?: string): Promise<number> {
    let good = 0;
    for (let n = 1; n <= count; n++) {
      if (await withinTries(() => served(port, n, host))) good++;
      await until(() => servers[0]!.clients().length === 0); // one connection an address: the last one has gone
    }
    return good;
  }

  // A ClientHello's beginning: the handshake goes on waiting for the rest.
  const HALF = '16030100f8010000f40303';
  it.each([
    ['from one other address', ['127.0.0.2'], 300, '-'],
    ['from one other address, with half a hello', ['127.0.0.2'], 300, HALF],
    ['from 100 addresses, more than there may be connections', others(1, 100), 4, '-'],
    ['from the client’s own address', ['127.0.0.1'], 12, '-'],
  ] as const)(
    '%s: true clients get in',
    async (_what, addresses, each, hello) => {
      const port = await secured({ maxConnections: 100 });
      await squat(port, addresses, each, hello);
      expect(await delivered(port, 40)).toBe(40);
      expect(new Set(written)).toEqual(
        new Set(
          Array.from({ length: 40 }, (_, i) => `node=web-1 ${`type=USER msg=audit(1.000:${i + 1}): x`}`).filter(
            (line) => written.includes(line),
          ),
        ),
      );
      expect(notes.some((note) => note.startsWith('ACCEPT op=max-connections addr=127.0.'))).toBe(true);
    },
    90_000,
  );

  const six = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
  it.skipIf(!six)(
    'from IPv6 [needs IPv6]: true clients get in',
    async () => {
      const port = await secured({ maxConnections: 100 });
      await squat(port, ['::1'], 300, '-', '::1');
      expect(await delivered(port, 40, '127.0.0.1')).toBe(40);
    },
    90_000,
  );

  it('a handshake has so long and no longer, however often a byte comes', async () => {
    const port = await secured({ patience: 1 });
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {}).resume();
    const hello = Buffer.from(HALF, 'hex');
    let at = 0;
    const drip = setInterval(() => at < hello.length && socket.write(hello.subarray(at, ++at)), 150);
    await new Promise((done) => socket.once('close', done));
    clearInterval(drip);
    expect(notes.filter((note) => note.includes(' addr=127.0.0.1 '))).toEqual([
      expect.stringMatching(/^ACCEPT op=tls-slow addr=127\.0\.0\.1 port=\d+ res=failed$/),
    ]);
  });

  it('each who does not get in is told once, by its address, and nothing of it stays', async () => {
    const port = await secured({ clientPorts: [1, 65_535], maxPerAddress: 20 });
    for (let i = 0; i < 10; i++) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(i % 2 ? 'GET / HTTP/1.1\r\n\r\n' : '');
      if (i % 2 === 0) socket.end();
      await new Promise((done) => socket.resume().once('close', done));
    }
    await until(() => notes.length >= 10);
    expect(notes.map((note) => note.replace(/port=\d+/, 'port=N'))).toEqual(
      Array(10).fill('ACCEPT op=tls-handshake addr=127.0.0.1 port=N res=failed'),
    );
    expect(await served(port, 1)).toBe(true);
  });

  it('an identity that is this machine’s own name does not get in', async () => {
    const keys = readKeys(settings({ tls_psk_identity: 'LogHost.' }), '');
    const port = await listen({
      own: () => ['loghost'],
      secure: (listener, refused) => tlsServer(settings(), () => keys, listener, refused),
    });
    expect(await served(port, 1, '127.0.0.1', 'LogHost.')).toBe(false);
    expect(written).toEqual([]);
    await until(() => notes.some((note) => note.startsWith('ACCEPT op=tls-own-name addr=127.0.0.1 ')));
  });
});

describe('names without TLS', () => {
  let said = 0;
  /** What a connection's records are written as. */
  async function nameOf(port: number, claimed: string, from: string): Promise<string> {
    const socket = connect({ port, host: '127.0.0.1', localAddress: from });
    sockets.push(socket);
    socket.write(message(++said, `node=${claimed} `)); // never the same record again
    await new Promise((done) => socket.once('data', done));
    return /^node=(\S+) /.exec(written.at(-1)!)![1]!;
  }

  it('this machine’s own, another’s in other letters, and an address are not to be had', async () => {
    const port = await listen({
      host: '0.0.0.0',
      maxPerAddress: 50,
      own: () => ['loghost', 'loghost.example.org', ''],
    });
    expect(await nameOf(port, 'Web-1', '127.0.0.2')).toBe('Web-1');
    const claims = ['loghost', 'LOGHOST', 'loghost.', 'LogHost.Example.org..', 'web-1', 'WEB-1.', 'Web-1...'];
    const addresses = [
      '127.0.0.2',
      '127.2',
      '10.0.0.1.',
      '0x7f000001',
      '2130706433',
      '::1',
      'fe80::1',
      '::ffff:10.0.0.1',
    ];
    for (const claimed of [...claims, ...addresses])
      expect([claimed, await nameOf(port, claimed, '127.0.0.3')]).toEqual([claimed, '127.0.0.3']);
    expect(notes.filter((note) => note.startsWith('ERR op=node-name-mismatch'))).toHaveLength(
      claims.length + addresses.length,
    );
    expect(await nameOf(port, '127.0.0.4', '127.0.0.4')).toBe('127.0.0.4');
    expect(await nameOf(port, '10.example.org', '127.0.0.5')).toBe('10.example.org');
  });

  it('where this machine is called by an address, a peer from there is told apart', async () => {
    const port = await listen({ host: '0.0.0.0', own: () => ['127.0.0.6'] });
    expect(await nameOf(port, 'x.y', '127.0.0.7')).toBe('x.y');
    expect(await nameOf(port, '127.0.0.6', '127.0.0.6')).toBe('remote-127.0.0.6');
  });
});

describe('squatters before a plain TCP server', () => {
  /** A true client: whether its record is acknowledged. */
  async function served(port: number, n: number): Promise<boolean> {
    return acknowledged(connect(port, '127.0.0.1'), n);
  }

  it.each([
    ['from one other address', ['127.0.0.2'], 300, '-'],
    ['from 100 addresses, more than there may be connections', others(1, 100), 4, '-'],
    ['from the client’s own address', ['127.0.0.1'], 12, '-'],
    ['from the client’s own address, with the beginning of a message', ['127.0.0.1'], 3, 'fe0000ff0000'],
  ] as const)(
    '%s: true clients get in',
    async (_what, addresses, each, hello) => {
      const port = await listen({ maxConnections: 100 });
      await squat(port, addresses, each, hello);
      let good = 0;
      for (let n = 1; n <= 40; n++) {
        if (await withinTries(() => served(port, n))) good++;
        await until(() => servers[0]!.clients().every((one) => one.endsWith(' ?'))); // the last true one has gone
      }
      expect(good).toBe(40);
      expect(written.length).toBeGreaterThanOrEqual(good);
      expect(notes.some((note) => note.startsWith('ACCEPT op=max-connections addr=127.0.'))).toBe(true);
    },
    90_000,
  );

  it('one that has said a message keeps its place, and one that has not has its time only', async () => {
    const port = await listen({ patience: 1 });
    const speaks = connect(port, '127.0.0.3');
    sockets.push(speaks);
    speaks.on('error', () => {}).write(message(1, ''));
    await until(() => written.length === 1);
    const late = connect(port, '127.0.0.3');
    sockets.push(late.resume());
    await new Promise((done) => late.once('close', done));
    expect(speaks.destroyed).toBe(false);
    expect(notes.at(-1)).toMatch(/^ACCEPT op=max-connections /);
    sockets.push(connect({ port, host: '127.0.0.3', localAddress: '127.0.0.4' }).resume());
    await until(() => notes.some((note) => note.startsWith('CLOSE op=silent addr=127.0.0.4 ')));
  });
});

describe('the doorway', () => {
  const limits: DoorwayLimits = { perAddress: 2, perGroup: 3, inAll: 5, grace: 1000 };
  const peer = (address: string, since: number, silent = true): Peer => ({
    address,
    port: 1,
    since,
    silent: () => silent,
  });

  it('counts a whole /64 of IPv6 as one, link-local and IPv4 addresses each for itself', () => {
    const groups = [
      '2001:db8:0:1::1',
      '2001:DB8::1:0:0:0:9',
      '2001:db8:0:2::1',
      '::1',
      '::2',
      'fe80::1',
      'fe80::2%eth0',
      '10.0.0.1',
      '10.0.0.2',
    ].map(groupOf);
    expect(groups[0]).toBe(groups[1]);
    expect(groups[3]).toBe(groups[4]);
    expect(new Set(groups).size).toBe(7);
  });

  it('lets the longest silent go, of an address, of a group, of the group with most', () => {
    const doorway = new Doorway<Peer>();
    const a = [peer('10.0.0.1', 0, false), peer('10.0.0.1', 1), peer('10.0.0.1', 2)];
    expect(a.map((one) => doorway.enter(one, limits))).toEqual([undefined, undefined, a[1]]);
    const six = [1, 2, 3, 4].map((n) => peer(`2001:db8::${n}`, n));
    expect(six.map((one) => doorway.enter(one, limits))).toEqual([undefined, undefined, undefined, six[0]]);
    expect(doorway.enter(peer('10.0.0.9', 9), limits)).toBe(six[1]);
    expect([...doorway.all()]).toHaveLength(5);
  });

  it('keeps who came first and speaks where all are alone, until each has had its time', () => {
    const doorway = new Doorway<Peer>();
    for (let n = 0; n < 5; n++) doorway.enter(peer(`10.0.1.${n}`, 0, false), limits);
    const early = peer('10.0.2.1', 999);
    expect(doorway.enter(early, limits)).toBe(early);
    expect(doorway.enter(peer('10.0.2.1', 1000, false), limits)?.address).toBe('10.0.1.0');
    const silent = peer('10.0.3.1', 2000);
    expect(doorway.enter(silent, limits)?.address).toBe('10.0.1.1');
    expect(doorway.enter(peer('10.0.4.1', 1001), limits)).toBe(silent);
    for (const one of [...doorway.all()]) doorway.leave(one);
    expect([...doorway.all()]).toEqual([]);
  });
});

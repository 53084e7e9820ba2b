// Ten thousand connections, slow and half-open ones, and too many bytes held: memory stays bounded and honest clients
// are served meanwhile. The crowd is a process of its own, so that the memory measured is the server's alone.
import { type ChildProcess, spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../test/until.fixture.ts';
import { NOTES_IN_ALL } from './notes.ts';
import { encodeMessage, MessageReader, TYPE } from './protocol.ts';
import { RemoteServer, type ServerOptions } from './server.ts';

const servers: RemoteServer[] = [];
const sockets: Socket[] = [];
const crowds: ChildProcess[] = [];
let written = 0;
let notes: string[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const crowd of crowds.splice(0)) crowd.kill('SIGKILL');
  await Promise.all(servers.splice(0).map((s) => s.stop()));
});

async function listen(more: Partial<ServerOptions>): Promise<number> {
  written = 0;
  notes = [];
  const server = new RemoteServer(
    { port: 0, host: '0.0.0.0', backlog: 511, maxPerAddress: 1024, clientPorts: [1, 65_535], maxIdle: 0, ...more },
    {
      take: (_, records) => {
        written += records;
        return 'written';
      },
      note: (type, fields) => notes.push(`${type} ${fields}`),
    },
  );
  servers.push(server);
  return server.start();
}
const record = (seq: number) =>
  encodeMessage({ type: TYPE.record, seq, body: Buffer.from(`type=USER msg=audit(1.000:${seq}): x\n`) });

/** An honest client: `count` records, each after the last one's acknowledgement. */
async function honest(port: number, count: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.9' });
  sockets.push(socket);
  const reader = new MessageReader(false);
  let seq = 1;
  socket.write(record(seq));
  await new Promise<void>((done, fail) => {
    socket.on('close', () => fail(new Error('the honest client was closed')));
    socket.on('data', (chunk: Uint8Array) => {
      for (const message of reader.push(chunk)) {
        if (message.type !== TYPE.ack || message.seq !== seq) fail(new Error('a wrong answer'));
        if (seq++ === count) done();
        else socket.write(record(seq));
      }
    });
  });
  socket.removeAllListeners('close').destroy();
}

/** Connections from many loopback addresses, 100 at a time, each sending the beginning of a message and no more. */
const CROWD = `
const { connect } = require('node:net');
const [port, total, bytes] = process.argv.slice(1).map(Number);
let begun = 0, over = 0;
const some = Buffer.from(process.argv[4], 'hex');
const body = Buffer.concat([some, Buffer.alloc(bytes)]);
const next = () => {
  if (begun >= total) return;
  const n = begun++;
  const s = connect({ port, host: '127.0.0.1', localAddress: '127.0.' + (1 + n % 20) + '.1' });
  let said = false;
  const done = () => { if (!said) { said = true; if (++over === total) console.log('all'); next(); } };
  s.on('connect', () => { s.write(body); setTimeout(done, 5); });
  s.on('error', done); s.on('close', done); s.resume();
};
for (let i = 0; i < 100; i++) next();
setTimeout(() => {}, 1e9);
`;
function crowd(port: number, connections: number, bytes: number): Promise<void> {
  const begun = Buffer.from(encodeMessage({ type: TYPE.record, seq: 1, body: new Uint8Array(60_000) }).subarray(0, 16));
  const args = ['-e', CROWD, String(port), String(connections), String(bytes), begun.toString('hex')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  crowds.push(child);
  return new Promise((done) => child.stdout!.once('data', () => done()));
}

/** Peers that send nonsense of each kind in turn, 50 at a time, until the server closes or 300 ms are over. */
const MOB = `
const { connect } = require('node:net');
const { randomBytes } = require('node:crypto');
const [port, total] = process.argv.slice(1).map(Number);
const head = (version, length) => { const b = Buffer.alloc(16); b.set([0xfe, 0, 0, 0xff, version]); b.writeUInt16LE(length, 10); return b; };
const kinds = [
  () => randomBytes(5000), () => Buffer.alloc(200000, 65), () => Buffer.concat([head(9, 4), Buffer.from('abcd')]),
  () => Buffer.concat([head(0, 65535), randomBytes(65535)]), () => head(0, 65535).subarray(0, 7),
  () => Buffer.concat([head(0, 3), Buffer.from('x\\n'), randomBytes(3000)]), () => Buffer.alloc(0),
];
let begun = 0, over = 0;
const next = () => {
  if (begun >= total) return;
  const n = begun++;
  const s = connect({ port, host: '127.0.0.1', localAddress: '127.1.' + (1 + n % 20) + '.1' });
  let said = false;
  const done = () => { if (said) return; said = true; s.destroy(); if (++over === total) console.log('all'); next(); };
  s.on('connect', () => { s.write(kinds[n % kinds.length]()); setTimeout(done, 300); });
  s.on('error', done); s.on('close', done); s.resume();
};
for (let i = 0; i < 50; i++) next();
setTimeout(() => {}, 1e9);
`;
function mob(port: number, peers: number): Promise<void> {
  const child = spawn(process.execPath, ['-e', MOB, String(port), String(peers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  crowds.push(child);
  return new Promise((done) => child.stdout!.once('data', () => done()));
}

describe('a crowd of peers', () => {
  it('10,000 connections: those above the limit are dropped, memory is bounded, the honest are served', async () => {
    const port = await listen({ maxConnections: 2000, patience: 3 });
    const served = honest(port, 300); // is in before the crowd, and goes on through it
    await until(() => written > 0);
    const before = process.memoryUsage.rss();
    await crowd(port, 10_000, 0);
    await served;
    const grown = (process.memoryUsage.rss() - before) >> 20;
    expect(written).toBe(300);
    await until(() => notes.some((n) => /^ERR op=too-many-connections dropped=\d{3,} res=failed$/.test(n)));
    expect(grown).toBeLessThan(100);
    // The trail is not filled, and nobody is forgotten (a few that the crowd believes open never get past the kernel).
    await servers[0]!.stop();
    expect(notes.length).toBeLessThan(NOTES_IN_ALL + 60);
    const told = (pattern: RegExp) => notes.reduce((n, note) => n + Number(pattern.exec(note)?.[1] ?? 0), 0);
    const single = (type: string) => notes.filter((n) => n.startsWith(`${type} `)).length;
    const accepted = single('ACCEPT') + told(/ accept=(\d+)/);
    const dropped = told(/ dropped=(\d+)/);
    expect(accepted + dropped).toBeGreaterThan(9000);
    expect(accepted + dropped).toBeLessThanOrEqual(10_001);
    expect(single('CLOSE') + told(/ close=(\d+)/)).toBe(accepted);
    if (process.env.AUSPEX_FIGURES) console.log(`${notes.length} records, ${accepted} accepted, ${dropped} dropped`);
    if (process.env.AUSPEX_FIGURES) console.log(`10,000 connections: RSS grew by ${grown} MiB`);
  });

  it('messages begun and not ended: what all hold together is bounded, and who is slowest goes', async () => {
    const port = await listen({ heldBytes: 1 << 20 });
    await crowd(port, 200, 40_000);
    await until(() => notes.filter((n) => n.startsWith('CLOSE op=memory')).length >= 150);
    await honest(port, 20);
    expect(written).toBe(20);
  });

  it('1,400 peers with random bytes, endless lines, wrong versions, oversized and half messages: nothing of it is written', async () => {
    const port = await listen({ patience: 1 });
    const served = honest(port, 300);
    await until(() => written > 0);
    const before = process.memoryUsage.rss();
    await mob(port, 1400);
    await served;
    const grown = (process.memoryUsage.rss() - before) >> 20;
    expect(written).toBe(300);
    expect(grown).toBeLessThan(100);
    for (const op of ['not-a-managed-message', 'line-too-long', 'unknown-version'])
      expect(
        notes.some((n) => n.startsWith(`CLOSE op=${op} `)),
        op,
      ).toBe(true);
    expect(notes.some((n) => n.startsWith('ERR op=not-a-record '))).toBe(true);
    await honest(port, 20); // and the next one is served as well
    expect(written).toBe(320);
    if (process.env.AUSPEX_FIGURES) console.log(`1,400 malicious peers: RSS grew by ${grown} MiB`);
  });

  it('a byte now and then does not keep a message, or a place, for ever', async () => {
    const port = await listen({ patience: 1 });
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', () => {}).resume();
    const silent = connect(port, '127.0.0.1');
    sockets.push(silent.resume());
    const message = record(1);
    let at = 0;
    const drip = setInterval(() => socket.write(message.subarray(at++, at)), 100);
    await until(() => notes.filter((n) => n.startsWith('CLOSE')).length === 2);
    clearInterval(drip);
    expect(notes.filter((n) => n.startsWith('CLOSE')).map((n) => n.split(' ')[1])).toEqual(
      expect.arrayContaining(['op=slow', 'op=silent']),
    );
    expect(written).toBe(0);
    await honest(port, 5);
  });

  it('a client that has nothing to say between two messages keeps its place', async () => {
    const port = await listen({ patience: 1 });
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.write(record(1));
    await new Promise((done) => socket.once('data', done));
    await new Promise((r) => setTimeout(r, 2500)); // more than the patience, twice over
    socket.write(record(2));
    await until(() => written === 2);
  });
});

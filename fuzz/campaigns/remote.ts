// What a peer sends to the server of remote records. An input that begins with a byte below 128 is a stream as it stands; any
// other is bodies between 0x1e bytes, which we put into messages. Nothing throws, a stream cut anywhere gives the same messages,
// and what is written is one line a message at most, of this connection's own name and never of one that another holds.
import { connect, type Socket } from 'node:net';
import { parseRecord } from '../../src/record/index.ts';
import { encodeMessage, MessageReader, RemoteServer, signal, TYPE } from '../../src/remote/index.ts';
import { type Campaign, hold, holdSame, type Target } from '../kit/campaign.ts';
import { recordWords, trails } from '../kit/material.ts';

const HEADER = 'type=USER_LOGIN msg=audit(1795234667.115:7): ';
const VICTIM = 'victim';
/** The longest body a message can carry. */
const LONGEST_BODY = 0xffff;

/** The bytes of an input on the wire, and how many messages they hold where we made them. */
function wireOf(input: Buffer): { wire: Buffer; messages: number } {
  if (input.length === 0 || input[0]! < 128) return { wire: input.subarray(1), messages: Number.POSITIVE_INFINITY };
  const bodies = input.subarray(1).toString('latin1').split('\x1e');
  const messages = bodies.map((body, seq) =>
    encodeMessage({ type: TYPE.record, seq, body: Buffer.from(body.slice(0, LONGEST_BODY), 'latin1') }),
  );
  return { wire: Buffer.concat(messages), messages: bodies.length };
}

/** The messages of a stream, read in pieces of `size`, as text. */
function messagesOf(wire: Buffer, size: number, allowAscii: boolean): string {
  const reader = new MessageReader(allowAscii);
  let text = '';
  for (let at = 0; at < wire.length; at += size) {
    const messages = reader.push(wire.subarray(at, at + size));
    for (const { type, seq, body } of messages) text += `${type} ${seq} ${Buffer.from(body).toString('latin1')}\n`;
    hold(reader.held <= LONGEST_BODY + 16, () => `${reader.held} bytes are held`);
  }
  return text + reader.fault;
}

function checkFraming(wire: Buffer, seed: number): void {
  for (const allowAscii of [true, false]) {
    // In pieces so small that a line too long is found at the same place.
    const sizes = wire.length > 20_000 ? [1024, 1024 + (seed % 97)] : [1 + (seed % 7), 16, wire.length];
    const [first, ...others] = sizes.map((size) => messagesOf(wire, Math.max(1, size), allowAscii));
    if (first!.endsWith('line too long')) continue; // how much comes before depends on the pieces
    for (const other of others) holdSame(other, first!, 'the messages, cut elsewhere');
  }
}

async function open(): Promise<Target> {
  let log = '';
  const take = (lines: Uint8Array) => {
    log += Buffer.from(lines).toString('latin1');
    return 'written' as const;
  };
  const options = { port: 0, host: '127.0.0.1', backlog: 50, maxPerAddress: 64, maxIdle: 0 };
  const server = new RemoteServer({ ...options, clientPorts: [1, 65_535] }, { take, note: () => {} });
  const port = await server.start();
  const connected = (localAddress: string): Socket => connect({ port, host: '127.0.0.1', localAddress });
  const victim = connected('127.0.0.77');
  victim.write(encodeMessage({ type: TYPE.record, seq: 1, body: Buffer.from(`node=${VICTIM} ${HEADER}mine\n`) }));
  await new Promise((resolve) => victim.once('data', resolve));
  victim.resume();

  /** Sends it in two pieces, and waits until the server has read all and closed. */
  const send = (wire: Buffer, cut: number): Promise<void> =>
    new Promise((resolve) => {
      const socket = connected('127.0.0.78');
      socket.setNoDelay(true);
      socket.on('error', () => {}); // closed on us: that is the server's right
      socket.on('close', () => resolve());
      socket.resume();
      socket.write(wire.subarray(0, cut));
      socket.end(wire.subarray(cut));
    });

  return {
    async check(input) {
      const { wire, messages } = wireOf(input);
      checkFraming(wire, input.length);
      log = '';
      await send(wire, (input.length * 7919) % (wire.length + 1));
      checkLog(log, messages);
      hold(server.clients().length <= 2, () => `${server.clients().length} clients are left`);
    },
    async close() {
      victim.destroy();
      await server.stop();
    },
  };
}

function checkLog(log: string, messages: number): void {
  hold(log === '' || log.endsWith('\n'), 'the last line is whole');
  const lines = log.split('\n').slice(0, -1);
  hold(lines.length <= messages, () => `${lines.length} lines of ${messages} messages`);
  const names = new Set<string>();
  for (const line of lines) {
    const bytes = Buffer.from(line, 'latin1');
    const record = parseRecord(bytes, 0, bytes.length);
    hold(record !== undefined && !line.includes('\0'), () => `no record: ${line}`);
    names.add(record.node);
  }
  hold(names.size <= 1 && !names.has(VICTIM) && !names.has(''), () => `written as ${JSON.stringify([...names])}`);
}

const bodies = (...texts: readonly string[]): Uint8Array => Buffer.from(`\x80${texts.join('\x1e')}`, 'latin1');

export const campaign: Campaign = {
  about: 'streams of a peer that sends records: framing, names, what is written',
  seeds: () => [
    ...trails()
      .slice(0, 40)
      .flatMap((text) => [
        bodies(...Buffer.from(text).toString('latin1').split('\n')),
        Buffer.concat([Buffer.of(0), text]),
      ]),
    bodies(`node=liar ${HEADER}a`, `node=${VICTIM} ${HEADER}b`, `${HEADER}c\nnode=${VICTIM} ${HEADER}d`),
    Buffer.concat([
      Buffer.of(0),
      signal(TYPE.heartbeat, 1),
      encodeMessage({ type: 0, seq: 2, body: Buffer.from(HEADER) }),
    ]),
    Buffer.from(`\0${HEADER}x\n${HEADER}y\n`),
  ],
  words: () => [
    ...[
      '\xfe\0\0\xff',
      '\xfe\0\0\xff\0\0\0\0\0\0\x05\0\x07\0\0\0',
      '\x1e',
      HEADER,
      `node=${VICTIM} `,
      'node=127.0.0.77 ',
    ],
    ...[
      `\nnode=${VICTIM} ${HEADER}`,
      `\rnode=${VICTIM} ${HEADER}`,
      `node=${VICTIM}\t`,
      'node=',
      '\x1d',
      '\0\0\0\x40',
      '\xff\xff',
    ],
    ...recordWords().slice(0, 60),
  ],
  open,
};

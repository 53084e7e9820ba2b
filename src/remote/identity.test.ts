// Whatever a peer sends, over the wire: each line written is one record under the name of its own connection.
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseRecord } from '../record/parse.ts';
import { encodeMessage, MessageReader, TYPE } from './protocol.ts';
import { RemoteServer } from './server.ts';

let server: RemoteServer;
let port: number;
let log = Buffer.alloc(0);
beforeAll(async () => {
  const options = { port: 0, host: '0.0.0.0', backlog: 50, maxPerAddress: 1000, maxIdle: 0 };
  const take = (lines: Uint8Array) => {
    log = Buffer.concat([log, lines]);
    return 'written' as const;
  };
  server = new RemoteServer({ ...options, clientPorts: [1, 65_535] }, { take, note: () => {} });
  port = await server.start();
});
afterAll(() => server.stop());

/** A connection from `address` that has sent `bodies` and heard an acknowledgement of each. */
async function send(address: string, bodies: readonly Uint8Array[]): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: address });
  const reader = new MessageReader(false);
  for (const [seq, body] of bodies.entries()) socket.write(encodeMessage({ type: TYPE.record, seq, body }));
  let heard = 0;
  await new Promise<void>((done, fail) => {
    socket.on('error', fail);
    socket.on('data', (chunk: Uint8Array) => {
      heard += reader.push(chunk).length;
      if (heard === bodies.length) done();
    });
  });
  return socket;
}
const written = () => log.toString('latin1').split('\n').slice(0, -1);

const HEADER = 'type=USER_LOGIN msg=audit(1795234667.115:7): ';
// Pieces a forger would use, and any byte.
const piece = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r\n',
    '\0',
    ' ',
    '\x1d',
    'node=victim ',
    'node=',
    HEADER,
    `\nnode=victim ${HEADER}`,
    'acct="x',
    "msg='",
  ),
  fc.uint8Array({ maxLength: 12 }).map((b) => Buffer.from(b).toString('latin1')),
);
const claim = fc.constantFrom('', 'node=victim ', 'node=liar ', 'node=127.0.0.77 ', 'node=a\x1db ', 'node=victim\0 ');
const body = fc
  .tuple(claim, fc.constantFrom(HEADER, '', `node=victim ${HEADER}`), fc.array(piece, { maxLength: 8 }))
  .map(([node, header, rest]) => Buffer.from(`${node}${header}${rest.join('')}`, 'latin1'))
  .filter((b) => b.length > 0);

it('a peer never writes under the name another holds, and one message is at most one record', async () => {
  const victim = await send('127.0.0.77', [Buffer.from(`node=victim ${HEADER}mine\n`)]);
  expect(written()).toEqual([`node=victim ${HEADER}mine`]);
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 6 }), async (bodies) => {
      log = Buffer.alloc(0);
      const socket = await send('127.0.0.78', bodies);
      socket.destroy();
      const lines = written();
      expect(lines.length).toBeLessThanOrEqual(bodies.length);
      expect(log.length === 0 || log.at(-1) === 10).toBe(true);
      const names = new Set<string>();
      for (const line of lines) {
        const bytes = Buffer.from(line, 'latin1');
        const record = parseRecord(bytes, 0, bytes.length);
        expect(record, JSON.stringify(line)).toBeDefined();
        expect(line).not.toMatch(/[\n\0]/);
        names.add(record!.node);
      }
      expect(names.size).toBeLessThanOrEqual(1);
      expect(names.has('victim')).toBe(false);
      // Nothing is made up: the header a line begins with is the one its message began with.
      expect(lines.filter((l) => !l.slice(l.indexOf(' ') + 1).startsWith(HEADER))).toEqual([]);
    }),
    { numRuns: 300 },
  );
  victim.destroy();
});

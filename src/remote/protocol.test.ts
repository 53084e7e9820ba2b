// The managed protocol: the bytes that audisp-remote 4.2.2 sends, streams cut at every byte, any bytes at all.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { bytesOf, latin1 } from '../base/bytes.ts';
import { encodeMessage, MessageReader, signal, TYPE } from './protocol.ts';

const seen = (reader: MessageReader, chunk: Uint8Array) =>
  reader.push(chunk).map((m) => [m.type, m.seq, latin1(m.body)]);

describe('managed messages', () => {
  it('are the bytes audisp-remote 4.2.2 sends', () => {
    // captured from the reference client
    const wire =
      'fe0000ff00000000000024000200000074797065 3d55534552206d73673d617564697428312e3030303a32293a2068656c6c6f0a'.replace(
        ' ',
        '',
      );
    const message = encodeMessage({
      type: TYPE.record,
      seq: 2,
      body: bytesOf('type=USER msg=audit(1.000:2): hello\n'),
    });
    expect(Buffer.from(message).toString('hex')).toBe(wire);
  });

  it('come out of a stream cut at every byte', () => {
    const parts = [
      encodeMessage({ type: 0, seq: 7, body: bytesOf('a\n') }),
      signal(TYPE.heartbeat, 8),
      encodeMessage({ type: 0, seq: 4_294_967_295, body: bytesOf('') }),
    ];
    const stream = Buffer.concat(parts);
    const want = [
      [0, 7, 'a\n'],
      [1, 8, ''],
      [0, 4_294_967_295, ''],
    ];
    for (let cut = 0; cut <= stream.length; cut++) {
      const reader = new MessageReader(true);
      expect([...seen(reader, stream.subarray(0, cut)), ...seen(reader, stream.subarray(cut))]).toEqual(want);
      expect(reader.mode).toBe('managed');
    }
  });

  it('any bytes at all: no throw, bounded memory, and a fault instead of a guess', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 30 }), fc.boolean(), (chunks, magic) => {
        const reader = new MessageReader(!magic);
        if (magic) reader.push(new Uint8Array([0xfe, 0, 0, 0xff]));
        for (const chunk of chunks)
          for (const m of reader.push(chunk)) expect(m.body.length).toBeLessThanOrEqual(65_535);
      }),
    );
    const reader = new MessageReader(true);
    seen(reader, signal(TYPE.heartbeat, 1));
    expect(seen(reader, bytesOf('GET / HTTP/1.1\r\n'))).toEqual([]);
    expect(reader.fault).toBe('not a managed message');
  });
});

describe('a message that comes byte by byte', () => {
  // Work is counted in bytes copied, so that a busy machine does not matter.
  function copied(bytes: Uint8Array): number {
    const set = vi.spyOn(Uint8Array.prototype, 'set');
    const reader = new MessageReader(true);
    let messages = 0;
    for (let at = 0; at < bytes.length; at++) messages += reader.push(bytes.subarray(at, at + 1)).length;
    const sum = set.mock.calls.reduce((n, [some]) => n + some.length, 0);
    set.mockRestore();
    expect([messages, reader.held]).toEqual([1, 0]);
    return sum;
  }
  const body = (length: number) => new Uint8Array(length).fill(65);

  it.each([
    ['managed', (n: number) => encodeMessage({ type: TYPE.record, seq: 1, body: body(n) })],
    ['bare', (n: number) => Buffer.concat([body(n), Buffer.from('\n')])],
  ])('costs its length, not the square of it: %s', (_mode, make) => {
    const [one, two, four] = [7000, 14_000, 28_000].map((n) => copied(make(n)));
    expect(one).toBeLessThan(7000 * 5);
    expect(two! / one!).toBeLessThan(3);
    expect(four! / one!).toBeLessThan(6);
  });
});

describe('bare lines', () => {
  it('are records, and an endless one is a fault', () => {
    const reader = new MessageReader(true);
    expect(seen(reader, bytesOf('type=A\ntype=B\nty'))).toEqual([
      [0, 0, 'type=A'],
      [0, 0, 'type=B'],
    ]);
    for (let i = 0; i < 40; i++) reader.push(new Uint8Array(1024).fill(65));
    expect(reader.fault).toBe('line too long');
  });

  it('are refused where only managed messages are taken', () => {
    const reader = new MessageReader(false);
    expect(seen(reader, bytesOf('type=A\n'))).toEqual([]);
    expect(reader.fault).toBe('not a managed message');
  });
});

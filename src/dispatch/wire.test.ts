import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, latin1 } from '../base/bytes.ts';
import { BinaryReader, encodeBinary } from './wire.ts';

const seen = (reader: BinaryReader, chunk: Uint8Array) =>
  [...reader.push(chunk)].map((r) => [r.version, r.type, latin1(r.text)]);

describe('binary plugin records', () => {
  const records = [
    { version: 1, type: 1300, text: bytesOf('type=SYSCALL msg=audit(1.000:2): a=1') },
    { version: 0, type: 1327, text: bytesOf('') },
    { version: 0, type: 1309, text: bytesOf('audit(1.000:2): argc=1') },
  ];
  const stream = bytesOf(records.map((r) => latin1(encodeBinary(r))).join(''));
  const want = records.map((r) => [r.version, r.type, latin1(r.text)]);

  it('come out of a stream cut at every byte', () => {
    for (let cut = 0; cut <= stream.length; cut++) {
      const reader = new BinaryReader();
      expect([...seen(reader, stream.slice(0, cut)), ...seen(reader, stream.slice(cut))]).toEqual(want);
    }
  });

  it('have the layout of struct audit_dispatcher_header', () => {
    const view = new DataView(encodeBinary(records[0]!).buffer);
    expect([0, 4, 8, 12].map((at) => view.getUint32(at, true))).toEqual([1, 16, 1300, 36]);
  });

  it('end at a header that cannot be one, without growing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), (bytes) => {
        const reader = new BinaryReader();
        for (const record of reader.push(bytes)) expect(record.text.length).toBeLessThanOrEqual(bytes.length);
      }),
    );
    const reader = new BinaryReader();
    expect(seen(reader, new Uint8Array(32).fill(255))).toEqual([]);
    expect(reader.broken).toBe(true);
  });
});

// Binary plugin records: the layout of libaudit’s header, streams cut at every byte, the fixed slots of auditd 3.0.9.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, latin1 } from '../base/bytes.ts';
import { BinaryReader, binaryOf, encodeBinary } from './wire.ts';

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

  // Bytes of auditd 3.0.9: each record in 16 + 8970 bytes, behind its text leftovers of a longer one.
  const slots = (texts: readonly string[], leftover = 0) =>
    Buffer.concat(
      texts.flatMap((text) => {
        const bytes = encodeBinary({ version: 1, type: 1112, text: bytesOf(text) });
        return [bytes, new Uint8Array(8970 - text.length).fill(leftover)];
      }),
    );

  it('come out of the fixed slots of auditd 3.0.9, whatever lies in them, cut at every byte', () => {
    const texts = [
      'type=USER msg=audit(1.000:1): x',
      '',
      'y'.repeat(8970),
      'z'.repeat(8960),
      'type=USER msg=audit(1.000:2): ',
    ];
    const want = texts.map((text) => [1, 1112, text]);
    for (const leftover of [0, 1, 120]) {
      const bytes = slots(texts, leftover);
      for (let cut = 0; cut <= bytes.length; cut += cut < 100 || (cut > 8900 && cut < 9100) ? 1 : 997) {
        const reader = new BinaryReader();
        const got = [...seen(reader, bytes.subarray(0, cut)), ...seen(reader, bytes.subarray(cut))];
        expect(got.length).toBe(want.length);
        expect(got).toEqual(want);
        expect(reader.broken).toBe(false);
      }
    }
  });

  it('are given at once, not when the next one comes', () => {
    const one = { version: 0, type: 1309, text: bytesOf('audit(1.000:2): argc=1') };
    expect(seen(new BinaryReader(), encodeBinary(one))).toHaveLength(1);
  });

  it('version 0 for a raw local line, version 1 for others, as auditd 4.2.2 has them', () => {
    const line = 'type=CWD msg=audit(1.000:2): cwd="/"';
    const [zero] = seen(new BinaryReader(), binaryOf(bytesOf(line), true));
    expect(zero).toEqual([0, 1307, 'audit(1.000:2): cwd="/"']);
    const [one] = seen(new BinaryReader(), binaryOf(bytesOf(`node=a ${line}`), false));
    expect(one).toEqual([1, 1307, `node=a ${line}`]);
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

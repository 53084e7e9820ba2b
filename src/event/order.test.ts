// Events in order of time, held against a second, plain account of the same rules: a sorted list that is scanned.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine, parseRecord } from '../record/parse.ts';
import { type AuditRecord, typeText } from '../record/record.ts';
import { Assembler, isSingle } from './assemble.ts';

const line = (type: string, sec: number, ms: number, serial: number, node = '') =>
  `${node ? `node=${node} ` : ''}type=${type} msg=audit(${sec}.${String(ms).padStart(3, '0')}:${serial}): a=1`;

function assembled(records: readonly AuditRecord[]): string[] {
  const out: string[] = [];
  const assembler = new Assembler(
    (e) => out.push(e.records.map((r) => `${typeText(r)}${e.serial}${e.node}`).join('+')),
    { order: 'time', classic: true },
  );
  for (const [i, record] of records.entries()) {
    assembler.push(record);
    if (i % 7 === 3) assembler.release();
  }
  assembler.end();
  return out;
}

interface Plain {
  readonly records: AuditRecord[];
  whole: boolean;
}

/** The rules of ausearch in the simplest code: every record looks through every waiting event. */
function scanned(records: readonly AuditRecord[]): string[] {
  const out: string[] = [];
  const waiting: Plain[] = [];
  const emit = (event: Plain) => out.push(event.records.map((r) => `${typeText(r)}${r.serial}${r.node}`).join('+'));
  const later = (a: AuditRecord, b: AuditRecord) => a.sec - b.sec || a.ms - b.ms || a.serial - b.serial;
  for (const record of records) {
    const event = waiting.findLast(
      (w) => !w.whole && later(w.records[0]!, record) === 0 && w.records[0]!.node === record.node,
    );
    if (event) {
      event.records.push(record);
      continue;
    }
    if (record.type === 1320) continue;
    const begun: Plain = { records: [record], whole: isSingle(record.type) || record.type === 1327 };
    const after = waiting.findIndex((w) => later(w.records[0]!, record) > 0);
    waiting.splice(after < 0 ? waiting.length : after, 0, begun);
    while (waiting.length > 0 && (waiting[0]!.whole || waiting[0]!.records[0]!.sec + 2 <= record.sec))
      emit(waiting.shift()!);
  }
  for (const event of waiting) emit(event);
  return out;
}

describe('order of time', () => {
  it('is what a scanned list gives, on any sequence of records', () => {
    const record = fc.record({
      type: fc.constantFrom('SYSCALL', 'CWD', 'PATH', 'PROCTITLE', 'EOE', 'USER_LOGIN', 'CONFIG_CHANGE', 'LOGIN'),
      sec: fc.integer({ min: 100, max: 106 }),
      ms: fc.constantFrom(0, 1),
      serial: fc.integer({ min: 1, max: 4 }),
      node: fc.constantFrom('', '', '', 'b'),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), (list) => {
        const records = list.map((r) => parseLine(line(r.type, r.sec, r.ms, r.serial, r.node))!);
        expect(assembled(records)).toEqual(scanned(records));
      }),
      { numRuns: 1500 },
    );
  });

  // Groups that audit-userspace 4.2.2 printed for these sequences: T@second, the serial behind the letter.
  it.each([
    ['S3@0 S1@0 S2@0', 'S1 | S2 | S3'],
    ['S1@0 P1@0 S2@0 C1@0', 'S1+P1+C1 | S2'],
    ['S1@0 E1@0 C1@0', 'S1+E1+C1'],
    ['S1@0 U4@0 C4@0', 'S1 | U4 | C4'],
    ['S1@0 U2@3 C1@0', 'S1 | U2 | C1'],
    ['U1@5 U2@4 U3@3', 'U1 | U2 | U3'],
    ['S9@0 S8@0 S7@0 U6@0 P9@0', 'U6 | S7 | S8 | S9+P9'],
    ['S1@0 S2@1 P2@1 S3@2 P3@2 C1@0 S4@4', 'S1 | C1 | S2+P2 | S3+P3 | S4'],
    ['S5@30 S1@0 C5@30 P1@0 P5@30', 'S1+P1 | S5+C5+P5'],
  ])('prints %s as the reference does', (sequence, groups) => {
    const names: Record<string, string> = { S: 'SYSCALL', P: 'PROCTITLE', C: 'CWD', U: 'USER_LOGIN', E: 'EOE' };
    const records = sequence.split(' ').map((word) => {
      const [, type, serial, sec] = /^(.)(\d+)@(\d+)$/.exec(word)!;
      return parseLine(line(names[type!]!, 1000 + Number(sec), 0, Number(serial)))!;
    });
    const out = assembled(records).map((group) =>
      group.replace(/([A-Z_]+)(\d+)/g, (_, name: string, n: string) => `${name[0]}${n}`),
    );
    expect(out.join(' | ')).toBe(groups);
  });

  it('stays bounded when no event ever ends, and loses none of them', () => {
    let out = 0;
    let most = 0;
    const assembler = new Assembler(() => out++, { order: 'time', limit: 1000 });
    for (let n = 1; n <= 100_000; n++) {
      assembler.push(parseLine(line('SYSCALL', 5, 0, n))!);
      most = Math.max(most, assembler.pending);
    }
    assembler.end();
    expect(most).toBeLessThanOrEqual(1001);
    expect(out).toBe(100_000);
    expect(assembler.problems.forced).toBe(99_000);
  });

  it('stays bounded when one event never ends', () => {
    let records = 0;
    const assembler = new Assembler((e) => (records += e.records.length), { order: 'time', byteLimit: 100_000 });
    for (let n = 0; n < 20_000; n++) assembler.push(parseLine(line('CWD', 5, 0, 1))!);
    assembler.end();
    expect(records).toBe(20_000);
    expect(assembler.problems.forced).toBeGreaterThan(5);
  });

  it('is not slowed by events that share a number', () => {
    let out = 0;
    const assembler = new Assembler(() => out++, { order: 'time' });
    for (let n = 0; n < 30_000; n++) assembler.push(parseLine(`node=n${n} ${line('SYSCALL', 5, 0, 1)}`)!);
    assembler.end();
    expect(out).toBe(30_000);
  });

  it('gives chunks back once no record waits in them', () => {
    const freed: Uint8Array[] = [];
    const assembler = new Assembler(() => {}, { order: 'time', freed: (chunk) => freed.push(chunk) });
    const chunk = (sec: number) => new TextEncoder().encode(line('SYSCALL', sec, 0, sec));
    const chunks = [10, 11, 20].map(chunk);
    for (const [i, bytes] of chunks.entries()) {
      assembler.chunkBegun(bytes);
      assembler.push(parseRecord(bytes, 0, bytes.length)!);
      assembler.chunkDone(bytes);
      expect(freed).toEqual(chunks.slice(0, i === 2 ? 2 : 0));
    }
    assembler.end();
    expect(freed).toEqual(chunks);
  });
});

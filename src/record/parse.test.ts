// The header of a record: node, type, stamp, in the forms that logs have.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../base/bytes.ts';
import { parseLine, parseRecord, parseRecordAsAusearch } from './parse.ts';
import { bodyOf, fieldsOf, textOf, typeText } from './record.ts';

const LINE =
  'node=web-1 type=SYSCALL msg=audit(1795234665.479:975529): arch=c000003e syscall=44 success=yes exit=60 a0=3 ' +
  'items=0 ppid=1 pid=2 comm="auditd" exe=2F62696E2F78 key=(null)\x1dARCH=x86_64 SYSCALL=sendto AUID="unset"';

/** The line put together again from its header, its fields and what stands between them. */
function writtenBack(line: string): string | undefined {
  const record = parseLine(line);
  if (!record) return undefined;
  let out = textOf(record).slice(0, record.body);
  let at = record.body;
  for (const field of fieldsOf(record)) {
    if (field.part === 'message') continue; // stands inside its msg='…'
    out += textOf(record).slice(at, field.start) + textOf(record).slice(field.start, field.end);
    at = field.end;
  }
  return out + textOf(record).slice(at);
}

describe('parseRecord', () => {
  it('reads node, type, time, serial and where the message begins', () => {
    const record = parseLine(LINE)!;
    expect([record.node, record.type, record.sec, record.ms, record.serial]).toEqual([
      'web-1',
      1300,
      1795234665,
      479,
      975529,
    ]);
    expect(bodyOf(record).startsWith('arch=')).toBe(true);
    expect(typeText(record)).toBe('SYSCALL');
  });

  // What the reference reads in each of these damaged headers (run on audit-userspace 4.2.2); undefined: no record.
  it.each<[string, [type: number, sec: number, ms: number, serial: number] | undefined]>([
    ['type=UNKNOWN[1399] msg=audit(1700000000.005:5): a=b', [1399, 1700000000, 5, 5]],
    ['type=1307 msg=audit(1700000000.005:5): a=b', [1307, 1700000000, 5, 5]],
    ['type=cwd msg=audit(1700000000.005:5): a=b', [1307, 1700000000, 5, 5]],
    ['type=NOSUCH msg=audit(1700000000.005:5): a=b', [-1, 1700000000, 5, 5]],
    ['  type=CWD  msg=audit(1700000000.005:5): a=b', [1307, 1700000000, 5, 5]],
    ['type=CWD msg=audit(1700000000.005:97', [1307, 1700000000, 5, 97]],
    ['type=CWD msg=audit(1700000000x.005:5): a=b', [1307, 1700000000, 5, 5]],
    ['type=CWD msg=audit(1700000000.005:x7): a=b', [1307, 1700000000, 5, 0]],
    ['type=CWD msg=audit(1700000000.5:7): a=b', [1307, 1700000000, 5, 7]],
    ['type=CWD msg=audit(1700000000.1000:7): a=b', undefined],
    ['type=CWD msg=audit(-1700000000.005:7): a=b', undefined],
    ['type=CWD x=y msg=audit(1700000000.005:7): a=b', undefined],
    ['\0\xff\xfe garbage type=CWD msg=audit(1700000000.005:7): a=b', undefined],
    ['type=CWD', undefined],
    ['', undefined],
  ])('reads the damaged header %j', (line, expected) => {
    const bytes = bytesOf(line);
    const record = parseRecordAsAusearch(bytes, 0, bytes.length);
    expect(record && [record.type, record.sec, record.ms, record.serial]).toEqual(expected);
  });

  it.each([
    'type=CWD msg=audit(1700000000.005:97',
    'type=CWD msg=audit(1700000000x.005:5): a=b',
    'type=CWD msg=audit(1700000000.005:x7): a=b',
    'type=CWD msg=audit(16523210---): a=b',
    'type=CWD msg=audit(): a=b',
    'type=CWD msg=audit(11/17/06 15:01:05.104:12485) : a=b',
  ])('takes no time and no serial from the damaged stamp %j', (line) => {
    expect(parseLine(line)).toBe(undefined);
  });

  it.each([
    ['audit: type=1400 audit(1610524812.243:71): apparmor="DENIED"', 1400, 'apparmor="DENIED"'],
    ['Jan 13 08:00:12 web kernel: [ 5.1] audit: type=1307 audit(1610524812.243:71): cwd="/"', 1307, 'cwd="/"'],
    ['<5>Jan 13 08:00:12 web audispd: type=CWD msg=audit(1610524812.243:71): cwd="/"', 1307, 'cwd="/"'],
    ['Jan 13 08:00:12 web audispd: node=a type=CWD msg=audit(1610524812.243:71): cwd="/"', 1307, 'cwd="/"'],
  ])('finds the record in the log line %j', (line, type, body) => {
    const record = parseLine(line)!;
    expect([record.type, record.sec, record.ms, record.serial, bodyOf(record)]).toEqual([
      type,
      1610524812,
      243,
      71,
      body,
    ]);
  });

  it('reads every cut of a line without harm, and writes back what it reads', () => {
    for (let end = 0; end <= LINE.length; end++) {
      const cut = LINE.slice(0, end);
      const back = writtenBack(cut);
      if (back !== undefined) expect(back).toBe(cut);
    }
    expect(writtenBack(LINE)).toBe(LINE);
  });

  it('takes any bytes, and any change of a real line', () => {
    const change = fc.tuple(fc.nat(LINE.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 5 }), (changes) => {
        const bytes = bytesOf(LINE);
        for (const [at, byte] of changes) bytes[at] = byte;
        const record = parseRecord(bytes, 0, bytes.length);
        if (!record) return;
        expect(record.type).toBeGreaterThanOrEqual(-1);
        expect(record.sec).toBeGreaterThanOrEqual(0);
        expect(record.ms >= 0 && record.ms <= 999).toBe(true);
        expect(record.body).toBeLessThanOrEqual(bytes.length);
        const text = textOf(record);
        for (const field of fieldsOf(record))
          expect(text.slice(field.end - field.value.length, field.end)).toBe(field.value);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const record = parseRecord(bytes, 0, bytes.length);
        if (record) fieldsOf(record);
      }),
    );
  });
});

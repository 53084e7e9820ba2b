// Records put together to events again, however they were mixed; bounds that hold when no event ends.
import { describe, expect, it } from 'vitest';
import { parseLine } from '../record/parse.ts';
import { textOf } from '../record/record.ts';
import { Assembler } from './assemble.ts';
import type { AuditEvent } from './event.ts';

function assemble(lines: readonly string[], options = {}): AuditEvent[] {
  const events: AuditEvent[] = [];
  const assembler = new Assembler((event) => events.push(event), options);
  for (const line of lines) assembler.push(parseLine(line)!);
  assembler.end();
  return events;
}
const line = (type: string, serial: number, sec = 1, rest = 'a=1') =>
  `type=${type} msg=audit(${sec}.000:${serial}): ${rest}`;
const shape = (events: AuditEvent[]) => events.map((e) => [e.serial, e.records.length, e.ending]);

/** Every order in which the parts can be merged, each keeping its own order. */
function* merges(parts: readonly (readonly string[])[]): Generator<string[]> {
  const open = parts.filter((p) => p.length > 0);
  if (open.length === 0) yield [];
  for (const part of open) {
    for (const rest of merges(parts.map((p) => (p === part ? p.slice(1) : p)))) yield [part[0]!, ...rest];
  }
}

describe('Assembler', () => {
  it('puts every interleaving of three small events together again', () => {
    const parts = [1, 2, 3].map((n) => [line('SYSCALL', n), line('CWD', n), line(n === 2 ? 'EOE' : 'PROCTITLE', n)]);
    let orders = 0;
    for (const order of merges(parts)) {
      orders++;
      const events = assemble(order).sort((a, b) => a.serial - b.serial);
      expect(shape(events)).toEqual([
        [1, 3, 'proctitle'],
        [2, 3, 'eoe'],
        [3, 3, 'proctitle'],
      ]);
      for (const event of events)
        expect(event.records.map((r) => r.serial)).toEqual(event.records.map(() => event.serial));
    }
    expect(orders).toBe(1680);
  });

  it('tells machines and times with one serial apart', () => {
    const events = assemble([
      `node=a ${line('SYSCALL', 1)}`,
      `node=b ${line('SYSCALL', 1)}`,
      line('SYSCALL', 1, 2),
      `node=a ${line('PROCTITLE', 1)}`,
    ]);
    expect(events.map((e) => [e.node, e.sec, e.records.length])).toEqual([
      ['a', 1, 2],
      ['b', 1, 1],
      ['', 2, 1],
    ]);
  });

  it('ends an event when record time has moved past it', () => {
    const events = assemble([
      line('SYSCALL', 1, 10),
      line('SYSCALL', 2, 11),
      line('SYSCALL', 3, 12),
      line('CWD', 1, 10),
    ]);
    expect(shape(events)).toEqual([
      [1, 1, 'timeout'],
      [1, 1, 'end'],
      [2, 1, 'end'],
      [3, 1, 'end'],
    ]);
  });

  it('stays bounded when no event ever ends', () => {
    const assembler = new Assembler(() => {}, { limit: 100 });
    for (let n = 0; n < 10_000; n++) assembler.push(parseLine(line('SYSCALL', n))!);
    expect(assembler.pending).toBe(100);
    expect(assembler.problems.forced).toBe(9900);
  });

  it('keeps the bytes of waiting records when the chunk goes away', () => {
    const events: AuditEvent[] = [];
    const assembler = new Assembler((event) => events.push(event));
    assembler.push(parseLine(line('SYSCALL', 7))!);
    assembler.release();
    assembler.end();
    expect(textOf(events[0]!.records[0]!)).toBe(line('SYSCALL', 7));
  });
});

describe('a time that no clock shows', () => {
  const odd = [0, 978_307_200, 32_472_144_000, 999_999_999_999_999];
  const good = [100, 101].flatMap((serial) => [
    line('SYSCALL', serial, 1_795_234_667),
    line('PATH', serial, 1_795_234_667),
    line('PATH', serial, 1_795_234_667),
  ]);

  it.each(['time', 'ending'] as const)('cuts no event in two, wherever it stands (%s)', (order) => {
    for (const sec of odd)
      for (const type of ['USER_CMD', 'SYSCALL', 'PROCTITLE'])
        for (let at = 0; at <= good.length; at++) {
          const lines = [...good.slice(0, at), line(type, 7, sec), ...good.slice(at)];
          const events = assemble(lines, { order });
          expect(shape(events.filter((e) => e.serial !== 7)).map(([serial, records]) => [serial, records])).toEqual([
            [100, 3],
            [101, 3],
          ]);
          expect(events.filter((e) => e.serial === 7)).toHaveLength(1);
        }
  });

  it('is believed when the next event confirms it: a machine was off for a week', () => {
    const events: AuditEvent[] = [];
    const assembler = new Assembler((event) => events.push(event));
    for (const [serial, sec] of [
      [1, 1000],
      [2, 700_000],
    ] as const)
      assembler.push(parseLine(line('SYSCALL', serial, sec))!);
    expect(events).toEqual([]);
    assembler.push(parseLine(line('SYSCALL', 3, 700_001))!);
    expect(shape(events)).toEqual([[1, 1, 'timeout']]);
  });

  it('is believed at once for the classic tools', () => {
    const events: AuditEvent[] = [];
    const assembler = new Assembler((event) => events.push(event), { classic: true });
    for (const [serial, sec] of [
      [1, 1000],
      [2, 700_000],
    ] as const)
      assembler.push(parseLine(line('SYSCALL', serial, sec))!);
    expect(shape(events)).toEqual([[1, 1, 'timeout']]);
  });

  it('does not keep an event waiting for ever', () => {
    const events: AuditEvent[] = [];
    const assembler = new Assembler((event) => events.push(event));
    assembler.push(parseLine(line('SYSCALL', 1, 1_795_234_667))!);
    assembler.push(parseLine(line('SYSCALL', 2, 999_999_999_999_999))!);
    assembler.expire(0);
    expect(events).toEqual([]);
    assembler.expire(1_795_234_670);
    expect(shape(events)).toEqual([
      [1, 1, 'timeout'],
      [2, 1, 'timeout'],
    ]);
  });
});

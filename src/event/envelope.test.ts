// Whatever stands before the records of an event, the event is the same; wherever one is cut, it is marked and nothing of
// it is misread. The envelopes are those of docs/envelopes.md, with dates, hosts and numbers of their own each time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf, fieldsOf, isCut, typeNameOf } from '../record/index.ts';
import { before, call, kernel, kernels, logged, trail } from './envelope.fixture.ts';
import type { AuditEvent } from './event.ts';
import { readEvents } from './read.ts';

const read = (lines: readonly string[]): AuditEvent[] =>
  readEvents([Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1')]);

/** What an event says, without what stood before it. */
const said = (event: AuditEvent) => ({
  id: `${event.node}|${event.sec}.${event.ms}:${event.serial}`,
  ending: event.ending,
  records: event.records.map((record) => [typeNameOf(record), bodyOf(record), isCut(record)]),
});

describe('a trail in envelopes', () => {
  it.each([
    ["auditd's", before, logged],
    ["the kernel's", kernels, kernel],
  ] as const)('of %s records has the events of the bare one', (_, envelope, form) => {
    fc.assert(
      fc.property(trail, fc.infiniteStream(envelope), (calls, envelopes) => {
        const bare = calls.flatMap((records, n) => records.map(([type, body]) => form(type, n, body)));
        const wrapped = bare.map((line) => envelopes.next().value + line);
        const expected = read(bare).map(said);
        expect(expected).toHaveLength(calls.length);
        expect(read(wrapped).map(said), wrapped.join('\n')).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('has each record that was cut marked, and its fields before the cut as they were', () => {
    let marked = 0;
    let cuts = 0;
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(call, before, fc.nat(3), part, fc.constantFrom('', '>'), (records, envelope, which, where, mark) => {
        const lines = records.map(([type, body]) => logged(type, 1, body));
        const [type, body] = records[which]!;
        const kept = Math.floor(where * (body.length - 1)) + 1;
        lines[which] = `${logged(type, 1, body.slice(0, kept))}${mark}`;
        const [event, ...more] = read(lines.map((line) => envelope + line));
        expect(more).toEqual([]);
        const cut = event!.records[which]!;
        expect(typeNameOf(cut)).toBe(type);
        event!.records.forEach((record, n) => void (n === which || expect([n, isCut(record)]).toEqual([n, false])));
        if (mark !== '') expect(isCut(cut)).toBe(true);
        cuts++;
        if (isCut(cut)) marked++;
        const [whole] = read([logged(type, 1, body)]);
        const true_ = new Map(fieldsOf(whole!.records[0]!).map((field) => [field.name, field.value]));
        // The last may be the one that was cut: then it is the beginning of the true value, or of its name.
        for (const field of fieldsOf(cut).slice(0, -1)) expect(field.value).toBe(true_.get(field.name));
        const last = fieldsOf(cut).at(-1);
        if (last && true_.has(last.name)) expect(true_.get(last.name)!.startsWith(last.value)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(marked / cuts).toBeGreaterThan(0.9);
  });
});

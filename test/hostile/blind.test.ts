// A bad line costs itself and nothing else: a trail of good events with any line in it gives all the good events, through
// every printer, report, answer, plugin and store row. Nothing throws.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { badLine, bytesOfLines, GOOD } from './lines.fixture.ts';
import { eventsOf, printers, questions } from './readers.fixture.ts';

const good = eventsOf(bytesOfLines(GOOD.flat())).sort((a, b) => a.serial - b.serial);
const isGood = ({ serial, sec, ms }: { serial: number; sec: number; ms: number }): boolean =>
  sec === 1_700_000_000 && ms === serial && serial > 0 && serial <= GOOD.length;
const printed = (name: string): string[] => {
  const printer = printers[name]!();
  return good.map((event) => printer(event).replace(/^NODE,.*\n|^time,.*\r\n/, ''));
};
const expected = Object.fromEntries(Object.keys(printers).map((name) => [name, printed(name)]));

const trailWith = (lines: readonly string[], at: number): Uint8Array =>
  bytesOfLines([...GOOD.slice(0, at).flat(), ...lines, ...GOOD.slice(at).flat()]);

const check = (order: 'ending' | 'time') => (lines: string[], at: number) => {
  const log = trailWith(lines, at);
  const events = eventsOf(log, order);
  for (const [name, make] of Object.entries(printers)) {
    const printer = make();
    const out = events.map((event) => [event, printer(event).replace(/^NODE,.*\n|^time,.*\r\n/, '')] as const);
    expect(
      out
        .filter(([event]) => isGood(event))
        .sort(([a], [b]) => a.serial - b.serial)
        .map(([, text]) => text),
      name,
    ).toEqual(expected[name]);
  }
};
const lines = fc.array(badLine, { minLength: 1, maxLength: 3 });
const place = fc.nat(GOOD.length);

test('all the good events come out of every printer, in the order they end', () => {
  fc.assert(fc.property(lines, place, check('ending')), { numRuns: 60 });
});

test('all the good events come out of every printer, in the order of time', () => {
  fc.assert(fc.property(lines, place, check('time')), { numRuns: 40 });
});

test('a line cut at any byte costs itself', () => {
  const whole = GOOD.flat()
    .join(' ')
    .replace(/audit\(1700000000\.00(?=\d:)/g, 'audit(1700000000.90');
  for (let cut = 0; cut < whole.length; cut += 7) check('ending')([whole.slice(0, cut)], 3);
});

test.each(Object.entries(questions))('%s takes any line', async (_name, ask) => {
  await fc.assert(
    fc.asyncProperty(lines, place, async (bad, at) => {
      const log = trailWith(bad, at);
      await ask(eventsOf(log), log);
    }),
    { numRuns: 150 },
  );
});

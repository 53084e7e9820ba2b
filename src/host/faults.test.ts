// A fault of ours at one event costs that event; what could not be done is no such fault.
import { afterEach, expect, test, vi } from 'vitest';
import { AuditError } from '../base/error.ts';
import { EventFaults } from './faults.ts';

const said: string[] = [];
vi.mock('./terminal.ts', () => ({ say: (text: string) => said.push(text) }));
afterEach(() => said.splice(0));

const event = (serial: number) => ({ sec: 5, ms: 7, serial });

test('the events before and behind one that fails are handled, and it is told of', () => {
  const faults = new EventFaults();
  const seen: number[] = [];
  const handle = faults.around(({ serial }: { sec: number; ms: number; serial: number }) => {
    if (serial === 2) throw new RangeError('too\ndeep');
    seen.push(serial);
  });
  for (const serial of [1, 2, 3]) handle(event(serial));
  expect(seen).toEqual([1, 3]);
  expect(faults.end()).toBe(true);
  expect(said).toEqual(['Cannot handle event 5.007:2: RangeError: too\\ndeep; it is left out, please report this']);
});

test('many are counted, and told once', () => {
  const faults = new EventFaults();
  for (let i = 0; i < 1000; i++)
    expect(
      faults.run(
        event(i),
        () => {
          throw new TypeError('x');
        },
        'instead',
      ),
    ).toBe('instead');
  faults.end();
  expect(said.length).toBe(11);
  expect(said.at(-1)).toBe('1000 events could not be handled');
});

test.each([new AuditError('read', 'Cannot read'), Object.assign(new Error('EIO'), { code: 'EIO', errno: -5 })])(
  'what could not be done is not hidden: %s',
  (error) => {
    const faults = new EventFaults();
    const fail = (): never => {
      throw error;
    };
    expect(() => faults.around(fail)(event(1))).toThrow(error);
    expect(() => faults.run(event(1), fail, undefined)).toThrow(error);
    expect(faults.end()).toBe(false);
  },
);

test('a call of Node in a wrong way is a fault of ours', () => {
  const faults = new EventFaults();
  expect(faults.run(event(1), () => Buffer.from(5 as never), undefined)).toBeUndefined();
  expect(faults.count).toBe(1);
});

// A plugin's code that fails at one event hears of the next ones all the same; what it could not do is not hidden.
import { expect, test, vi } from 'vitest';
import { AuditError } from '../../base/error.ts';
import { EventInput } from './events.ts';

const told: string[] = [];
vi.mock('../../host/terminal.ts', () => ({ say: (text: string) => told.push(text) }));

const record = (serial: number) =>
  Buffer.from(`type=USER_CMD msg=audit(1700000000.000:${serial}): pid=1 msg='cmd="x"'`);

test('an event at which the code fails costs itself, and is told and counted', () => {
  const heard: number[] = [];
  const input = new EventInput(({ serial }) => {
    if (serial === 2) throw new RangeError('too much');
    heard.push(serial);
  });
  for (const serial of [1, 2, 3]) input.record(record(serial));
  input.end();
  expect(heard).toEqual([1, 3]);
  expect(input.faults.count).toBe(1);
  expect(told.join('')).toContain('1700000000.000:2');
});

test.each([new AuditError('read', 'Cannot read'), Object.assign(new Error('EPIPE'), { code: 'EPIPE' })])(
  'what it could not do goes on as before: %s',
  (error) => {
    const input = new EventInput(() => {
      throw error;
    });
    expect(() => input.record(record(1))).toThrow(error);
    input.end();
  },
);

// Tested against the text of audit(…), which records carry.
import { describe, expect, it } from 'vitest';
import { compareStamps, compareTimes, msOf, sameEvent, stampText } from './event-id.ts';

const at = (sec: number, ms: number, serial: number, node = '') => ({ sec, ms, serial, node });

describe('which event', () => {
  it('is written as in audit(…)', () => {
    expect(stampText(at(1795234667, 5, 17))).toBe('1795234667.005:17');
    expect(stampText(at(0, 0, 0))).toBe('0.000:0');
  });
  it('is ordered by time, then serial', () => {
    const all = [at(2, 0, 1), at(1, 10, 9), at(1, 9, 12), at(1, 9, 2)];
    expect(all.sort(compareStamps).map(stampText)).toEqual(['1.009:2', '1.009:12', '1.010:9', '2.000:1']);
    expect(compareTimes(at(1, 9, 2), at(1, 9, 12))).toBe(0);
  });
  it('is that of one machine', () => {
    expect(sameEvent(at(1, 2, 3, 'a'), at(1, 2, 3, 'a'))).toBe(true);
    for (const other of [at(1, 2, 3, 'b'), at(1, 2, 4, 'a'), at(1, 3, 3, 'a'), at(2, 2, 3, 'a')])
      expect(sameEvent(at(1, 2, 3, 'a'), other)).toBe(false);
  });
  it('has its time in milliseconds', () => expect(msOf(at(1795234667, 5, 17))).toBe(1795234667005));
});

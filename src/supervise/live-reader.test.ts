// An event that nothing ends is handed out once the trail is quiet.
import { describe, expect, it, vi } from 'vitest';
import { bytesOf } from '../base/index.ts';
import { LiveReader } from './live-reader.ts';

describe('LiveReader', () => {
  it('hands out an event that nothing ends once the trail has gone quiet, and not before', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    try {
      const told: number[] = [];
      const reader = new LiveReader((event) => told.push(event.records.length));
      reader.push(bytesOf('type=SECCOMP msg=audit(1700000000.100:7): auid=1 pid=5 comm="x" sig=31 code=0x80000000\n'));
      vi.advanceTimersByTime(100);
      reader.push(bytesOf('type=SYSCALL msg=audit(1700000000.100:7): arch=c000003e syscall=39 pid=5\n'));
      vi.advanceTimersByTime(100);
      expect(told).toEqual([]);
      vi.advanceTimersByTime(200);
      expect(told).toEqual([2]);
      reader.end();
    } finally {
      vi.useRealTimers();
    }
  });
});

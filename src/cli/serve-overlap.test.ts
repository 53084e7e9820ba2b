// Where a log's history meets a live capture: whatever both tell is kept once, whatever only one tells is kept.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AuditEvent, detachEvent, readEvents } from '../event/index.ts';
import { memoryStore } from '../store/index.ts';
import { unlikeBefore } from './serve-overlap.ts';

function made(serial: number): AuditEvent {
  const line = `type=USER_CMD msg=audit(${1_700_000_000 + serial}.000:${serial}): pid=1 res=success\n`;
  const [event] = [...readEvents([Buffer.from(line)])];
  detachEvent(event!);
  return event!;
}

it('keeps each event once, wherever the log ends and the capture begins', async () => {
  const cuts = fc.record({
    end: fc.integer({ min: 0, max: 40 }),
    begin: fc.integer({ min: 0, max: 40 }),
    batch: fc.integer({ min: 1, max: 9 }),
  });
  await fc.assert(
    fc.asyncProperty(cuts, async ({ end, begin, batch }) => {
      const store = memoryStore();
      const from = Math.min(begin, end);
      const faces = unlikeBefore(store, 1_700_000_000 + from);
      await faces.before.append(Array.from({ length: end }, (_, i) => made(i)));
      for (let i = from; i < 60; i += batch)
        await faces.after.append(Array.from({ length: Math.min(batch, 60 - i) }, (_, n) => made(i + n)));
      const { events } = await store.query({ limit: 1000 });
      expect(events.map(({ event }) => event.serial).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 60 }, (_, i) => i),
      );
    }),
    { numRuns: 60 },
  );
});

// An event out of the store is the event that went in: its records, and what is wrong with it.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { problemsOf, readEvents } from '../event/index.ts';
import { eventOf, rawOf } from './row.ts';

const sample = readFileSync(fileURLToPath(new URL('../../sample/audit.log', import.meta.url)));

it('knows again whether an event was whole', () => {
  const torn = Buffer.from(
    'type=SYSCALL msg=audit(1795234700.001:1): arch=c000003e syscall=2 success=yes exit=3 items=0 pid=1 comm="a"\n' +
      'type=CWD msg=audit(1795234700.001:1): cwd="/"\n',
  );
  const events = readEvents([sample, torn]);
  const problems = events.map(problemsOf);
  expect(events.map((event) => problemsOf(eventOf(rawOf(event))))).toEqual(problems);
  expect(problems.filter((p) => p.includes('unfinished'))).not.toEqual([]);
  expect(problems.filter((p) => p.length === 0).length).toBeGreaterThan(100);
});

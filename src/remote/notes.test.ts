// Records about connections at a rate: who is told of, who is counted, and that nobody is forgotten.
import { expect, it } from 'vitest';
import { ConnectionNotes, NOTES_IN_ALL, NOTES_PER_ADDRESS } from './notes.ts';

function notes() {
  const clock = { now: 5 };
  const written: string[] = [];
  const made = new ConnectionNotes(
    (type, fields) => written.push(`${type} ${fields}`),
    () => clock.now,
  );
  return { clock, written, made };
}

it('one address does not hide the others, and what is left out is told when the minute is over', () => {
  const { clock, written, made } = notes();
  for (let i = 0; i < 1000; i++) {
    made.note('ACCEPT', 'op=connect', '10.0.0.1', i, 'success');
    made.note('CLOSE', 'op=close', '10.0.0.1', i, 'success');
  }
  made.note('ACCEPT', 'op=connect', '10.0.0.2', 7, 'success');
  expect(written).toHaveLength(NOTES_PER_ADDRESS + 1);
  expect(written.at(-1)).toBe('ACCEPT op=connect addr=10.0.0.2 port=7 res=success');
  clock.now += 59_999;
  made.tick();
  expect(written).toHaveLength(NOTES_PER_ADDRESS + 1);
  clock.now += 1;
  made.note('ACCEPT', 'op=connect', '10.0.0.1', 1, 'success');
  const half = 1000 - NOTES_PER_ADDRESS / 2;
  expect(written.slice(-2)).toEqual([
    `ERR op=connections-not-told accept=${half} close=${half} err=0 res=failed`,
    'ACCEPT op=connect addr=10.0.0.1 port=1 res=success',
  ]);
  made.flush();
  expect(written).toHaveLength(NOTES_PER_ADDRESS + 3); // nothing left out since: nothing told
});

it('ten thousand addresses write a bounded number in a minute', () => {
  const { written, made } = notes();
  for (let i = 0; i < 10_000; i++) made.note('ERR', 'op=not-a-record', `10.0.${i >> 8}.${i & 255}`, 1, 'failed');
  expect(written).toHaveLength(NOTES_IN_ALL);
  made.flush();
  expect(written.at(-1)).toBe('ERR op=connections-not-told accept=0 close=0 err=9400 res=failed');
});

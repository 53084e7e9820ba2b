// The pager against a list of a million events that is computed, not stored: every row it shows is the right one, it comes
// back as it was after it was let go, and memory stays bounded.
import { expect, it } from 'vitest';
import type { EventRow } from '../../../src/web/contract.ts';
import { type Fetcher, MOST_HEAD, PAGE, Pager } from './pager.ts';

const row = (seq: number) => ({ seq }) as EventRow;

/** Fetches of events N … 1, newest first. */
const fetches =
  (n: number, pages: { count: number }): Fetcher =>
  async (before) => {
    pages.count++;
    const from = before === undefined ? n : before - 1;
    const events = Array.from({ length: Math.min(PAGE, from) }, (_, i) => row(from - i));
    return { events, more: from > PAGE, unread: [] };
  };

const million = (n: number, pages: { count: number }) => new Pager(fetches(n, pages));

const settle = async () => {
  for (let i = 0; i < 4; i++) await Promise.resolve();
};

it('walks a million rows down and back, each the right one, with few in memory', async () => {
  const n = 1_000_000;
  const pages = { count: 0 };
  const pager = million(n, pages);
  let most = 0;
  for (let at = 0; at < n; at += PAGE) {
    pager.show(at, at + 30);
    await settle();
    expect(pager.row(at)?.seq).toBe(n - at);
    most = Math.max(most, pager.held());
  }
  expect(pager.state()).toMatchObject({ length: n, complete: true });
  expect(pager.row(n - 1)?.seq).toBe(1);
  expect(most).toBeLessThan(20 * PAGE);
  for (const at of [n - 1, 777_777, 500_000, 3, 0]) {
    pager.show(at, at);
    await settle();
    expect(pager.row(at)?.seq).toBe(n - at);
  }
});

it('puts new rows before all others and keeps the places of the rest', async () => {
  const pager = million(1000, { count: 0 });
  pager.show(0, 10);
  await settle();
  expect(pager.newest()).toBe(1000);
  expect(pager.prepend([row(1001), row(1002)])).toBe(2);
  expect([0, 1, 2, 3].map((i) => pager.row(i)?.seq)).toEqual([1002, 1001, 1000, 999]);
  expect(pager.newest()).toBe(1002);
  const many = Array.from({ length: MOST_HEAD }, (_, i) => row(1003 + i));
  expect(pager.prepend(many)).toBe(MOST_HEAD - 2);
  expect(pager.row(MOST_HEAD)?.seq).toBe(1000);
});

it('lets the oldest new rows go when the top is read, and fetches them as a page', async () => {
  const have = { newest: 1000 };
  const pager = new Pager(async (before) => {
    const from = before === undefined ? have.newest : before - 1;
    return { events: Array.from({ length: PAGE }, (_, i) => row(from - i)), more: true, unread: [] };
  });
  pager.show(0, 10);
  await settle();
  for (let i = 0; i < 20; i++) {
    const rows = Array.from({ length: 500 }, (_, k) => row(have.newest + 1 + k));
    have.newest += 500;
    expect(pager.prepend(rows, true)).toBe(500);
    expect(pager.row(0)?.seq).toBe(have.newest);
    expect(pager.held()).toBeLessThanOrEqual(MOST_HEAD + PAGE);
  }
  const { head } = pager.state();
  pager.show(head, head + 5);
  await settle();
  for (let i = 0; i < head + PAGE; i++) expect(pager.row(i)?.seq).toBe(have.newest - i);
});

it('tells a fault, and goes on after a retry', async () => {
  let broken = true;
  const pager = new Pager(async () => {
    if (broken) throw new Error('away');
    return { events: [row(1)], more: false, unread: [] };
  });
  pager.show(0, 10);
  await settle();
  expect(pager.state().fault).toBeInstanceOf(Error);
  broken = false;
  pager.retry();
  await settle();
  expect(pager.state()).toMatchObject({ fault: undefined, complete: true, length: 1 });
});

it('an empty list is complete and empty', async () => {
  const pager = new Pager(async () => ({ events: [], more: false, unread: [] }));
  expect(pager.state().started).toBe(false);
  pager.show(0, 10);
  await settle();
  expect(pager.state()).toMatchObject({ length: 0, complete: true, started: true });
});

it('waits for no row that cannot be fetched, keeps those it has, and fetches on when asked again', async () => {
  let broken = true;
  const pages = { count: 0 };
  const whole = fetches(PAGE * 2 + 5, pages);
  const pager = new Pager((before, signal) => (broken ? Promise.reject(new Error('no')) : whole(before, signal)));
  pager.show(0, 30);
  await settle();
  expect(pager.state()).toMatchObject({ length: 0, started: true });
  expect(pager.state().fault).toBeInstanceOf(Error);
  broken = false;
  pager.retry();
  await settle();
  expect(pager.state()).toMatchObject({ length: PAGE + 3, fault: undefined });
  broken = true;
  pager.show(PAGE, PAGE + 2);
  await settle();
  expect(pager.state()).toMatchObject({ length: PAGE });
  broken = false;
  pager.retry();
  await settle();
  expect(pager.row(PAGE)?.seq).toBe(PAGE + 5);
});

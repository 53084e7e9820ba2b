import { expect, it } from 'vitest';
import { chartOf, csvOf, histogramOf, timeOf } from './chart.ts';

const reply = (columns: string[], rows: (string | number)[][]) => ({
  name: 'x',
  title: 'x',
  columns,
  rows,
  omitted: 0,
});

it('draws a line over hours, and bars of everything else that is counted', () => {
  expect(
    chartOf(
      reply(
        ['hour', 'count'],
        [
          ['2026-11-21 05:00', 2],
          ['2026-11-21 04:00', 8436],
        ],
      ),
    ),
  ).toEqual({
    kind: 'time',
    what: 'hour',
    seconds: [1795233600, 1795237200],
    counts: [8436, 2],
  });
  expect(
    chartOf(
      reply(
        ['file', 'count'],
        [
          ['/bin/ps', 50],
          ['/bin/ls', 100],
        ],
      ),
    ),
  ).toEqual({
    kind: 'bars',
    what: 'file',
    bars: [
      { label: '/bin/ls', count: 100, share: 1 },
      { label: '/bin/ps', count: 50, share: 0.5 },
    ],
    left: 0,
  });
  expect(chartOf(reply(['hour', 'count'], [['2026-11-21 04:00', 8436]]))).toMatchObject({ kind: 'bars' });
});

it('draws nothing where rows are events, or there are none', () => {
  expect(chartOf(reply(['time', 'auid', 'exe'], [['2026-11-21 04:17:52.391', 'alice', '/usr/sbin/sshd']]))).toEqual({
    kind: 'none',
  });
  expect(chartOf(reply(['file', 'count'], []))).toEqual({ kind: 'none' });
});

it('reads the times reports print', () => {
  expect(timeOf('2026-11-21')).toBe(Date.UTC(2026, 10, 21) / 1000);
  expect(timeOf('2026-11-21 04:00')).toBe(Date.UTC(2026, 10, 21, 4) / 1000);
  expect(timeOf('2026-11-21T04:00:00Z')).toBe(Date.UTC(2026, 10, 21, 4) / 1000);
  expect(timeOf('alice')).toBeUndefined();
});

it('writes CSV as RFC 4180 has it, safe for spreadsheets', () => {
  expect(
    csvOf({
      columns: ['a', 'b'],
      rows: [
        ['x"y', -1],
        ['=1+1', 2],
        ['two\nlines', 3],
      ],
    }),
  ).toBe('"a","b"\r\n"x""y","-1"\r\n"\'=1+1","2"\r\n"two\nlines","3"\r\n');
});

it('draws hours in which nothing happened too', () => {
  const hour = (h: number) => Date.UTC(2026, 10, 21, h) / 1000;
  expect(histogramOf({ kind: 'time', what: 'hour', seconds: [hour(4), hour(5), hour(8)], counts: [1, 2, 3] })).toEqual({
    seconds: 3600,
    fromSeconds: hour(4),
    series: [{ name: 'events', counts: [1, 2, 0, 0, 3] }],
  });
  expect(
    histogramOf({ kind: 'time', what: 'day', seconds: [0, 86_400 * 1e6], counts: [1, 1] }).series[0]!.counts,
  ).toHaveLength(8784);
});

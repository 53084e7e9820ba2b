// Report charts and CSV (RFC 4180).
import { expect, it } from 'vitest';
import { chartOf, csvOf } from './chart.ts';

const reply = (columns: string[], rows: (string | number)[][]) => ({
  name: 'x',
  title: 'x',
  columns,
  rows,
  omitted: 0,
  unread: [],
});

it('draws columns over hours, the empty ones too, and bars of everything else that is counted', () => {
  expect(
    chartOf(
      reply(
        ['hour', 'count'],
        [
          ['2026-11-21 23:00', 2],
          ['2026-11-22 01:00', 4],
        ],
      ),
    ),
  ).toEqual({
    kind: 'time',
    what: 'hour',
    bars: [
      { label: '2026-11-21 23:00', count: 2, share: 0.5 },
      { label: '2026-11-22 00:00', count: 0, share: 0 },
      { label: '2026-11-22 01:00', count: 4, share: 1 },
    ],
  });
  expect(
    chartOf(
      reply(
        ['day', 'count'],
        [
          ['2026-11-21', 2],
          ['2026-11-22', 4],
        ],
      ),
    ),
  ).toMatchObject({
    kind: 'time',
    bars: [{ label: '2026-11-21' }, { label: '2026-11-22' }],
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
  for (const odd of [
    [['2026-11-21 04:00', 8436]],
    [
      ['2026-11-21 04:00', 1],
      ['never', 2],
    ],
    [
      ['1970-01-01 00:00', 1],
      ['2026-01-01 00:00', 1],
    ],
  ])
    expect(chartOf(reply(['hour', 'count'], odd))).toMatchObject({ kind: 'bars' });
});

it('draws nothing where rows are events, or there are none', () => {
  expect(chartOf(reply(['time', 'auid', 'exe'], [['2026-11-21 04:17:52.391', 'alice', '/usr/sbin/sshd']]))).toEqual({
    kind: 'none',
  });
  expect(chartOf(reply(['file', 'count'], []))).toEqual({ kind: 'none' });
});

it('writes CSV as RFC 4180 has it, safe for spreadsheets', () => {
  expect(
    csvOf({
      columns: ['a', 'b'],
      rows: [
        ['x"y', -1],
        ['=1+1', 2],
        ['two\nlines', 3],
        ['＝1+1', 4],
        ['\n=1+1', 5],
      ],
    }),
  ).toBe('"a","b"\r\n"x""y","-1"\r\n"\'=1+1","2"\r\n"two\nlines","3"\r\n"\'＝1+1","4"\r\n"\'\n=1+1","5"\r\n');
});

// Who was active.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single, userLabel } from '../report.ts';

export const user: Report = {
  name: 'user',
  forms: ['-u', '--user'],
  help: 'users',
  usage: '-u,--user\t\t\tUser name report',
  title: 'User ID Report',
  rule: [36, 36],
  columns: ['auid', 'term', 'host', 'exe', 'event'],
  wants: WANT.auid | WANT.uid | WANT.exe | WANT.host | WANT.terminal,
  takes: (facts) => facts.uid !== undefined && facts.uid !== -1,
  rows: single((f, w) => [w.user(f.auid), f.terminal ?? '?', f.host ?? '?', f.exe ?? '?', event(f)]),
  summary: {
    title: 'User Summary Report',
    rule: [27, 27],
    column: 'auid',
    takes: (facts) => facts.auid !== -2,
    keys: (f) => [String(f.auid)],
    label: userLabel,
  },
};

// From which terminals people worked.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single } from '../report.ts';

export const terminal: Report = {
  name: 'terminal',
  forms: ['-tm', '--terminal'],
  help: 'terminals',
  usage: '-tm,--terminal\t\t\tTerMinal name report',
  title: 'Terminal Report',
  rule: [36, 36],
  columns: ['term', 'host', 'exe', 'auid', 'event'],
  wants: WANT.auid | WANT.exe | WANT.host | WANT.terminal,
  takes: (facts) => facts.terminal !== undefined,
  rows: single((f, w) => [f.terminal!, f.host ?? '(null)', f.exe ?? '(null)', w.user(f.auid), event(f)]),
  summary: {
    title: 'Terminal Summary Report',
    rule: [31, 31],
    column: 'terminal',
    keys: (f) => (f.terminal === undefined ? [] : [f.terminal]),
  },
};

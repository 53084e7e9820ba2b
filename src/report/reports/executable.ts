// Which programs ran.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single } from '../report.ts';

export const executable: Report = {
  name: 'executable',
  forms: ['-x', '--executable'],
  help: 'executables',
  usage: '-x,--executable\t\t\teXecutable name report',
  title: 'Executable Report',
  rule: [36, 36],
  columns: ['exe', 'term', 'host', 'auid', 'event'],
  wants: WANT.auid | WANT.exe | WANT.host | WANT.terminal,
  takes: (facts) => facts.exe !== undefined,
  rows: single((f, w) => [f.exe!, f.terminal ?? '?', f.host ?? '?', w.user(f.auid), event(f)]),
  summary: {
    title: 'Executable Summary Report',
    rule: [33, 33],
    column: 'file',
    keys: (f) => (f.exe === undefined ? [] : [f.exe]),
  },
};

// Which commands ran.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single } from '../report.ts';

export const comm: Report = {
  name: 'comm',
  forms: ['--comm'],
  help: 'commands run',
  usage: '--comm\t\t\t\tCommands run report',
  title: 'Command Report',
  rule: [36, 37],
  columns: ['comm', 'term', 'host', 'auid', 'event'],
  wants: WANT.auid | WANT.comm | WANT.host | WANT.terminal,
  takes: (facts) => facts.comm !== undefined,
  rows: single((f, w) => [f.comm!, f.terminal ?? '?', f.host ?? '?', w.user(f.auid), event(f)]),
  summary: {
    title: 'Command Summary Report',
    rule: [33, 33],
    column: 'command',
    keys: (f) => (f.comm === undefined ? [] : [f.comm]),
  },
};

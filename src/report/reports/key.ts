// Which rules of the audit configuration fired, by their key.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single } from '../report.ts';

export const key: Report = {
  name: 'key',
  forms: ['-k', '--key'],
  help: 'audit rule keys',
  usage: '-k,--key\t\t\tKey report',
  title: 'Key Report',
  rule: [47, 47],
  columns: ['key', 'success', 'exe', 'auid', 'event'],
  wants: WANT.auid | WANT.exe | WANT.key,
  takes: (facts) => facts.keys.length > 0,
  rows: single((f, w) => [f.keys[0]!, f.success, f.exe ?? '?', w.user(f.auid), event(f)]),
  summary: { title: 'Key Summary Report', rule: [27, 27], column: 'key', keys: (f) => f.keys },
};

// Who tried to authenticate.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, userLabel } from '../report.ts';

const USER_AUTH = 1100;
const USER_MGMT = 1102;

export const auth: Report = {
  name: 'auth',
  forms: ['-au', '--auth'],
  help: 'authentication attempts',
  usage: '-au,--auth\t\t\tAuthentication report',
  title: 'Authentication Report',
  rule: [44, 44],
  columns: ['acct', 'host', 'term', 'exe', 'success', 'event'],
  wants: WANT.uid | WANT.exe | WANT.host | WANT.terminal,
  takes: (facts) => some(facts, (type) => type === USER_AUTH || (type === USER_MGMT && facts.success === 'no')),
  rows: single((f, w) => [
    f.acct ?? w.user(f.uid ?? -1),
    f.host ?? '(null)',
    f.terminal ?? '(null)',
    f.exe ?? '(null)',
    f.success,
    event(f),
  ]),
  summary: {
    title: 'Authentication Summary Report',
    rule: [29, 29],
    column: 'acct',
    keys: (f) => [f.acct ?? String(f.auid)],
    label: userLabel,
  },
};

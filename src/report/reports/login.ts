// Who logged in, and who tried.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, userLabel } from '../report.ts';

const USER_LOGIN = 1112;

export const login: Report = {
  name: 'login',
  forms: ['-l', '--login'],
  help: 'logins',
  usage: '-l,--login\t\t\tLogin report',
  title: 'Login Report',
  rule: [44, 44],
  columns: ['auid', 'host', 'term', 'exe', 'success', 'event'],
  wants: WANT.auid | WANT.exe | WANT.host | WANT.terminal,
  takes: (facts) => some(facts, (type) => type === USER_LOGIN),
  rows: single((f, w) => [
    f.success === 'no' && f.acct !== undefined ? f.acct : w.user(f.auid),
    f.host ?? '(null)',
    f.terminal ?? '(null)',
    f.exe ?? '(null)',
    f.success,
    event(f),
  ]),
  summary: {
    title: 'Login Summary Report',
    rule: [28, 28],
    column: 'auid',
    keys: (f) => [f.auid === -1 && f.acct !== undefined ? f.acct : String(f.auid)],
    label: userLabel,
  },
};

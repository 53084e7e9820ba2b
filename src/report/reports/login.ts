// Who logged in, and who tried.

import { RECORD } from '../../tables/records.ts';
import { WANT } from '../facts/facts.ts';
import { type Report, single, some, userLabel } from '../report.ts';
import { ENTRANCE_WANTS, entranceCells, entranceColumns } from './entrance.ts';

export const login: Report = {
  name: 'login',
  forms: ['-l', '--login'],
  help: 'logins',
  usage: '-l,--login\t\t\tLogin report',
  title: 'Login Report',
  rule: [44, 44],
  columns: entranceColumns('auid'),
  wants: WANT.auid | ENTRANCE_WANTS,
  takes: (facts) => some(facts, (type) => type === RECORD.USER_LOGIN),
  rows: single(entranceCells((f, w) => (f.success === 'no' && f.acct !== undefined ? f.acct : w.user(f.auid)))),
  summary: {
    title: 'Login Summary Report',
    rule: [28, 28],
    column: 'auid',
    keys: (f) => [f.auid === -1 && f.acct !== undefined ? f.acct : String(f.auid)],
    label: userLabel,
  },
};

// Who tried to authenticate.

import { RECORD } from '../../tables/records.ts';
import { WANT } from '../facts/facts.ts';
import { type Report, single, some, userLabel } from '../report.ts';
import { ENTRANCE_WANTS, entranceCells, entranceColumns } from './entrance.ts';

export const auth: Report = {
  name: 'auth',
  forms: ['-au', '--auth'],
  help: 'authentication attempts',
  usage: '-au,--auth\t\t\tAuthentication report',
  title: 'Authentication Report',
  rule: [44, 44],
  columns: entranceColumns('acct'),
  wants: WANT.uid | ENTRANCE_WANTS,
  takes: (facts) =>
    some(facts, (type) => type === RECORD.USER_AUTH || (type === RECORD.USER_MGMT && facts.success === 'no')),
  rows: single(entranceCells((f, w) => f.acct ?? w.user(f.uid ?? -1))),
  summary: {
    title: 'Authentication Summary Report',
    rule: [29, 29],
    column: 'acct',
    keys: (f) => [f.acct ?? String(f.auid)],
    label: userLabel,
  },
};

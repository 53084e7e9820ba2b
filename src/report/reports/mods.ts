// Which accounts, groups and roles were changed.

import { RECORD } from '../../tables/records.ts';
import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, typeSummary } from '../report.ts';

const CHANGES = new Set<number>([
  RECORD.USER_MGMT,
  RECORD.USER_CHAUTHTOK,
  RECORD.ADD_USER,
  RECORD.DEL_USER,
  RECORD.ADD_GROUP,
  RECORD.DEL_GROUP,
  RECORD.GRP_MGMT,
  RECORD.ROLE_ASSIGN,
  RECORD.ROLE_REMOVE,
]);
const isAccountChange = (type: number): boolean => CHANGES.has(type);

export const mods: Report = {
  name: 'mods',
  forms: ['-m', '--mods'],
  help: 'account modifications',
  usage: '-m,--mods\t\t\tModification to accounts report',
  title: 'Account Modifications Report',
  rule: [49, 49],
  columns: ['auid', 'addr', 'term', 'exe', 'acct', 'success', 'event'],
  wants: WANT.auid | WANT.exe | WANT.host | WANT.terminal,
  takes: (facts) => some(facts, isAccountChange),
  rows: single((f, w) => [
    w.user(f.auid),
    f.host ?? '?',
    f.terminal ?? '?',
    f.exe ?? '?',
    f.acct ?? '?',
    f.success,
    event(f),
  ]),
  summary: typeSummary('Acct Modification Summary Report', 32),
};

// Which accounts, groups and roles were changed.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, typeSummary } from '../report.ts';

const CHANGES = new Set([1102, 1108, 1114, 1115, 1116, 1117, 1132, 2301, 2302]);
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

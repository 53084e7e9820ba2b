// What the integrity subsystem measured and refused.

import { RECORD_RANGE } from '../../tables/record-ranges.ts';
import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, typeSummary, within } from '../report.ts';

export const integrity: Report = {
  name: 'integrity',
  forms: ['--integrity'],
  help: 'integrity events',
  usage: '--integrity\t\t\tIntegrity event report',
  title: 'Integrity Report',
  rule: [30, 30],
  columns: ['type', 'success', 'event'],
  wants: WANT.auid,
  takes: (facts) => some(facts, within(RECORD_RANGE.integrity)),
  rows: single((f, w) => [w.type(f.type), f.success, event(f)]),
  summary: typeSummary('Integrity Summary Report', 24),
};

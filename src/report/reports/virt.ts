// What was done to virtual machines.

import { RECORD_RANGE } from '../../tables/record-ranges.ts';
import { event, type Report, single, some, typeSummary, within } from '../report.ts';

export const virt: Report = {
  name: 'virt',
  forms: ['--virt'],
  help: 'virtualization events',
  usage: '--virt\t\t\t\tVirtualization report',
  title: 'Virtualization Report',
  rule: [30, 30],
  columns: ['type', 'success', 'event'],
  wants: 0,
  takes: (facts) => some(facts, within(RECORD_RANGE.virtualization)),
  rows: single((f, w) => [w.type(f.type), f.success, event(f)]),
  summary: typeSummary('Virtualization Summary Report', 29),
};

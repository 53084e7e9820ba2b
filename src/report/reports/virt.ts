// What was done to virtual machines.

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
  takes: (facts) => some(facts, within([2500, 2599])),
  rows: single((f, w) => [w.type(f.type), f.success, event(f)]),
  summary: typeSummary('Virtualization Summary Report', 29),
};

// What was configured anew.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, typeSummary, within } from '../report.ts';

const isConfigChange = within(
  [1111, 1111],
  [1203, 1203],
  [1305, 1305],
  [1325, 1325],
  [1328, 1328],
  [1403, 1417],
  [2312, 2312],
);

export const config: Report = {
  name: 'config',
  forms: ['-c', '--config'],
  help: 'changes of configuration',
  usage: '-c,--config\t\t\tConfig change report',
  title: 'Config Change Report',
  rule: [35, 35],
  columns: ['type', 'auid', 'success', 'event'],
  wants: WANT.auid,
  takes: (facts) => some(facts, isConfigChange),
  rows: single((f, w) => [w.type(f.type), w.user(f.auid), f.success, event(f)]),
  summary: typeSummary('Config Change Summary Report', 28),
};

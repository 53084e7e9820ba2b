// What an intrusion detector did about what it saw.

import { RECORD_RANGE } from '../../tables/record-ranges.ts';
import { event, type Report, single, some, typeSummary, within } from '../report.ts';

export const response: Report = {
  name: 'response',
  forms: ['-r', '--response'],
  help: 'responses to anomalies',
  usage: '-r,--response\t\t\tResponse to anomaly report',
  title: 'Response to Anomaly Report',
  rule: [30, 30],
  columns: ['type', 'success', 'event'],
  wants: 0,
  takes: (facts) => some(facts, within(RECORD_RANGE.responses)),
  rows: single((f, w) => [w.type(f.type), f.success, event(f)]),
  summary: typeSummary('Anomaly Response Summary Report', 31),
};

// What was out of the ordinary: crashes, promiscuous devices, what an intrusion detector saw.

import { RECORD_RANGE } from '../../tables/record-ranges.ts';
import { RECORD } from '../../tables/records.ts';
import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, typeSummary, within } from '../report.ts';

const isAnomaly = within([RECORD.SECCOMP, RECORD.SECCOMP], RECORD_RANGE.kernelAnomalies, RECORD_RANGE.userAnomalies);

export const anomaly: Report = {
  name: 'anomaly',
  forms: ['-n', '--anomaly'],
  help: 'anomalies',
  usage: '-n,--anomaly\t\t\taNomaly report',
  title: 'Anomaly Report',
  rule: [41, 41],
  columns: ['type', 'exe', 'term', 'host', 'auid', 'event'],
  wants: WANT.auid | WANT.comm | WANT.exe | WANT.host | WANT.terminal,
  takes: (facts) => some(facts, isAnomaly),
  rows: single((f, w) => [
    w.type(f.type),
    f.exe ?? f.comm ?? '?',
    f.terminal ?? '?',
    f.host ?? '?',
    w.user(f.auid),
    event(f),
  ]),
  summary: typeSummary('Anomaly Summary Report', 22),
};

// What was done to the security policy and its labels.

import { RECORD_RANGE } from '../../tables/record-ranges.ts';
import { RECORD } from '../../tables/records.ts';
import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, typeSummary, within } from '../report.ts';

const isMac = within([RECORD.MAC_POLICY_LOAD, RECORD.MAC_UNLBL_STCDEL], RECORD_RANGE.userLabels);

/** The totals leave IPsec and static unlabelled entries out. */
const isCounted = within([RECORD.MAC_POLICY_LOAD, RECORD.MAC_MAP_DEL], RECORD_RANGE.userLabels);

export const mac: Report = {
  name: 'mac',
  forms: ['-ma', '--mac'],
  help: 'Mandatory Access Control (MAC) events',
  usage: '-ma,--mac\t\t\tMandatory Access Control (MAC) report',
  title: 'MAC Report',
  rule: [35, 35],
  columns: ['auid', 'type', 'success', 'event'],
  wants: WANT.auid,
  takes: (facts) => some(facts, isMac),
  rows: single((f, w) => [w.user(f.auid), w.type(f.type), f.success, event(f)]),
  summary: { ...typeSummary('MAC Summary Report', 18), takes: (facts) => some(facts, isCounted) },
};

// What was configured anew.

import { RECORD } from '../../tables/records.ts';
import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, typeSummary, within } from '../report.ts';

const isConfigChange = within(
  [RECORD.USYS_CONFIG, RECORD.USYS_CONFIG],
  [RECORD.DAEMON_CONFIG, RECORD.DAEMON_CONFIG],
  [RECORD.CONFIG_CHANGE, RECORD.CONFIG_CHANGE],
  [RECORD.NETFILTER_CFG, RECORD.NETFILTER_CFG],
  [RECORD.FEATURE_CHANGE, RECORD.FEATURE_CHANGE],
  [RECORD.MAC_POLICY_LOAD, RECORD.MAC_UNLBL_STCDEL],
  [RECORD.USER_MAC_CONFIG_CHANGE, RECORD.USER_MAC_CONFIG_CHANGE],
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

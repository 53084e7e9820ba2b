// What programs did with keys and ciphers.

import { RECORD_RANGE } from '../../tables/record-ranges.ts';
import { WANT } from '../facts/facts.ts';
import { event, type Report, single, some, typeSummary, within } from '../report.ts';

const isCrypto = within(RECORD_RANGE.kernelCrypto, RECORD_RANGE.userCrypto);

export const crypto: Report = {
  name: 'crypto',
  forms: ['-cr', '--crypto'],
  help: 'cryptographic events',
  usage: '-cr,--crypto\t\t\tCrypto report',
  title: 'Crypto Report',
  rule: [35, 35],
  columns: ['auid', 'type', 'success', 'event'],
  wants: WANT.auid,
  takes: (facts) => some(facts, isCrypto),
  rows: single((f, w) => [w.user(f.auid), w.type(f.type), f.success, event(f)]),
  summary: typeSummary('Crypto Summary Report', 21),
};

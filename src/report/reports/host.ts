// Which machines were at the other end.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single } from '../report.ts';

export const host: Report = {
  name: 'host',
  forms: ['-h', '--host'],
  help: 'hosts',
  usage: '-h,--host\t\t\tRemote Host name report',
  title: 'Host Report',
  rule: [35, 35],
  columns: ['host', 'syscall', 'auid', 'event'],
  wants: WANT.auid | WANT.host,
  takes: (facts) => facts.host !== undefined,
  rows: single((f, w) => [f.host!, w.syscall(f.arch, f.syscall), w.user(f.auid), event(f)]),
  summary: {
    title: 'Host Summary Report',
    rule: [27, 27],
    column: 'host',
    keys: (f) => (f.host === undefined ? [] : [f.host]),
  },
};

// Which system calls were made.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single, unsigned } from '../report.ts';

export const syscall: Report = {
  name: 'syscall',
  forms: ['-s', '--syscall'],
  help: 'system calls',
  usage: '-s,--syscall\t\t\tSyscall report',
  title: 'Syscall Report',
  rule: [39, 39],
  columns: ['syscall', 'pid', 'comm', 'auid', 'event'],
  wants: WANT.auid | WANT.comm,
  takes: (facts) => facts.called,
  classic: { rows: (facts) => facts.syscall !== 0, totals: (facts) => facts.syscall > 0 },
  rows: single((f, w) => [w.syscall(f.arch, f.syscall), unsigned(f.pid), f.comm ?? '?', w.user(f.auid), event(f)]),
  summary: {
    title: 'Syscall Summary Report',
    rule: [26, 26],
    column: 'syscall',
    keys: (f, w) => [w.syscall(f.arch, f.syscall)],
  },
};

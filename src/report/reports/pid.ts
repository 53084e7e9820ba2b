// Which processes events are about.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single, unsigned } from '../report.ts';

export const pid: Report = {
  name: 'pid',
  forms: ['-p', '--pid'],
  help: 'processes',
  usage: '-p,--pid\t\t\tPid report',
  title: 'Process ID Report',
  rule: [38, 38],
  columns: ['pid', 'exe', 'syscall', 'auid', 'event'],
  wants: WANT.auid | WANT.exe,
  takes: (facts) => facts.pid >= 0,
  rows: single((f, w) => [unsigned(f.pid), f.exe ?? '?', w.syscall(f.arch, f.syscall), w.user(f.auid), event(f)]),
  summary: {
    title: 'Pid Summary Report',
    rule: [26, 26],
    column: 'pid',
    numeric: true,
    keys: (f) => (f.pid < 0 ? [] : [String(f.pid)]),
  },
};

// Which files and local sockets were touched.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single } from '../report.ts';

export const file: Report = {
  name: 'file',
  forms: ['-f', '--file'],
  help: 'files and af_unix sockets',
  usage: '-f,--file\t\t\tFile name report',
  title: 'File Report',
  rule: [47, 47],
  columns: ['file', 'syscall', 'success', 'exe', 'auid', 'event'],
  wants: WANT.auid | WANT.exe | WANT.file,
  takes: (facts) => facts.files.length > 0,
  rows: single((f, w) => [
    (f.files.length === 1 ? f.files[0] : f.files[f.parents]) ?? '',
    w.syscall(f.arch, f.syscall),
    f.success,
    f.exe ?? '?',
    w.user(f.auid),
    event(f),
  ]),
  summary: { title: 'File Summary Report', rule: [27, 27], column: 'file', keys: (f) => f.files },
};

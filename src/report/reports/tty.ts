// What was typed on terminals.

import { WANT } from '../facts/facts.ts';
import { event, type Report, unsigned } from '../report.ts';

export const tty: Report = {
  name: 'tty',
  forms: ['--tty'],
  help: 'keystrokes',
  usage: '--tty\t\t\t\tReport about tty keystrokes',
  title: 'TTY Report',
  rule: [47, 47],
  columns: ['event', 'auid', 'term', 'sess', 'comm', 'data'],
  wants: WANT.auid | WANT.comm | WANT.ses | WANT.terminal,
  takes: (facts) => facts.typed.length > 0,
  rows: (f, w) =>
    f.typed.map((data) => [event(f), w.user(f.auid), f.terminal ?? '?', unsigned(f.ses), f.comm ?? '?', w.typed(data)]),
};

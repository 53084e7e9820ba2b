// What SELinux (or a program that asks it) denied and granted.

import { RECORD } from '../../tables/records.ts';
import { type Decision, type Facts, WANT } from '../facts/facts.ts';
import { event, type Report, single, some } from '../report.ts';

/** The first decision that says how it ended, else the last. */
const decisionOf = (facts: Facts): Decision | undefined =>
  facts.decisions.find((d) => d.result !== 'unset') ?? facts.decisions.at(-1);

export const avc: Report = {
  name: 'avc',
  forms: ['-a', '--avc'],
  help: 'access vector cache messages',
  usage: '-a,--avc\t\t\tAvc report',
  title: 'AVC Report',
  rule: [63, 63],
  columns: ['comm', 'subj', 'syscall', 'class', 'permission', 'obj', 'result', 'event'],
  wants: WANT.comm | WANT.subject,
  takes: (facts) =>
    facts.decisions.length > 0 || some(facts, (type) => type === RECORD.AVC || type === RECORD.USER_AVC),
  rows: single((f, w) => {
    const d = decisionOf(f);
    return [
      f.comm ?? '?',
      d?.subject ?? f.subject ?? '(null)',
      w.syscall(f.arch, f.syscall),
      d?.class ?? '(null)',
      d?.permissions ?? '(null)',
      d?.object ?? '(null)',
      d?.result ?? 'unset',
      event(f),
    ];
  }),
  summary: {
    title: 'Avc Object Summary Report',
    rule: [33, 33],
    column: 'obj',
    keys: (f) => f.decisions.flatMap((d) => (d.result !== 'unset' && d.object !== undefined ? [d.object] : [])),
  },
};

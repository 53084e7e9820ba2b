// Every event.

import { WANT } from '../facts/facts.ts';
import { event, type Report, single, typeSummary } from '../report.ts';

export const events: Report = {
  name: 'events',
  forms: ['-e', '--event'],
  help: 'events',
  usage: '-e,--event\t\t\tEvent report',
  title: 'Event Report',
  rule: [35, 35],
  columns: ['event', 'type', 'auid', 'success'],
  wants: WANT.auid,
  takes: () => true,
  rows: single((f, w) => [event(f), w.type(f.type), w.user(f.auid), f.success]),
  summary: typeSummary('Event Summary Report', 22),
};

// The command line of aureport(8) 4.2.2 as data: its own options here, those of the reports from the registry. The lines
// of `--help` keep the classic layout, which other programs may read. What the options mean is in aureport-request.ts.

import { reports } from '../report/registry.ts';
import { type Option, optionTable } from './options.ts';

const value = (name: string) => ({ value: name, min: 0, max: 1 });

const own: readonly Option[] = [
  { name: 'debug', forms: ['--debug'], help: '--debug\t\t\t\tWrite malformed events that are skipped to stderr' },
  {
    name: 'timeout',
    forms: ['--eoe-timeout'],
    ...value('SECONDS'),
    help: '--eoe-timeout secs\t\tEnd of Event Timeout',
  },
  { name: 'escape', forms: ['--escape'], ...value('MODE'), help: '--escape option\t\t\tEscape output' },
  { name: 'failed', forms: ['--failed'], help: '--failed\t\t\tonly failed events in report' },
  { name: 'help', forms: ['--help'], help: '--help\t\t\t\thelp' },
  { name: 'interpret', forms: ['-i', '--interpret'], help: '-i,--interpret\t\t\tInterpretive mode' },
  {
    name: 'input',
    forms: ['-if', '--input'],
    ...value('FILE'),
    help: '-if,--input <Input File name>\tuse this file as input',
  },
  { name: 'input-logs', forms: ['--input-logs'], help: '--input-logs\t\t\tUse the logs even if stdin is a pipe' },
  { name: 'no-config', forms: ['-nc', '--no-config'], help: "-nc,--no-config\t\t\tDon't include config events" },
  { name: 'node', forms: ['--node'], ...value('NAME'), help: '--node <node name>\t\tOnly events from a specific node' },
  { name: 'success', forms: ['--success'], help: '--success\t\t\tonly success events in report' },
  { name: 'summary', forms: ['--summary'], help: '--summary\t\t\tsorted totals for main object in report' },
  { name: 'log', forms: ['-t', '--log'], help: '-t,--log\t\t\tLog time range report' },
  {
    name: 'end',
    forms: ['-te', '--end'],
    value: 'TIME',
    min: 0,
    max: 2,
    help: '-te,--end [end date] [end time]\tending date & time for reports',
  },
  {
    name: 'start',
    forms: ['-ts', '--start'],
    value: 'TIME',
    min: 0,
    max: 2,
    help: '-ts,--start [start date] [start time]\tstarting data & time for reports',
  },
  { name: 'version', forms: ['-v', '--version'], help: '-v,--version\t\t\tVersion' },
  { name: 'add', forms: ['--add'] },
  { name: 'delete', forms: ['--delete'] },
];

/** The classic order of `--help`; a report that it does not name comes last. */
const ORDER = (
  'avc auth comm config crypto debug timeout events escape file failed host help interpret input input-logs integrity ' +
  'key login mods mac anomaly no-config node pid response syscall success summary log end terminal start tty user ' +
  'version virt executable'
).split(' ');

const place = ({ name }: Option): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

export const table = optionTable({
  tool: 'aureport',
  summary: 'Reports about the audit trail.',
  usage: ['[options]'],
  options: [...own, ...reports.map(({ name, forms, usage }): Option => ({ name, forms, help: usage }))].sort(
    (a, b) => place(a) - place(b),
  ),
});

/** The text of `--help`. */
export function usageText(): string {
  const lines = table.options.flatMap(({ help }) => (help === undefined ? [] : [`\t${help}\n`]));
  return `usage: aureport [options]\n${lines.join('')}\tIf no report is given, the summary report will be displayed\n`;
}

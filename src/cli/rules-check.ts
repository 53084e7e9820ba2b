// `auspex rules check`: the linter. Exit status 0 clean or hints only, 1 warnings or errors.
import { fromUtf8, oneLine } from '../base/index.ts';
import { checkOptions, ruleContext } from '../policy/context.ts';
import { loadedRules, readSources } from '../policy/sources.ts';
import { checkRules, type Finding, type RuleContext, type RuleSource, readRules, sourceText } from '../rule/index.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions } from './options.ts';

const table = optionTable({
  tool: 'auspex rules check',
  summary: 'Finds what is wrong, doubtful or slow in rules files.',
  usage: ['[options] [FILE|DIRECTORY …]', '[options] --loaded'],
  options: [
    { name: 'json', forms: ['--json'], help: 'one JSON object a finding' },
    { name: 'loaded', forms: ['--loaded'], help: 'the rules the kernel has' },
    { name: 'quiet', forms: ['-q', '--quiet'], help: 'only errors and warnings, no hints' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: ['Exit status: 0 nothing found (hints do not count), 1 errors or warnings, 2 wrong usage.'],
});

export function run(argv: readonly string[], io: Io): number {
  const given = readOptions(table, argv, io);
  if (!given) return 0;
  const context = ruleContext();
  const sources = given.has('loaded') ? [loadedSource(context)] : readSources(given.words, context);
  const findings = checkRules(sources, { ...checkOptions(), host: context.host }).filter(
    (f) => f.severity !== 'hint' || !given.has('quiet'),
  );
  for (const finding of findings)
    if (given.has('json')) io.out(`${jsonLine(finding)}\n`, 'json');
    else io.out(findingText(finding));
  if (!given.has('json')) io.out(summary(findings));
  return findings.some((f) => f.severity !== 'hint') ? 1 : 0;
}

/** The kernel's rules as the lines of a file called `kernel`. */
function loadedSource(context: RuleContext): RuleSource {
  const text = loadedRules().map(({ rule }) => sourceText(rule, context.host));
  return { file: 'kernel', lines: readRules(text.join('\n'), 'kernel', context) };
}

const jsonLine = (finding: Finding): string => fromUtf8(JSON.stringify(finding));

function findingText({ file, line, column, severity, code, message, remedy }: Finding): string {
  const place = [file, line, ...(column === undefined ? [] : [column])].join(':');
  return fromUtf8(`${oneLine(place)}: ${severity}: ${oneLine(message)} [${code}]\n    ${oneLine(remedy)}\n`);
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']) => findings.filter((f) => f.severity === severity).length;
  if (findings.length === 0) return 'no findings\n';
  const said = (what: 'error' | 'warning' | 'hint') => `${count(what)} ${what}${count(what) === 1 ? '' : 's'}`;
  return `${said('error')}, ${said('warning')}, ${said('hint')}\n`;
}

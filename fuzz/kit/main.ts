// The command: which campaigns, how long, and what came of them as a table. See fuzz/README.md.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Campaign } from './campaign.ts';
import { Coverage } from './coverage.ts';
import { isGood, type Report } from './report.ts';
import { runCampaign } from './watch.ts';

/** Where things are: the repository, the folder git does not see, the compiled campaigns. */
export interface Places {
  readonly root: string;
  readonly base: string;
  readonly out: string;
}

const OPTIONS = {
  all: { type: 'boolean' },
  seconds: { type: 'string', default: '60' },
  runs: { type: 'string' },
  faults: { type: 'string' },
  seed: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '2' },
  json: { type: 'string' },
  missed: { type: 'boolean' },
  input: { type: 'string' },
  folder: { type: 'string', default: 'campaigns' },
  help: { type: 'boolean', short: 'h' },
} as const;

const USAGE = `usage: npm run fuzz -- CAMPAIGN … | --all  [options]

  --seconds N   how long each campaign runs (60)
  --runs N      ends after N executions, for a run that is to be the same again
  --faults N    ends after N faults (12)
  --seed N      what the inputs are made from (1); \`random\` takes a new one, and says which
  --jobs N      so many campaigns at a time (2)
  --json FILE   the reports, as JSON
  --missed      names the functions that no campaign entered, of the modules they loaded
  --input FILE  runs one input, once, and shows what it throws

Campaigns:
`;

/** Runs the command; resolves to its exit status: 0 good, 1 a fault, 2 wrong usage. */
export async function main(argv: readonly string[], places: Places): Promise<number> {
  new Coverage(join(places.out, 'modules.json')); // what compiled modules count in
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const folder = values.folder;
  const known = readdirSync(join(places.out, 'fuzz', folder))
    .map((name) => name.replace(/\.js$/, ''))
    .filter((name) => name !== 'planted')
    .sort();
  const names = values.all ? known : positionals;
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) console.error(`Cannot run ${strange}: there is no such campaign\n`);
  if (values.help || names.length === 0 || strange !== undefined) {
    console.error(USAGE + (await Promise.all(known.map((name) => about(name, folder, places)))).join(''));
    return values.help ? 0 : 2;
  }
  if (values.input !== undefined) return runInput(names[0]!, folder, values.input, places);
  const seed = values.seed === 'random' ? Math.floor(Math.random() * 2 ** 31) : number(values.seed);
  const task = {
    seed,
    seconds: number(values.seconds),
    ...(values.runs !== undefined && { runs: number(values.runs) }),
    ...(values.faults !== undefined && { faults: number(values.faults) }),
    out: places.out,
    folder,
  };
  const reports: Report[] = [];
  const waiting = [...names];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const found = join(places.base, 'found', name);
      const regressions = join(places.root, 'fuzz/regressions', name);
      const report = await runCampaign({ ...task, campaign: name, found, regressions });
      reports.push(report);
      for (const line of faultLines(report)) console.log(line);
      console.log(`${name}: ${isGood(report) ? 'good' : 'bad'} after ${report.executions} executions`);
    }
  };
  await Promise.all(Array.from({ length: number(values.jobs) }, worker));
  reports.sort((a, b) => names.indexOf(a.campaign) - names.indexOf(b.campaign));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(reports, undefined, 1)}\n`);
  if (values.missed) for (const name of missed(reports)) console.log(name);
  console.log(table(reports));
  const bad = reports.filter((report) => !isGood(report)).length;
  console.log(`${reports.length - bad} passed, ${bad} failed`);
  return bad > 0 ? 1 : 0;
}

function number(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && text !== '')) throw new RangeError(`${text} is no number`);
  return value;
}

async function load(name: string, folder: string, { out }: Places): Promise<Campaign> {
  const file = join(out, 'fuzz', folder, `${name}.js`);
  return ((await import(pathToFileURL(file).href)) as { campaign: Campaign }).campaign;
}

async function about(name: string, folder: string, places: Places): Promise<string> {
  return `  ${name.padEnd(12)}  ${(await load(name, folder, places)).about}\n`;
}

/** Runs one input in this process, which shows the whole stack of what it throws. */
async function runInput(name: string, folder: string, file: string, places: Places): Promise<number> {
  process.setSourceMapsEnabled(true);
  const target = await (await load(name, folder, places)).open();
  const input = readFileSync(resolve(file));
  const begun = performance.now();
  try {
    await target.check(input);
    console.log(`held: ${input.length} bytes in ${(performance.now() - begun).toFixed(0)} ms`);
    return 0;
  } catch (error) {
    console.error(error);
    return 1;
  } finally {
    await target.close?.();
  }
}

function* faultLines({ campaign, faults, growing, heap }: Report): Generator<string> {
  for (const { kind, message, place, file, bytes } of faults) {
    yield `${campaign}: ${kind}: ${JSON.stringify(message).slice(1, -1)}`;
    if (place !== '') yield place.replace(/^/gm, '    ');
    yield `    ${bytes} bytes: ${file}`;
  }
  if (growing) yield `${campaign}: memory grows: ${mb(heap.first)} MB, ${mb(heap.last)} MB`;
}

/** Functions that none of them entered, as `FILE NAME`. */
function missed(reports: readonly Report[]): string[] {
  const known = new Map<string, boolean>();
  for (const { entered } of reports)
    for (const [name, yes] of Object.entries(entered)) known.set(name, yes || known.get(name) === true);
  return [...known].flatMap(([name, yes]) => (yes ? [] : [name])).sort();
}

const mb = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

const COLUMNS: readonly (readonly [string, (report: Report) => string])[] = [
  ['campaign', (r) => r.campaign],
  ['seed', (r) => String(r.seed)],
  ['seconds', (r) => r.seconds.toFixed(0)],
  ['executions', (r) => r.executions.toLocaleString('en')],
  ['a second', (r) => Math.round(r.executions / Math.max(r.seconds, 0.001)).toLocaleString('en')],
  ['branches', (r) => `${r.taken} of ${r.branches}`],
  ['functions', (r) => `${Object.values(r.entered).filter(Boolean).length} of ${Object.keys(r.entered).length}`],
  ['throws', (r) => String(r.faults.filter(({ kind }) => kind !== 'hang').length)],
  ['hangs', (r) => String(r.faults.filter(({ kind }) => kind === 'hang').length)],
  ['ms for 100 kB', (r) => r.slowest.per100kB.toFixed(0)],
  ['MB first, last', (r) => `${mb(r.heap.first)}, ${mb(r.heap.last)}`],
];

/** The reports as a Markdown table: what docs/reliability.md shows. */
function table(reports: readonly Report[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(COLUMNS.map(([name]) => name)),
    row(COLUMNS.map(() => '---')),
    ...reports.map((report) => row(COLUMNS.map(([, cell]) => cell(report)))),
  ].join('\n');
}

// Nothing that a stranger wrote is obeyed by a terminal: every verb, format, report and switch, and every kind of wrong
// use, in a pseudo-terminal on a trail whose every field is hostile. What is tried comes from the registries and from
// `--help`, so that a new verb, format or option is tried by itself. And a pipe gets the bytes as they are.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { table as aureport } from '../../src/cli/aureport-options.ts';
import { table as ausearch } from '../../src/cli/ausearch-options.ts';
import { verbs } from '../../src/cli/auspex.ts';
import { rulesVerbs } from '../../src/cli/rules.ts';
import { FORMATS } from '../../src/cli/search-options.ts';
import { reports } from '../../src/report/registry.ts';
import { DANGERS, faultsOf, hostileKernelLog, hostileTrail, PLAIN } from './hostile.fixture.ts';

const root = join(import.meta.dirname, '../..');
const missing = [
  ...(existsSync(join(root, 'dist/.built')) ? [] : ['a build']),
  ...(spawnSync('script', ['--version']).status === 0 ? [] : ['script(1)']),
].join(' and ');
const folder = mkdtempSync(join(tmpdir(), 'auspex-terminal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [trail, kernelLog, rules, db] = ['trail.log', 'kernel.log', 'hostile.rules', 'store.duckdb'].map((name) =>
  join(folder, name),
) as [string, string, string, string];

/** Arguments are UTF-8: of the dangers, those that are. */
const ARGUMENT = Object.values(DANGERS)
  .filter((text) => Buffer.from(text, 'latin1').toString('utf8').includes('\ufffd') === false)
  .map((text) => Buffer.from(text, 'latin1').toString('utf8'))
  .join('|');

beforeAll(() => {
  writeFileSync(trail, hostileTrail());
  writeFileSync(kernelLog, hostileKernelLog());
  const texts = Object.values(DANGERS).map((text) => text.replaceAll('\n', ' '));
  const lines = texts.flatMap((text) => [
    `-w /tmp/${text} -k ${text}`,
    `-a always,exit -S ${text} -F exe=${text}`,
    `-${text}`,
  ]);
  writeFileSync(rules, Buffer.from(`${lines.join('\n')}\n`, 'latin1'));
});

type Job = readonly string[];

/** What a program wrote to a terminal; `keys` are typed when what is shown holds a text. */
async function onTerminal(
  command: readonly string[],
  env: Record<string, string> = {},
  keys: readonly { readonly after: string; readonly type: string }[] = [],
): Promise<Buffer> {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['-qec', quoted, '/dev/null'], {
    stdio: [keys.length > 0 ? 'pipe' : 'ignore', 'pipe', 'inherit'],
    cwd: folder, // some make files of hostile names
    env: { ...process.env, SHELL: '/bin/sh', LC_ALL: 'C.UTF-8', TERM: 'xterm', AUSPEX_STORE: db, ...env },
  });
  let shown = Buffer.alloc(0);
  const waiting = [...keys];
  let from = 0;
  for await (const part of child.stdout!) {
    shown = Buffer.concat([shown, part as Buffer]);
    while (waiting[0] && shown.includes(waiting[0].after, from)) {
      from = shown.length;
      child.stdin!.write(waiting.shift()!.type);
    }
  }
  return shown;
}

/** What each job wrote to a terminal, faults only: `job: faults`. */
async function faultsOn(jobs: readonly Job[], env?: Record<string, string>): Promise<string[]> {
  const file = join(folder, `jobs-${jobs.length}.json`);
  writeFileSync(file, JSON.stringify(jobs));
  const driver = join(import.meta.dirname, 'terminal.driver.mjs');
  const shown = await onTerminal([process.execPath, driver, file], env);
  const text = shown.toString('latin1');
  return jobs.flatMap((job, n) => {
    const [from, to] = [text.indexOf(`\n@@ ${n}\r\n`), text.indexOf(`\n@@ ${n + 1}\r\n`)];
    const named = job.map((word) => word.replaceAll(ARGUMENT, 'HOSTILE')).join(' ');
    if (from < 0 || to < 0) return [`${named}: did not run`];
    const part = text.slice(from, to + 1);
    if (part.includes('\n@@ thrown')) return [`${named}: ${part.slice(part.indexOf('@@ thrown'), -1).slice(0, 300)}`];
    return faultsOf(Buffer.from(part, 'latin1')).map((fault) => `${named}: ${fault}`);
  });
}

interface Asked {
  readonly form: string;
  readonly takesValue: boolean;
}

/** The options that a `--help` lists. */
function optionsOf(...verb: string[]): Asked[] {
  const { stdout } = spawnSync(join(root, 'bin/auspex'), [...verb, '--help'], { encoding: 'utf8' });
  return [...stdout.matchAll(/^ {2}(-[\w-]+)(?:, -[\w-]+)*( [A-Z][^ ]*)?(?= {2}|$)/gm)].map(([, form, value]) => ({
    form: form!,
    takesValue: value !== undefined,
  }));
}

/** Verbs that read a trail: what stands before and after an option. */
const ON_TRAIL: Readonly<Record<string, readonly string[]>> = {
  search: [trail],
  report: ['-i', trail],
  summary: ['--auid', '1000', '-i', trail],
  'who-killed': ['-i', trail, '--kernel-log', kernelLog],
  'who-touched': ['/tmp/watched', '-i', trail],
  tree: ['-i', trail],
  sessions: ['-i', trail],
  store: ['ingest', trail],
  sql: ['SELECT * FROM events'],
  rules: ['check', rules],
};
/** Verbs that read none; they are tried with wrong use. */
const ELSEWHERE = ['overview', 'whoami', 'trace', 'doctor', 'log', 'watch', 'serve', 'export', 'link'];
/** Options that wait, or that touch the kernel. */
const NOT_RUN = /^(?:-W|--watch|-F|--follow|-f|--loaded|--live|--measure|-h|--help)$/;

/** A verb with each of its options, and what else it is asked. */
function jobsOf(verb: string): Job[] {
  const after = ON_TRAIL[verb]!;
  const jobs: Job[] = [['auspex', verb, ...after]];
  for (const { form, takesValue } of optionsOf(verb)) {
    if (NOT_RUN.test(form) && !(verb === 'search' && form === '-f')) continue;
    jobs.push(['auspex', verb, form, ...(takesValue ? [ARGUMENT] : []), ...after]);
  }
  return [...jobs, ...(MORE[verb] ?? []).map((argv) => ['auspex', verb, ...argv])];
}

const MORE: Readonly<Record<string, readonly Job[]>> = {
  search: FORMATS.map((format) => ['--format', format, trail]),
  report: [
    ...reports.flatMap(({ name }) => [[name], [name, '--rows']]),
    ...['executable', 'login', 'key'].flatMap((name) => [
      [name, '--csv'],
      [name, '--rows', '--csv'],
      [name, '--json'],
    ]),
    ...['hour', 'user', 'host'].map((by) => ['--by', by]),
  ].map((argv) => [...argv, '--top', '1000', '-i', trail]),
  summary: [
    ['--session', '7'],
    ['--key', DANGERS.style!],
    ['--pid', '605'],
  ].map((who) => [...who, '--all', '-i', trail]),
  tree: [['--auid', '1000', '-i', trail]],
  'who-killed': [['--all', '-i', trail]],
  'who-touched': [
    ['--below', '/tmp', '-i', trail],
    ['--below', '/tmp', '--json', '-i', trail],
  ],
  sql: [['--json', 'SELECT * FROM events'], ['SELECT node, exe FROM events']],
};

function wrongUse(): Job[] {
  const jobs: Job[] = [
    ['auspex', ARGUMENT],
    ['auspex', 'rules', ARGUMENT],
  ];
  const words = [
    ...Object.keys(verbs).map((verb) => [verb]),
    ...Object.keys(rulesVerbs).map((verb) => ['rules', verb]),
  ];
  for (const verb of words) {
    jobs.push(['auspex', ...verb, `--${ARGUMENT}`], ['auspex', ...verb, `--help=${ARGUMENT}`]);
    if (/trace|link|serve|log|apply|plan/.test(verb.at(-1)!)) continue;
    jobs.push(['auspex', ...verb, ARGUMENT], ['auspex', ...verb, '-i', `/nowhere/${ARGUMENT}`]);
  }
  for (const given of [
    ['--where', `comm == ${ARGUMENT}`],
    ['--where', `"${ARGUMENT}`],
    ['--since', ARGUMENT],
    ['--format', ARGUMENT],
    ['--type', ARGUMENT],
  ])
    jobs.push(['auspex', 'search', ...given, trail]);
  for (const verb of ['check', 'explain', 'cost', 'setuid']) jobs.push(['auspex', 'rules', verb, rules]);
  jobs.push(
    ['auspex', 'rules', 'explain', '--', '-a', 'always,exit', '-S', ARGUMENT],
    ['auspex', 'rules', 'check', '--json', rules],
  );
  jobs.push(['auspex', 'rules', 'test', '-r', rules, trail], ['auspex', 'rules', 'cost', '-r', rules, trail]);
  jobs.push(
    ['auspex', 'sql', `SELECT "${ARGUMENT}" FROM events`],
    ['auspex', 'sql', '--db', `/nowhere/${ARGUMENT}`, 'SELECT 1'],
  );
  jobs.push(['auspex', 'export', '--csv', `/nowhere/${ARGUMENT}`], ['auspex', 'link', `/dev/null/${ARGUMENT}`]);
  jobs.push(['auspex', 'link', join(folder, ARGUMENT.replaceAll('/', '_').slice(0, 60))]);
  jobs.push(
    ['auspex', 'serve', '--port', ARGUMENT],
    ['auspex', 'trace', '-s', ARGUMENT, 'true'],
    ['auspex', 'trace', '-e', ARGUMENT, 'true'],
  );
  for (const tool of [
    'ausearch',
    'aureport',
    'aulast',
    'aulastlog',
    'auditloginfo',
    'ausyscall',
    'auditctl',
    'autrace',
    'augenrules',
  ])
    jobs.push(
      [tool, `--${ARGUMENT}`],
      [tool, ARGUMENT],
      [tool, '-if', `/nowhere/${ARGUMENT}`],
      [tool, '-f', `/nowhere/${ARGUMENT}`],
    );
  jobs.push(
    ['aulastlog', '-u', ARGUMENT],
    ['auditctl', '-a', ARGUMENT],
    ['auditctl', '-w', `/x`, '-p', ARGUMENT],
    ['auditctl', '-R', `/nowhere/${ARGUMENT}`],
  );
  jobs.push(['auditctl', '-a', 'always,exit', '-F', ARGUMENT], ['auditctl', '-a', 'always,exit', '-S', ARGUMENT]);
  return jobs;
}

function classicJobs(): Job[] {
  const jobs: Job[] = [];
  const all = ['-if', trail];
  for (const format of ['raw', 'default', 'interpret', 'text', 'csv'])
    for (const more of [[], ['--extra-keys', '--extra-labels', '--extra-obj2', '--extra-time']])
      if (format === 'csv' || more.length === 0)
        jobs.push(['ausearch', '-m', 'ALL', '--format', format, ...more, ...all]);
  for (const mode of ['tty', 'shell', 'shell_quote'])
    jobs.push(['ausearch', '-m', 'ALL', '-i', '--escape', mode, ...all], ['aureport', '-x', '--escape', mode, ...all]);
  for (const { forms, ...option } of ausearch.options) {
    if ('value' in option) jobs.push(['ausearch', forms[0]!, ARGUMENT, ...all]);
    else if (!/help|version|checkpoint/.test(option.name)) jobs.push(['ausearch', '-m', 'ALL', forms[0]!, ...all]);
  }
  for (const { forms, ...option } of aureport.options) {
    if ('value' in option) jobs.push(['aureport', forms[0]!, ARGUMENT, ...all]);
    else if (!/help|version/.test(option.name))
      for (const more of [[], ['-i'], ['--summary'], ['--debug']]) jobs.push(['aureport', forms[0]!, ...more, ...all]);
  }
  jobs.push(
    ['aulast', '-f', trail],
    ['aulast', '--bad', '--proof', '--debug', '-f', trail],
    ['auditloginfo', '--auid', '1000', '--all', '-i', trail],
  );
  jobs.push(['aulastlog', '-if', trail], ['ausearch', '-m', 'ALL', '--checkpoint', `/nowhere/${ARGUMENT}`, ...all]);
  return jobs;
}

describe.skipIf(missing !== '')(`a terminal${missing && ` (skipped: needs ${missing})`}`, () => {
  it('knows each verb: a new one is added to one of these lists', () => {
    expect(Object.keys(verbs).sort()).toEqual([...Object.keys(ON_TRAIL), ...ELSEWHERE].sort());
  });

  it('the judge finds each danger', () => {
    for (const [name, text] of Object.entries(DANGERS))
      if (name !== 'tab') expect(faultsOf(Buffer.from(`=${text}`, 'latin1')), name).not.toEqual([]);
    expect(faultsOf(Buffer.from(`${PLAIN}\r\n\x1b[1mbold\x1b[22m`, 'latin1'))).toEqual([]);
  });

  for (const verb of Object.keys(ON_TRAIL))
    it(`obeys nothing of a trail in \`auspex ${verb}\`, in any format and with any option`, async () => {
      expect(await faultsOn(jobsOf(verb))).toEqual([]);
    });

  it('obeys nothing of a trail in the classic tools', async () => {
    expect(await faultsOn(classicJobs())).toEqual([]);
  });

  it('obeys nothing of arguments, file names, rules, expressions and SQL in what is said about them', async () => {
    expect(await faultsOn(wrongUse())).toEqual([]);
  });

  it('obeys nothing whatever the environment says of colours', async () => {
    const jobs = [
      ...['interpreted', 'raw'].map((format) => ['auspex', 'search', '--format', format, '--color', 'always', trail]),
      ...['who-killed', 'tree', 'sessions'].map((verb) => ['auspex', verb, '--color', 'always', '-i', trail]),
    ];
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { CLICOLOR_FORCE: '1' }, { LC_ALL: 'C' }])
      expect(await faultsOn(jobs, env as unknown as Record<string, string>), JSON.stringify(env)).toEqual([]);
  });

  it('shows what people write as it is', async () => {
    const shown = (await onTerminal([join(root, 'bin/auspex'), 'search', '--format', 'raw', trail])).toString('latin1');
    expect(shown).toContain(`tty=${PLAIN}`);
    expect(shown).toContain('tty=\\033]0;owned\\007 ');
  });
});

describe.skipIf(missing !== '')(`what runs long, on a terminal${missing && ` (skipped: needs ${missing})`}`, () => {
  /** The screen's own sequences: where a line goes, and wiping. */
  const CURSOR = /\x1b\[(?:\d+;1H|0m|K|2J|\?1049[hl]|\?25[hl])/g;
  const screenFaults = (bytes: Buffer): string[] =>
    faultsOf(Buffer.from(bytes.toString('latin1').replace(CURSOR, ''), 'latin1'));

  it('auspex watch draws nothing of a trail that the terminal obeys: list, processes, one event, a filter', async () => {
    const shown = await onTerminal([join(root, 'bin/auspex'), 'watch', '-i', trail, '--from-start'], {}, [
      { after: 'events/s', type: 'p' },
      { after: 'record', type: '\x1b[A' },
      { after: '\x1b[', type: '\r' },
      { after: '\x1b[', type: '\x1b' },
      { after: '\x1b[', type: '/' },
      { after: 'filter:', type: 'comm == "\u202e\u009b\u200b\r' },
      { after: '\x1b[', type: '\x03' },
    ]);
    expect(shown.toString('latin1')).toContain('filter:');
    expect(screenFaults(shown)).toEqual([]);
  });

  it('a fault of ours, whose text is a stranger’s, is told without what a terminal obeys', async () => {
    const launcher = join(root, 'bin/launch.cjs');
    const hostile = JSON.stringify(ARGUMENT.replaceAll('\n', ' '));
    for (const fault of [
      `require(${JSON.stringify(launcher)})('auspex'); throw new Error(${hostile})`,
      `require(${JSON.stringify(launcher)})('auspex'); setImmediate(() => Promise.reject(new Error(${hostile})))`,
      `require(${JSON.stringify(launcher)})('auspex'); process.emitWarning(${hostile})`,
    ]) {
      const shown = await onTerminal([process.execPath, '-e', fault, '--', '--version']);
      expect(shown.toString()).toMatch(/owned/);
      expect(faultsOf(shown), fault.slice(-60)).toEqual([]);
    }
  });

  it('a plugin’s complaint and the audit daemon’s, about a file with such a name', async () => {
    const name = ARGUMENT.replaceAll('/', '_').slice(0, 80);
    // Without a configuration auditd would start with its defaults, and take the kernel's audit system.
    const configuration = join(folder, name);
    mkdirSync(configuration, { recursive: true });
    writeFileSync(join(configuration, 'auditd.conf'), `${name.replaceAll('\n', ' ')} = 1\n`);
    for (const command of [
      ['audisp-filter', '--check', `/nowhere/${name}`],
      ['audisp-filter', 'allowlist', `/nowhere/${name}`, `/nowhere/${name}`],
      ['audisp-syslog', name],
      ['audisp-json', `/nowhere/${name}`],
      ['audisp-metrics', `/nowhere/${name}`],
      ['audisp-af_unix', name, name],
      ['audisp-remote', name],
      ['auditd', '-f', '-c', configuration],
      ['auditd', `--${name}`],
    ]) {
      const shown = await onTerminal([join(root, 'bin', command[0]!), ...command.slice(1)]);
      expect(faultsOf(shown), command[0]).toEqual([]);
    }
  });

  it('what is written to a file, where that is the terminal', async () => {
    spawnSync(join(root, 'bin/auspex'), ['store', 'ingest', trail], { env: { ...process.env, AUSPEX_STORE: db } });
    const at = join(folder, 'here');
    mkdirSync(at, { recursive: true });
    symlinkSync('/dev/tty', join(at, 'aulast.log'));
    const ours = (tool: string) => join(root, 'bin', tool);
    for (const command of [
      ...['csv', 'parquet', 'arrow'].flatMap((format) =>
        ['/dev/tty', '/dev/stdout'].map((to) => [ours('auspex'), 'export', `--${format}`, to]),
      ),
      ...['svg', 'html'].map((form) => [ours('auspex'), 'tree', '-i', trail, `--${form}`, '/dev/tty']),
      ['sh', '-c', 'cd "$1" && exec "$2" -f "$3" --extract', 'sh', at, ours('aulast'), trail],
    ]) {
      const shown = await onTerminal(command);
      const name = command.slice(1).join(' ').replace(root, '');
      expect([name, faultsOf(shown)]).toEqual([name, []]);
      expect(shown.length, name).toBeGreaterThan(50);
      if (command[1] === 'export') expect(shown.toString(), name).toContain('it is a terminal');
    }
  });

  it('the console’s address and log', async () => {
    const odd = join(folder, `odd-${ARGUMENT.replaceAll('/', '_').replaceAll('\n', '').slice(0, 60)}.log`);
    writeFileSync(odd, hostileTrail());
    const shown = await onTerminal([join(root, 'bin/auspex'), 'serve', '--no-open', '--port', '0', '-i', odd], {}, [
      { after: 'Open http', type: '\x03' },
    ]);
    expect(shown.toString('latin1')).toContain('Open http');
    expect(faultsOf(shown)).toEqual([]);
  });
});

describe.skipIf(missing !== '')(`a pipe${missing && ` (skipped: needs ${missing})`}`, () => {
  const piped = (tool: string, ...argv: string[]): Buffer =>
    spawnSync(join(root, 'bin', tool), argv, { maxBuffer: 1 << 28, env: { ...process.env, CLICOLOR_FORCE: '1' } })
      .stdout;

  it('gets every record byte for byte', () => {
    const exact = hostileTrail()
      .toString('latin1')
      .split('\n')
      .filter((line) => /^node=\S+ type=[A-Z]/.test(line));
    const got = new Set(piped('auspex', 'search', '--format', 'raw', trail).toString('latin1').split('\n'));
    const lost = exact.filter((line) => !got.has(line) && !got.has(`${line}\x1d`));
    expect(exact.length).toBeGreaterThan(1000);
    expect(lost).toEqual([]);
  });

  it('gets CSV whose cells hold the bytes, and JSON whose strings do', () => {
    const csv = piped('auspex', 'search', '--format', 'csv', trail).toString('latin1');
    expect(csv).toContain('\r\n');
    expect(csv).toContain(DANGERS.title);
    const lines = piped('auspex', 'search', '--json', trail).toString('utf8').trimEnd().split('\n');
    const hows = new Set(lines.map((line) => JSON.parse(line).how));
    expect(hows).toContain(`/bin/${DANGERS.title}`);
    expect(hows).toContain(`/bin/${DANGERS.newline}`);
  });

  it('gets one line an event from --format text, whatever a value holds', () => {
    const text = piped('auspex', 'search', '--format', 'text', trail).toString('latin1');
    expect(text).not.toMatch(/^FORGED/m);
    expect(text).toContain('\\012FORGED');
  });
});

// The documents are true about what programs print: each `$ command` with its output is run on the trail it was taken from
// (the sample, or the lab's, which a clone alone has not) and must print what the page shows. `…` stands for what a page
// leaves out: alone on a line for any lines, else for the rest of a word or line.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const lab = (name: string): string => join(root, '../shared/corpus/lab', name);
const LAB = lab('enriched.log');
const SAMPLE = join(root, 'sample/audit.log');
const folder = mkdtempSync(join(tmpdir(), 'auspex-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Files that a page makes up. */
const FILES: Readonly<Record<string, string>> = {
  'my.rules': '-a always,exclude -F msgtype=PROCTITLE -F msgtype=SYSCALL\n-a entry,always -S open\n',
  'narrow.rules': '-a always,exit -F arch=b64 -S kill -F a1=0xF -F key=kills\n',
};
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);

/** What is run for a command of a page: the trail it is about is this machine's there, a named one here. */
const RUN: Readonly<Record<string, readonly string[]>> = {
  'npm start -- who-killed -i sample/audit.log findpid': ['auspex', 'who-killed', '-i', SAMPLE, 'findpid'],
  "auspex search --since 15m --failed --where 'comm i= pike'": [
    ...['auspex', 'search', '--failed', '--where', 'comm i= pike', SAMPLE],
  ],
  'TZ=UTC ausearch -i -a 975608 -if slice.log': ['ausearch', '-i', '-a', '975608', '-if', lab('slice.log')],
  'ausearch -k signals -sc kill --format text': 'ausearch -k signals -sc kill --format text -if'
    .split(' ')
    .concat(SAMPLE),
  'ausearch -k signals -sc kill --format csv --extra-keys': [
    ...'ausearch -k signals -sc kill --format csv --extra-keys -if'.split(' '),
    SAMPLE,
  ],
  'aureport -au': ['aureport', '-au', '-if', LAB],
  'auspex report executable --top 4': ['auspex', 'report', 'executable', '--top', '4', '-i', LAB],
  'auspex report --by user --top 3': ['auspex', 'report', '--by', 'user', '--top', '3', '-i', LAB],
  'auspex report login --rows --csv': ['auspex', 'report', 'login', '--rows', '--csv', '-i', LAB],
  "auspex report --compare-to '2026-11-21 04:17:00' --since '2026-11-21 04:17:50' --top 2": [
    ...['auspex', 'report', '--compare-to', '2026-11-21 04:17:00', '--since', '2026-11-21 04:17:50', '--top', '2'],
    ...['-i', LAB],
  ],
  'auspex rules check my.rules': ['auspex', 'rules', 'check', 'my.rules'],
  'auspex rules test -r narrow.rules /var/log/audit/audit.log': ['auspex', 'rules', 'test', '-r', 'narrow.rules', LAB],
  'auspex summary --auid 7005 --top 4': ['auspex', 'summary', '--auid', '7005', '--top', '4', '-i', LAB],
  'auspex who-killed findpid': ['auspex', 'who-killed', '-i', LAB, 'findpid'],
  'auspex who-touched /etc/shadow --since yesterday': ['auspex', 'who-touched', '/etc/shadow', '-i', LAB],
  'auspex sessions alice --since yesterday': ['auspex', 'sessions', 'alice', '-i', LAB],
  'auspex tree --session 33': ['auspex', 'tree', '--session', '33', '-i', LAB],
};
/** Why some are not run here. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'npm start -- overview': 'its first line depends on the machine: src/cli/overview.test.ts',
  'auspex rules plan my.rules': 'the kernel’s rules: test/kernel/rules.test.ts',
  'auspex watch': 'a live screen: src/live',
  'curl -s 127.0.0.1:9427/metrics | grep events_total': 'test/plugins, test/kernel/plugin-json.test.ts',
  "printf 'type r= USER_LOGIN\\nsyscall i= kill\\n' > f.conf && audisp-filter --check f.conf && echo good":
    'needs a shell',
};

interface Example {
  readonly page: string;
  readonly command: string;
  readonly output: string;
}

const shown = (text: string): string => text.replace(/^\n+/, '').trimEnd();

/** The examples of a page: `$ command` and what follows it, or a block of one command before a block of its output. */
function examplesOf(page: string): Example[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)];
  const found: Example[] = [];
  for (const [i, [whole, , body]] of blocks.entries()) {
    for (const part of body!.split(/^\$ /m).slice(1)) {
      const [command, ...output] = part.split('\n');
      found.push({ page, command: command!, output: shown(output.join('\n')) });
    }
    const next = blocks[i + 1];
    const alone = /^auspex [^#\n]*\n$/.test(body!) && next?.[1] === '' && !/^\S+ .*\$ |^auspex/.test(next[2]!);
    if (alone && text.includes(`${whole}\n\n${next[0]}`))
      found.push({ page, command: body!.trim(), output: shown(next[2]!) });
  }
  return found;
}

/** What a page shows as a pattern of what is printed. */
function patternOf(output: string): RegExp {
  const lines = output.split('\n').map((line) => {
    if (line.trim() === '…') return '(?:.*\n)*?.*';
    const parts = line.trimEnd().split('…');
    return `${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')} *\\r?`;
  });
  return new RegExp(`(?:^|\n)${lines.join('\n')}(?:\n|$)`);
}

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((n) => n.endsWith('.md'))
    .map((n) => `docs/${n}`),
];
const examples = pages.flatMap(examplesOf);
const built = existsSync(join(root, 'dist/.built'));

describe('examples of the documents', () => {
  it('are all known here, and all that are known here are there', () => {
    expect(new Set(examples.map((e) => e.command))).toEqual(new Set([...Object.keys(RUN), ...Object.keys(NOT_RUN)]));
  });

  const runnable = examples.filter(({ command }) => RUN[command]);
  it.for(runnable)('$page: $command', ({ command, output }, { skip }) => {
    const [program, ...args] = RUN[command]!;
    skip(!built, 'needs a build');
    skip(!args.every((arg) => !arg.startsWith('/') || arg.startsWith('/etc/') || existsSync(arg)), 'needs ../shared');
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
    const { stdout } = spawnSync(join(root, 'bin', program!), args, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(stdout.toString()).toMatch(patternOf(output));
  });
});

// Our plugins and the reference's of the same name under one daemon, at the same time, on the same events of the live
// kernel: what comes out of ours must be what stands in the daemon's log, and nothing theirs let through may differ from
// it. Each daemon at hand (Debian's, the one of AUSPEX_REFERENCE, ours) hosts them, and ours read both formats.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { BinaryReader, type BinaryRecord } from '../../src/dispatch/wire.ts';
import type { AuditClient } from '../../src/kernel/index.ts';
import { recordTypeName } from '../../src/tables/records.ts';
import { endChild, referenceTool } from '../remote/namespace.fixture.ts';
import { until } from '../until.fixture.ts';
import { AUID, auditScene, underAuid } from './auditd.fixture.ts';
import { describeKernel } from './kernel.fixture.ts';
import {
  bin,
  daemonUp,
  difference,
  dispose,
  file,
  folder,
  listenTo,
  messages,
  NONE,
  newScene,
  plugin,
  put,
  remoteConf,
  remoteSink,
  statsdSink,
  systemLog,
} from './plugins.fixture.ts';

type Format = 'string' | 'binary';
/** What came out of each plugin so far, as lines; and of unix sockets as bytes. */
interface Outputs {
  readonly text: Readonly<Record<string, () => string>>;
  readonly bytes: Readonly<Record<string, Buffer[]>>;
}

afterEach(dispose);

const WORK =
  'for i in 1 2 3 4; do /bin/cat /etc/hostname /nowhere > /dev/null 2>&1; /bin/ls /tmp > /dev/null; done; true';
const OPENAT = 257;
const EXECVE = 59;
const FILTER = '# failed openat\n(type r= SYSCALL && syscall i= openat && success r= no)\n';
const serialOf = (line: string) => Number(/:(\d+)\):/.exec(line)?.[1]);

const daemons = [
  ["Debian's auditd", referenceTool('auditd', 'debian'), 'debian'],
  ["the reference's auditd (AUSPEX_REFERENCE)", referenceTool('auditd', 'built'), 'built'],
  ['our auditd', join(bin, 'auditd'), 'any'],
] as const;

/** Ours, each reading `format`. */
function ourPlugins(format: Format, remotePort: number, statsPort: number): void {
  const program = (name: string): string => `${process.execPath} "${bin}audisp-${name}"`;
  put('filter.conf', FILTER);
  put('capture', `#!/bin/sh\nexec /bin/cat > "$1"\n`, 0o750);
  put('ours-remote.conf', remoteConf(remotePort, `${folder}/queue`));
  put('json.conf', `file = ${folder}/events.json\n`);
  put('metrics.conf', `file = ${folder}/audit.prom\naddress = 127.0.0.1\nport = ${statsPort}\ninterval = 1s\n`);
  plugin('ours-af', `${program('af_unix')} 0600 ${folder}/ours.string string 9999`, format);
  plugin('ours-afb', `${program('af_unix')} 0600 ${folder}/ours.binary binary 9999`, format);
  const passes = `${folder}/capture ${folder}/ours.filtered`;
  plugin('ours-filter', `${program('filter')} allowlist ${folder}/filter.conf ${passes}`, format);
  plugin('ours-syslog', `${program('syslog')} LOG_INFO LOG_LOCAL0`, format);
  plugin('ours-remote', `${program('remote')} ${folder}/ours-remote.conf`, format);
  plugin('ours-json', `${program('json')} ${folder}/json.conf`, format);
  plugin('ours-metrics', `${program('metrics')} ${folder}/metrics.conf`, format);
}

/** Theirs, of the daemon's own version (under our daemon: the newest at hand); the names of those that are here. */
function theirPlugins(whose: 'any' | 'built' | 'debian', remotePort: number): ReadonlySet<string> {
  const here = new Set<string>();
  const add = (name: string, tool: string, args: string, format: Format) => {
    const path = referenceTool(`audisp-${tool}`, whose);
    if (path) plugin(name.replace('.', '-'), `${path} ${args}`, format);
    if (path) here.add(name);
  };
  add('their.string', 'af_unix', `0600 ${folder}/their.string string 9999`, 'binary');
  add('their.binary', 'af_unix', `0600 ${folder}/their.binary binary 9999`, 'binary');
  add(
    'their.filtered',
    'filter',
    `allowlist ${folder}/filter.conf ${folder}/capture ${folder}/their.filtered`,
    'string',
  );
  add('their.syslog', 'syslog', 'LOG_INFO LOG_LOCAL1', 'string');
  add('their.remote', 'remote', '', 'string');
  put('etc/audisp-remote.conf', remoteConf(remotePort, `${folder}/their-queue`));
  if (whose !== 'debian') return here;
  const conf = `path = builtin_af_unix\ntype = builtin\nargs = 0600 ${folder}/their.string\nformat = string\n`;
  put('plugins.d/their-af.conf', `active = yes\n${conf}`); // 3.0.9 has it in the daemon itself
  return here.add('their.string');
}

/** Runs the scene under a daemon; resolves when every plugin has heard its end, and the daemon has ended. */
async function runScene(daemon: string, whose: 'any' | 'built' | 'debian', format: Format, kernel: AuditClient) {
  newScene();
  const [ourSink, theirSink, stats] = [await remoteSink(), await remoteSink(), await statsdSink()];
  ourPlugins(format, ourSink.port, stats.port);
  const theirs = theirPlugins(whose, theirSink.port);
  await systemLog();
  const child = await daemonUp(daemon, 'raw', kernel);
  const bytes: Record<string, Buffer[]> = {};
  for (const path of ['ours.string', 'ours.binary', 'their.string', 'their.binary'])
    if (path.startsWith('ours') || theirs.has(path)) bytes[path] = await listenTo(join(folder, path));
  const text: Record<string, () => string> = {
    'ours.filtered': () => file('ours.filtered'),
    'ours.syslog': () => messages(16).join('\n'),
    'ours.remote': () => ourSink.lines.join('\n'),
    'ours.json': () => file('events.json'),
  };
  if (theirs.has('their.filtered')) text['their.filtered'] = () => file('their.filtered');
  if (theirs.has('their.syslog')) text['their.syslog'] = () => messages(17).join('\n');
  if (theirs.has('their.remote')) text['their.remote'] = () => theirSink.lines.join('\n');
  for (const [path, parts] of Object.entries(bytes)) text[path] = () => Buffer.concat(parts).toString('latin1');
  const outputs: Outputs = { text, bytes };
  await heardBy(outputs, 'auspex-begin', kernel); // connected is not accepted, started is not reading
  auditScene(kernel, [OPENAT, EXECVE]);
  expect(await underAuid(WORK)).toBe(0);
  await heardBy(outputs, 'auspex-end', kernel);
  await endChild(child);
  return { outputs, stats: stats.sums };
}

/** Sends messages until one with this word came out of every plugin. */
async function heardBy({ text }: Outputs, word: string, kernel: AuditClient): Promise<void> {
  const deaf = () => Object.keys(text).filter((name) => !text[name]!().includes(word));
  for (let i = 0; i < 600 && deaf().length > 0; i++) {
    if (i % 10 === 0) kernel.user(1005, `op=${word}`);
    await sleep(50);
  }
  expect(deaf(), `who has not heard ${word}`).toEqual([]);
}

const binaryLine = ({ version, type, text }: BinaryRecord) =>
  (version === 0 ? `type=${recordTypeName(type)} msg=` : '') + Buffer.from(text).toString('latin1');

/** Everything that came out, against the lines of the scene in the log. EOE goes to plugins only. */
function check({ text, bytes }: Outputs, format: Format): void {
  const log = file('log/audit.log').split('\n').slice(0, -1);
  const serials = new Set(log.filter((l) => l.includes(` auid=${AUID} `)).map(serialOf));
  const ofScene = (lines: readonly string[]) =>
    lines.filter((l) => serials.has(serialOf(l)) && !l.includes('type=EOE '));
  const want = ofScene(log);
  expect(want.length).toBeGreaterThan(100);
  const lines = (output: string) => ofScene(text[output]!().split('\n'));
  for (const output of ['ours.string', 'ours.syslog', 'ours.remote'])
    expect.soft(difference(want, lines(output)), output).toEqual(NONE);

  const binary = (path: string) => [...new BinaryReader().push(Buffer.concat(bytes[path] ?? []))];
  const ours = binary('ours.binary');
  expect.soft(difference(want, ofScene(ours.map(binaryLine))), 'ours.binary').toEqual(NONE);
  if (format === 'binary') expect(new Set(ours.map((r) => r.version))).toEqual(new Set([0]));

  const failed = new Set(want.filter((l) => /syscall=257 success=no/.test(l)).map(serialOf));
  expect(failed.size).toBeGreaterThanOrEqual(4);
  const passed = want.filter((l) => !failed.has(serialOf(l)));
  expect.soft(difference(passed, lines('ours.filtered')), 'ours.filtered').toEqual(NONE);

  const events = text['ours.json']!()
    .trimEnd()
    .split('\n')
    .map((l) => JSON.parse(l) as JsonEvent);
  const told = events.filter((e) => serials.has(e.serial));
  expect(new Set(told.map((e) => e.serial)).size, 'each event once').toBe(told.length);
  const types = told.flatMap((e) => e.records.map((r) => `${e.serial} ${r.type}`));
  expect.soft(types.sort()).toEqual(want.map((l) => `${serialOf(l)} ${/^type=(\S+)/.exec(l)![1]}`).sort());

  // Theirs, in a burst, may lose records and cut lines (4.2.2 does): what they let through must be what we did.
  for (const output of Object.keys(text).filter((o) => o.startsWith('their.') && o !== 'their.binary')) {
    const { extra, inOrder } = difference(want, lines(output));
    const strange = extra.filter((l) => !want.some((w) => w.includes(l)));
    expect.soft(strange, output).toEqual([]);
    expect.soft(inOrder || output === 'their.filtered', output).toBe(true);
    expect.soft(lines(output).length, output).toBeGreaterThan(0);
  }
  const known = new Map(ours.map((r) => [binaryLine(r), r]));
  for (const record of format === 'binary' ? binary('their.binary') : []) {
    const { version, type } = known.get(binaryLine(record)) ?? record;
    expect([version, type]).toEqual([record.version, record.type]);
  }
}
interface JsonEvent {
  readonly serial: number;
  readonly records: readonly { readonly type: string }[];
}

/** What was counted, against the whole log; the plugin may or may not have got the daemon's last record. */
async function checkCounts(stats: ReadonlyMap<string, number>): Promise<void> {
  const counted = (metric: string) =>
    Number(new RegExp(`^auspex_${metric}_total (\\d+)$`, 'm').exec(file('audit.prom'))?.[1]);
  const lines = file('log/audit.log').split('\n').slice(0, -1);
  const before = lines.filter((l) => !l.startsWith('type=DAEMON_END'));
  const failed = before.filter((l) => /success=no|res=(failed|0)\b/.test(l));
  const ids = new Set(before.map(serialOf)).size;
  await until(`audisp-metrics to have counted ${ids} events`, () => counted('events') >= ids);
  await until('the same numbers at the statsd server', () => stats.get('events.total_count')! >= ids);
  expect.soft(counted('events') - ids).toBeOneOf([0, 1]);
  expect.soft(counted('records') - before.length).toBeOneOf([0, 1]);
  expect.soft(counted('events_failed')).toBe(new Set(failed.map(serialOf)).size);
  expect.soft(stats.get('events.total_failed')).toBe(counted('events_failed'));
}

describeKernel('plugins of both sides under each daemon', (kernel) => {
  for (const [name, daemon, whose] of daemons)
    for (const format of ['string', 'binary'] as const)
      it.skipIf(!daemon)(
        `ours read ${format} from ${name}${daemon ? '' : ` (skipped: no ${name})`}`,
        async () => {
          const { outputs, stats } = await runScene(daemon!, whose, format, kernel());
          check(outputs, format);
          await checkCounts(stats);
        },
        120_000,
      );
});

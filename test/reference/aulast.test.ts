// Sessions and last logins beside the reference, on trails nobody has seen before: logins, logouts, failures, boots and
// shutdowns in any order. What is ours on purpose (docs/compat.md) is not asked: `--bad` of an account this machine knows by id,
// failed logins in `--extract`, a second login in aulastlog; `--user` and `--tty` of one session only.
// The reference is looked for in AUSPEX_REFERENCE (a folder) or on PATH, and must be audit-userspace 4.2.2.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/aulast.ts';

const reference = (tool: string): string =>
  process.env.AUSPEX_REFERENCE ? join(process.env.AUSPEX_REFERENCE, tool) : tool;
const version = spawnSync(reference('aureport'), ['--version'], { encoding: 'utf8' });
const reason = version.stdout?.includes('4.2.2') ? undefined : 'needs aulast of audit-userspace 4.2.2';

const folder = mkdtempSync(join(tmpdir(), 'auspex-aulast-'));
afterAll(() => rmSync(folder, { recursive: true }));
const env = { TZ: 'UTC', LC_ALL: 'C' };

const account = fc.constantFrom('0', '1', '1001', '7005');
const place = fc.record({
  host: fc.constantFrom('h1', '?', 'h2.example.org', 'a-very-long-host-name.example.org'),
  addr: fc.constantFrom('1.2.3.4', '?', '::1'),
  terminal: fc.constantFrom('pts/0', '/dev/pts/1', 'tty1', 'ssh', '?'),
});
const UNSET = '4294967295';

interface Kind {
  readonly type: string;
  readonly body: fc.Arbitrary<string>;
}
const message = (ids: fc.Arbitrary<string>, who: fc.Arbitrary<string>, result: string): fc.Arbitrary<string> =>
  fc
    .tuple(ids, who, place)
    .map(
      ([id, name, { host, addr, terminal }]) =>
        `${id} msg='op=login ${name} exe="/usr/sbin/sshd" hostname=${host} addr=${addr} terminal=${terminal} res=${result}'`,
    );
const process_ = fc.tuple(fc.constantFrom('11', '12'), account, fc.constantFrom('1', '2', '3'));
const ids = process_.map(([pid, auid, ses]) => `pid=${pid} uid=0 auid=${auid} ses=${ses}`);
const noIds = fc.constant(`pid=11 uid=0 auid=${UNSET} ses=${UNSET}`);
const acct = fc.constantFrom('acct="alice"', 'acct=28756E6B29', 'acct="root"');
const machine = fc.constant(
  `pid=5 uid=0 auid=${UNSET} ses=${UNSET} msg=' comm="x" exe="/x" hostname=? addr=? terminal=? res=success'`,
);
const KINDS: readonly Kind[] = [
  {
    type: 'LOGIN',
    body: process_.map(
      ([pid, auid, ses]) =>
        `pid=${pid} uid=0 old-auid=${UNSET} auid=${auid} tty=(none) old-ses=${UNSET} ses=${ses} res=1`,
    ),
  },
  { type: 'USER_LOGIN', body: ids.chain((id) => message(fc.constant(id), fc.constant(idOf(id)), 'success')) },
  { type: 'USER_LOGIN', body: message(ids, fc.oneof(acct, fc.constantFrom('id=0', 'id=1001', '')), 'success') },
  { type: 'USER_LOGIN', body: message(noIds, fc.oneof(acct, fc.constantFrom('id=1001', 'id=7005')), 'failed') },
  { type: 'USER_END', body: message(ids, acct, 'success') },
  { type: 'USER_START', body: message(ids, acct, 'success') },
  { type: 'SYSTEM_BOOT', body: machine },
  { type: 'SYSTEM_SHUTDOWN', body: machine },
  {
    type: 'DAEMON_START',
    body: fc
      .constantFrom('6.1.0-13-amd64', '6.12')
      .map((kernel) => `op=start ver=4.2.2 format=enriched kernel=${kernel} auid=0 pid=4 uid=0 ses=1 res=success`),
  },
];

/** The login uid of some ids, as sshd names the account. */
function idOf(text: string): string {
  return `id=${/auid=(\d+)/.exec(text)![1]}`;
}

const record = fc
  .constantFrom(...KINDS, KINDS[0]!, KINDS[1]!)
  .chain(({ type, body }) => body.map((text) => ({ type, text })));
const trail = fc
  .array(
    fc.record({ record, step: fc.constantFrom(1, 5, 61, 3600, 90_000), ms: fc.constantFrom('000', '123', '999') }),
    {
      minLength: 1,
      maxLength: 16,
      size: 'max',
    },
  )
  .map((list) => {
    let sec = 1_700_000_000;
    return list.map(({ record: { type, text }, step, ms }, i) => {
      sec += step;
      return `type=${type} msg=audit(${sec}.${ms}:${i + 1}): ${text}\n`;
    });
  });

const LIST_OPTIONS = [['--proof'], ['--extract']];
const options = fc.oneof(
  fc.subarray(LIST_OPTIONS),
  fc.constant([['--debug']]),
  fc.subarray([['--proof'], ['--debug']]).map((list) => [['--bad'], ...list]),
);

/** The end of an open session is the time of the run. */
const untilNow = (text: string): string => text.replace(/--end .*\n/g, '');
/** What was written, without failed logins: there the reference writes `(null)`. */
const extracted = (): string => {
  const text = readFileSync('aulast.log', 'latin1');
  rmSync('aulast.log');
  return text.replace(/^(\(null\)|type=USER_LOGIN .*res=failed')\n/gm, '');
};

describe.skipIf(reason)(`aulast, aulastlog${reason ? ` [${reason}]` : ''}`, () => {
  it('tells of the same sessions and failures', async () => {
    const before = process.cwd();
    const zone = process.env.TZ;
    process.chdir(folder);
    process.env.TZ = 'UTC';
    let told = 0;
    try {
      await fc.assert(
        fc.asyncProperty(trail, options, async (lines, chosen) => {
          writeFileSync('log', lines.join(''));
          const argv = ['-f', 'log', ...chosen.flat()];
          const extract = argv.includes('--extract');
          const theirs = spawnSync(reference('aulast'), argv, { env, encoding: 'latin1' });
          const theirRecords = extract ? extracted() : '';
          const ours = { out: '', err: '' };
          const status = await run(argv, {
            out: (text) => {
              ours.out += text;
            },
            err: (text) => {
              ours.err += text;
            },
          });
          expect(untilNow(ours.out)).toBe(untilNow(theirs.stdout));
          expect([status, ours.err]).toEqual([theirs.status, theirs.stderr]);
          expect(extract ? extracted() : '').toBe(theirRecords);
          if (/^\S+ +\S/m.test(ours.out)) told++;
        }),
        { numRuns: 400 },
      );
    } finally {
      process.chdir(before);
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(told).toBeGreaterThan(100);
  });

  it.each([
    ['--user', 'root'],
    ['--user', 'daemon'],
    ['--tty', 'pts/1'],
    ['--tty', '1'],
    ['--tty', 'tty1'],
    ['--tty', '/dev/pts/1'],
    ['--tty', '2'],
  ])('tells of the sessions chosen by %s %s', async (option, value) => {
    const file = join(folder, 'one');
    const head = 'pid=11 uid=0';
    writeFileSync(
      file,
      `type=LOGIN msg=audit(1700000001.000:1): ${head} old-auid=${UNSET} auid=0 tty=(none) old-ses=${UNSET} ses=1 res=1\n` +
        `type=USER_LOGIN msg=audit(1700000002.000:2): ${head} auid=0 ses=1 msg='op=login id=0 exe="/x" hostname=h1 ` +
        `addr=1.2.3.4 terminal=/dev/pts/1 res=success'\n`,
    );
    let ours = '';
    const out = (text: string): void => {
      ours += text;
    };
    const argv = ['-f', file, option, value];
    await run(argv, { out, err: out });
    const theirs = spawnSync(reference('aulast'), argv, {
      env: { LC_ALL: 'C', ...(process.env.TZ !== undefined && { TZ: process.env.TZ }) },
      encoding: 'latin1',
    });
    expect(ours).toBe(theirs.stdout);
  });

  it('tells of the same last logins', () => {
    const isLogin = (line: string): boolean => /^type=USER_LOGIN .*res=success/.test(line);
    const once = (lines: readonly string[]): readonly string[] =>
      lines.filter((line, i) => !isLogin(line) || i === lines.findIndex(isLogin));
    const ours = fileURLToPath(new URL('../../bin/aulastlog', import.meta.url));
    fc.assert(
      fc.property(
        trail,
        fc.constantFrom([], ['--user', 'root'], ['-u', 'daemon'], ['-u', 'nobody-here']),
        (lines, more) => {
          const [got, want] = [ours, reference('aulastlog')].map((tool) =>
            spawnSync(tool, ['--stdin', ...more], {
              env: { ...process.env, ...env },
              input: once(lines).join(''),
              encoding: 'latin1',
            }),
          );
          expect([got!.stdout, got!.status]).toEqual([want!.stdout, want!.status]);
        },
      ),
      { numRuns: 25 },
    );
  });
});

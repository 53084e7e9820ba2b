// Which events ausearch finds, how it groups and orders them: beside the reference, on trails nobody has seen before:
// records of a few events in any order and at any time, whole, damaged and with values missing, under random options.
// The reference is looked for in AUSPEX_REFERENCE (a folder) or on PATH, and must be audit-userspace 4.2.2.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRequest } from '../../src/cli/ausearch-request.ts';
import { readLog } from '../../src/logs/read.ts';
import { rawPrinter } from '../../src/print/raw.ts';
import { classicPredicate } from '../../src/query/classic.ts';
import { matcher } from '../../src/query/matcher.ts';
import { unreadableRecord } from '../../src/query/readable.ts';
import { search } from '../../src/search/search.ts';

const ausearch = process.env.AUSPEX_REFERENCE ? join(process.env.AUSPEX_REFERENCE, 'ausearch') : 'ausearch';
const version = spawnSync(ausearch, ['--version'], { encoding: 'utf8' });
const reason = version.stdout?.includes('4.2.2') ? undefined : 'needs ausearch of audit-userspace 4.2.2';

const number = fc.constantFrom('0', '1', '22', '1001', '4294967295');
const word = fc.constantFrom('"aa"', '"a b"', '6161', '(null)', '"/tmp/x"', '"./x"', '"x"');
const key = fc.constantFrom('"k1"', '"k2"', '6B31016B32', '(null)');
const BODIES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  SYSCALL: fc
    .tuple(number, number, number, word, word, key, fc.constantFrom('yes exit=0', 'no exit=-13'))
    .map(
      ([pid, auid, uid, comm, exe, k, done]) =>
        `arch=c000003e syscall=59 success=${done} a0=1 a1=2 a2=3 a3=4 items=1 ppid=1 pid=${pid} auid=${auid} uid=${uid} ` +
        `gid=5 euid=6 suid=7 fsuid=8 egid=9 sgid=10 fsgid=11 tty=pts0 ses=${auid} comm=${comm} exe=${exe} key=${k}`,
    ),
  CWD: word.map((w) => `cwd=${w}`),
  PATH: word.map((w) => `item=0 name=${w} inode=1 dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL`),
  PROCTITLE: word.map((w) => `proctitle=${w}`),
  EOE: fc.constant(''),
  CONFIG_CHANGE: fc.tuple(number, key).map(([n, k]) => `auid=${n} ses=${n} op=add_rule key=${k} list=4 res=1`),
  AVC: fc
    .tuple(number, word)
    .map(
      ([pid, w]) =>
        `avc:  denied  { read } for  pid=${pid} comm=${w} name=${w} scontext=a:b:c:s0 tcontext=d:e:f:s0 tclass=file`,
    ),
  USER_LOGIN: fc
    .tuple(number, number, fc.constantFrom('success', 'failed'))
    .map(
      ([uid, ses, res]) =>
        `pid=7 uid=${uid} auid=${ses} ses=${ses} msg='op=login acct="x" exe="/x" hostname=h addr=1.2.3.4 terminal=t res=${res}'`,
    ),
};
const record = fc
  .record({
    type: fc.constantFrom(...Object.keys(BODIES), 'SYSCALL', 'PROCTITLE'),
    sec: fc.integer({ min: 1_700_000_000, max: 1_700_000_005 }),
    ms: fc.constantFrom('000', '500'),
    serial: fc.integer({ min: 1, max: 5 }),
    cut: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 5, 30, 90),
  })
  .chain((r) =>
    BODIES[r.type]!.map((body) => {
      const line = `type=${r.type} msg=audit(${r.sec}.${r.ms}:${r.serial}): ${body}`;
      // A record that ends within its ids is passed over only where an option asks for those that are cut off.
      const cut = r.cut === 0 ? 0 : r.type === 'SYSCALL' ? 260 : r.type === 'USER_LOGIN' ? 5 : r.cut;
      return cut > 0 ? line.slice(0, Math.max(20, line.length - cut)) : line;
    }),
  );
const options = fc.constantFrom(
  '',
  '-k k1',
  '-k k -w',
  '-p 22',
  '-ul 1001',
  '-ui 1001',
  '-ua 22',
  '-c aa',
  '-c a -w',
  '-x x',
  '-f /tmp',
  '-f x -w',
  '-f /tmp/x/./x',
  '-hn h',
  '-tm t',
  '-sv no',
  '-sv yes',
  '-e -13',
  '-sc 59',
  '-m AVC,CONFIG_CHANGE',
  '-a 3',
  '-se a:b',
  '--session 22',
  '--eoe-timeout 4',
  '--arch b64 -sv no -k k2',
);

describe.skipIf(reason)(`ausearch beside the reference${reason ? ` [${reason}]` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'auspex-reference-'));

  it('finds the same events, grouped and ordered alike', async () => {
    const file = join(folder, 'trail.log');
    let found = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 30 }), options, async (lines, words) => {
        writeFileSync(file, `${lines.join('\n')}\n`, 'latin1');
        const args = words === '' ? [] : words.split(' ');
        const reference = spawnSync(ausearch, ['-if', file, '-r', ...args], {
          encoding: 'latin1',
          env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
        });
        const request = readRequest(args);
        if (typeof request === 'string') throw new Error('no request');
        const matches = matcher(classicPredicate(request.search));
        let out = '';
        await search([{ name: file, path: file, chunks: (buffers) => readLog(file, 0, buffers) }], {
          matches: (event) => matches(event) && !unreadableRecord(event),
          ...(request.timeout !== undefined && { timeout: request.timeout }),
          found: (event) => {
            out += rawPrinter(event);
            return true;
          },
        });
        expect(out).toBe(reference.stdout);
        if (out !== '') found++;
      }),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(100);
    rmSync(folder, { recursive: true });
  });
});

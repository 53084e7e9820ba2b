// `ausearch -i` beside the reference on records nobody has seen before: mutations of real ones and fields with odd values.
// The reference is looked for in AUSPEX_REFERENCE (a folder) or on PATH, and must be audit-userspace 4.2.2.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { C_TIME } from '../../src/base/strftime.ts';
import { readEvents } from '../../src/event/read.ts';
import { localTime, systemAccounts } from '../../src/host/index.ts';
import { interpretContext } from '../../src/interpret/index.ts';
import { interpretedPrinter } from '../../src/print/interpreted.ts';

const ausearch = process.env.AUSPEX_REFERENCE ? join(process.env.AUSPEX_REFERENCE, 'ausearch') : 'ausearch';
const version = spawnSync(ausearch, ['--version'], { encoding: 'utf8' });
const reason = version.stdout?.includes('4.2.2') ? undefined : 'needs ausearch of audit-userspace 4.2.2';

const hex = fc.uint8Array({ maxLength: 12 }).map((b) => Buffer.from(b).toString('hex').toUpperCase());
const number = fc.oneof(
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  fc.nat(2 ** 16).map((n) => n.toString(16)),
  fc.nat(2 ** 12).map((n) => `0${n.toString(8)}`),
  fc.integer({ min: -140, max: 300 }).map(String),
);
const text = fc.string({ unit: fc.constantFrom(...'aA1 /,;:(){}$`\\|'), maxLength: 6 });
const value = fc.oneof(
  number,
  hex,
  text.map((t) => `"${t}"`),
  text,
  fc.constantFrom('', '?', '(null)', '(none)', '"', "'", 'c000003e', '40755', '0'),
);
const name = fc.constantFrom(
  ...(
    'uid gid auid ouid ses comm exe name key acct saddr mode perm exit success res syscall arch per oflag flags cap_fp ' +
    'sig code list hook action family proto macproto icmptype capability ioctlcmd resolve a0 a1 data obj subj addr ' +
    'fan_type resp subj_trust prom errno op pid msg grantors hostname terminal old-auid id vm cwd cmd'
  ).split(' '),
);
const type = fc.constantFrom(
  ...'FD_PAIR PATH USER_LOGIN TRUSTED_APP EXECVE MQ_OPEN ADD_GROUP NETFILTER_CFG FANOTIFY TTY USER_TTY OBJ_PID'.split(
    ' ',
  ),
);
const joint = fc.constantFrom(' ', ' ', ' ', ' ', ', ', ',', '  ', " '", ' (', ' word ');
const body = fc
  .array(fc.tuple(joint, name, value), { minLength: 1, maxLength: 4 })
  .map((list) => list.map(([before, n, v], i) => `${i ? before : ''}${n}=${v}`).join(''));

/** What the reference is right about; titles that begin with a NUL are ours (docs/compat.md). */
const comparable = (line: string): boolean => !line.includes('proctitle=00') && !line.includes('fan_info');

/** Each event's text by its serial. */
function bySerial(output: string): Map<string, string> {
  const parts = output.split(/^----\n/m).slice(1);
  return new Map(parts.map((part) => [/:(\d+)\)/.exec(part)?.[1] ?? '', part]));
}

describe.skipIf(reason)(`ausearch -i beside the reference${reason ? ` [${reason}]` : ''}`, () => {
  it('prints the same for 4000 odd records', () => {
    const folder = mkdtempSync(join(tmpdir(), 'auspex-reference-'));
    try {
      const lines = fc
        .sample(fc.tuple(type, body), { numRuns: 4000, seed: 20261121 })
        .map(([t, b], i) => `type=${t} msg=audit(${1_700_000_000 + i}.000:${i + 1}): ${b}`)
        .filter(comparable);
      const file = join(folder, 'log');
      writeFileSync(file, `${lines.join('\n')}\n`, 'latin1');
      const env = { ...process.env, TZ: process.env.TZ ?? '', LC_ALL: 'C' };
      const run = spawnSync(ausearch, ['-i', '-if', file], {
        encoding: 'latin1',
        env,
        maxBuffer: 1 << 28,
        stdio: 'pipe',
      });
      const want = bySerial(run.stdout);
      expect(want.size).toBeGreaterThan(3000);
      const context = interpretContext({ classic: true, accounts: systemAccounts() });
      const print = interpretedPrinter({ dates: { localTime, locale: C_TIME }, context });
      const got = bySerial(
        readEvents([Buffer.from(`${lines.join('\n')}\n`, 'latin1')])
          .map(print)
          .join(''),
      );
      const differing = [...want].filter(([serial, printed]) => got.get(serial) !== printed);
      expect(differing.slice(0, 5).map(([serial, printed]) => [printed, got.get(serial)])).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

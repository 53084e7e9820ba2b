// The oracle is the C library itself: its strftime and strptime beside ours, its name service beside `getent`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, C_TIME, type LocalTime, latin1, strftime, strptime, type TimeLocale } from '../base/index.ts';
import { localTime, systemAccounts } from '../host/index.ts';
import {
  cFunction,
  libcOffset,
  lockFile,
  nssGroupId,
  nssGroupName,
  nssUserId,
  nssUserName,
  readTimeLocale,
  unlockFile,
} from './index.ts';

const newlocale = cFunction<(mask: number, name: string, base: null) => number>(
  'intptr_t newlocale(int, const char *, void *)',
);
const strftimeL = cFunction<(to: Buffer, size: number, format: Buffer, tm: Buffer, locale: number) => number>(
  'size_t strftime_l(void *, size_t, void *, void *, intptr_t)',
);
const strptimeL = cFunction<(text: Buffer, format: Buffer, tm: Buffer, locale: number) => number>(
  'intptr_t strptime_l(void *, void *, void *, intptr_t)',
);
const addressOf = cFunction<(at: Buffer, to: Buffer, n: number) => number>('intptr_t memcpy(void *, void *, size_t)');

const c = (text: string): Buffer => Buffer.from([...bytesOf(text), 0]);

function tmOf(t: LocalTime): Buffer {
  const tm = Buffer.alloc(64);
  [t.second, t.minute, t.hour, t.day, t.month, t.year - 1900, t.weekday, t.yearday].forEach((n, i) => {
    tm.writeInt32LE(n, 4 * i);
  });
  tm.writeBigInt64LE(BigInt(t.offset), 40);
  return tm;
}

const linux = process.platform === 'linux';
const locales = ['C', 'en_US.UTF-8', 'de_DE.UTF-8'].flatMap((name) => {
  const data = name === 'C' ? C_TIME : readTimeLocale(name);
  return data && linux ? [{ name, data, handle: newlocale(4, name, null) }] : [];
});

describe.skipIf(!linux)('dates by locale [needs Linux]', () => {
  it.each(locales)('prints as strftime(3) does in $name', ({ data, handle }) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (sec) => {
        const t = localTime(sec);
        for (const format of [
          '%x',
          '%X',
          '%c',
          '%r',
          '%a %b %e %H:%M:%S %Y',
          '%D %F %T %R %j %u %w %y %C %I%p %z %%',
        ]) {
          if (format === '%c' && data.dateTime.includes('%Z')) continue; // no zone names here
          const to = Buffer.alloc(256);
          const n = Number(strftimeL(to, 256, c(format), tmOf(t), handle));
          expect(strftime(format, t, data)).toBe(latin1(to, 0, n));
        }
      }),
      { numRuns: 300 },
    );
  });

  const libcReads = (text: string, format: string, handle: number): string => {
    const tm = Buffer.alloc(64, 0xff);
    const from = c(text);
    const end = Number(strptimeL(from, c(format), tm, handle));
    if (end === 0) return 'no';
    const part = (i: number, add = 0): string =>
      tm.readInt32LE(4 * i) === -1 ? '-' : String(tm.readInt32LE(4 * i) + add);
    return `${part(5, 1900)} ${part(4)} ${part(3)} ${part(2)} ${part(1)} ${part(0)} +${end - Number(addressOf(from, from, 0))}`;
  };
  const oursReads = (text: string, format: string, data: TimeLocale): string => {
    const r = strptime(text, format, data);
    if (!r) return 'no';
    const parts = [r.year, r.month, r.day, r.hour, r.minute, r.second].map((p) => p ?? '-');
    return `${parts.join(' ')} +${r.end}`;
  };

  it.each(locales)('reads as strptime(3) does in $name', ({ data, handle }) => {
    const text = fc.oneof(
      fc
        .tuple(fc.nat(40), fc.constantFrom('/', '.', ' ', '-'), fc.nat(40), fc.nat(2100))
        .map(([a, s, b, y]) => `${a}${s}${b}${s}${y}`),
      fc.tuple(fc.nat(30), fc.nat(70), fc.nat(70)).map((p) => p.map((n) => String(n).padStart(2, '0')).join(':')),
      fc.string({ unit: fc.constantFrom(...'0123456789 /.:-apmAPM'), maxLength: 12 }),
      fc.nat(2_000_000_000).map((sec) => strftime('%c', localTime(sec), data)),
      fc.nat(2_000_000_000).map((sec) => strftime('%x %X %p', localTime(sec), data)),
    );
    fc.assert(
      fc.property(
        text,
        fc.constantFrom('%x', '%X', '%H:%M:%S', '%m/%d/%Y', '%b %e', '%c', '%I:%M %p', '%x %X'),
        (s, format) => {
          expect(oursReads(s, format, data)).toBe(libcReads(s, format, handle));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('knows the offset of a zone that JavaScript does not read', () => {
    const tz = process.env.TZ;
    process.env.TZ = 'CET-1CEST,M3.5.0,M10.5.0/3';
    expect([libcOffset(1_700_000_000), libcOffset(1_690_000_000)]).toEqual([3600, 7200]);
    if (tz === undefined) delete process.env.TZ;
    else process.env.TZ = tz;
  });
});

describe.skipIf(!linux)('accounts [needs Linux]', () => {
  const getent = (database: string, key: string): string[] =>
    execFileSync('getent', [database, key], { encoding: 'latin1' }).trim().split(':');

  it('answers as getent does', () => {
    for (const id of [0, 1, 65534]) {
      const user = getent('passwd', String(id));
      expect([nssUserName(id), nssUserId(user[0]!)]).toEqual([user[0], id]);
    }
    const group = getent('group', '0');
    expect([nssGroupName(0), nssGroupId(group[0]!)]).toEqual([group[0], 0]);
    const accounts = systemAccounts();
    expect([accounts.userName(0), accounts.userId('root'), accounts.groupName(0)]).toEqual(['root', 0, group[0]]);
  });

  it('knows nothing of ids and names that do not exist', () => {
    expect([
      nssUserName(3_999_999_999),
      nssGroupName(3_999_999_999),
      nssUserId('no such user'),
      nssGroupId(''),
    ]).toEqual(Array(4).fill(undefined));
    expect(systemAccounts().userName(3_999_999_999)).toBeUndefined();
  });
});

describe('lockFile', () => {
  it('keeps a second holder out until it is let go', () => {
    const folder = mkdtempSync(join(tmpdir(), 'auspex-lock-'));
    const first = openSync(join(folder, 'lock'), 'w');
    const second = openSync(join(folder, 'lock'), 'w');
    expect([lockFile(first, false), lockFile(second, false)]).toEqual([true, false]);
    unlockFile(first);
    expect(lockFile(second, false)).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

// Every table walked both ways, and the system calls against what the reference `ausyscall ARCH --dump` printed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  archBits,
  arches,
  archName,
  archNumber,
  archOf,
  capabilities,
  compatArch,
  errnoEntries,
  errnoName,
  errnoNumber,
  errnoText,
  machineArch,
  otherRecordTypes,
  recordTypeName,
  recordTypeNumber,
  recordTypes,
  resolveArch,
  signalNumber,
  signals,
  syscallName,
  syscallNumber,
  syscalls,
  table,
} from './index.ts';
import * as words from './words.ts';

const golden = join(import.meta.dirname, '../../../shared/golden');
const home = existsSync(join(golden, 'cases.jsonl'));

describe('tables', () => {
  it.each(arches)('walks the system calls of %s both ways', (arch) => {
    const entries = syscalls(arch).entries();
    expect(entries.length).toBeGreaterThan(25);
    for (const [number, name] of entries) {
      expect(syscallName(arch, number)).toBe(name);
      expect(syscallNumber(arch, name)).toBe(number);
    }
  });

  it.each([
    ['record types', recordTypes],
    ['other record types', otherRecordTypes],
    ['signals', signals],
    ['capabilities', capabilities],
  ])('walks the %s both ways', (_, words) => {
    for (const [number, name] of words.entries()) {
      expect(words.name(number)).toBe(name);
      expect(words.number(name)).toBe(number);
    }
    expect(new Set(words.entries().map((e) => e[0])).size).toBe(words.entries().length);
  });

  it.each(Object.entries(words))('walks %s both ways', (_, words) => {
    expect(words.entries().length).toBeGreaterThan(1);
    const first = new Map<number, string>();
    const numbers = new Map<string, number>();
    for (const [number, name] of words.entries()) {
      if (!first.has(number)) first.set(number, name);
      if (!numbers.has(name)) numbers.set(name, number);
    }
    for (const [number, name] of first) expect(words.name(number)).toBe(name);
    for (const [name, number] of numbers) expect(words.number(name)).toBe(number);
  });

  it('finds errno by number, name and alias, with the C library’s text', () => {
    expect(errnoEntries().length).toBe(131);
    for (const [number, name] of errnoEntries()) {
      expect(errnoName(number)).toBe(name);
      expect(errnoNumber(name)).toBe(number);
      expect(errnoText(number)).not.toMatch(/^Unknown/);
    }
    expect(errnoText(13)).toBe('Permission denied');
    expect(errnoText(133)).toBe('Memory page has hardware error');
    expect(errnoText(41)).toBe('Unknown error 41');
    expect(errnoNumber('EWOULDBLOCK')).toBe(11);
  });

  it('reads and writes UNKNOWN[n] for a record type without a name', () => {
    expect(recordTypeName(1300)).toBe('SYSCALL');
    expect(recordTypeName(1499)).toBe('UNKNOWN[1499]');
    expect(recordTypeNumber('UNKNOWN[1499]')).toBe(1499);
    expect(recordTypeNumber('UNKNOWN[x]')).toBeUndefined();
    expect(recordTypeNumber('APPARMOR_DENIED')).toBe(1503);
    expect(recordTypeNumber('nosuch')).toBeUndefined();
  });

  it('maps arches to numbers, machines and widths', () => {
    for (const arch of arches) {
      const number = archNumber(arch);
      if (number !== undefined && arch !== 'x32') expect(archOf(number)).toBe(arch);
      expect(machineArch(archName(arch))).toBe(arch);
      const compat = compatArch(arch);
      if (compat) expect([archBits(arch), archBits(compat)]).toEqual([64, 32]);
    }
    expect(archOf(0xc000003e | 0)).toBe('x86_64');
    expect(resolveArch('b32', 'x86_64')).toBe('i386');
    expect(resolveArch('b64', 'x86_64')).toBe('x86_64');
    expect(resolveArch('b64', 'i386')).toBeUndefined();
    expect(resolveArch('i686', 'x86_64')).toBe('i386');
    expect(resolveArch('constructor', 'x86_64')).toBeUndefined();
    expect(syscallName('x86_64', 0x40000000 + 59)).toBeUndefined();
    expect(syscallName('x86_64', 0x40000000 + 520)).toBe('execve');
    expect(signalNumber('KILL')).toBe(9);
  });

  it('unpacks runs, gaps, repeats and negative numbers', () => {
    const t = table('a b 7 c d -2 e 7 f');
    expect(t.entries()).toEqual([
      [0, 'a'],
      [1, 'b'],
      [7, 'c'],
      [8, 'd'],
      [-2, 'e'],
      [7, 'f'],
    ]);
    expect(t.name(7)).toBe('c');
    expect(t.number('f')).toBe(7);
  });

  it.skipIf(!home)('equals the golden ausyscall dumps [needs ../shared/golden]', () => {
    const cases = readFileSync(join(golden, 'cases.jsonl'), 'utf8').trim().split('\n');
    let compared = 0;
    for (const line of cases) {
      const c = JSON.parse(line) as { tool: string; argv: string[]; stdout: string };
      if (c.tool !== 'ausyscall' || c.argv[1] !== '--dump') continue;
      const arch = resolveArch(c.argv[0]!, 'x86_64');
      if (!arch) continue;
      const rows = syscalls(arch)
        .entries()
        .map(([number, name]) => `${number}\t${name}\n`);
      const want = gunzipSync(readFileSync(join(golden, c.stdout))).toString();
      expect(`Using ${archName(arch)} syscall table:\n${rows.join('')}`).toBe(want);
      compared++;
    }
    expect(compared).toBe(13);
  });
});

// Text -> tree -> bytes -> tree -> text, for rules made at random: nothing is lost on the way; and hostile input is
// refused with an AuditError, never with anything else.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditError } from '../base/index.ts';
import {
  decodeRule,
  encodeRule,
  listText,
  parseCommands,
  parseRule,
  type RuleContext,
  readRules,
  sourceText,
  wordsOf,
} from './index.ts';

const context: RuleContext = {
  host: 'x86_64',
  accounts: { userId: (n) => ({ root: 0, adm: 3 })[n], groupId: (n) => ({ root: 0, adm: 4 })[n] },
  isDirectory: (path) => path.endsWith('d'),
};

const op = fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '&', '&=');
const equality = fc.constantFrom('=', '!=');
const path = fc.stringMatching(/^\/[a-z][a-z ./"-]{0,12}[a-z]$/);
const condition = fc.oneof(
  fc
    .tuple(fc.constantFrom('uid', 'auid', 'gid', 'pid', 'a0', 'a1', 'exit', 'success'), op, fc.nat())
    .map(([f, o, v]) => `${f}${o}${v}`),
  fc.tuple(fc.constantFrom('auid', 'sessionid'), equality).map(([f, o]) => `${f}${o}unset`),
  fc
    .tuple(fc.constantFrom('exit=-EACCES', 'filetype=fifo', 'perm=wa', 'saddr_fam=10', 'obj_type=etc_t'))
    .map(([f]) => f),
  fc.tuple(fc.constantFrom('path', 'dir', 'exe'), equality, path).map(([f, o, p]) => `${f}${o}${p}`),
);
const calls = fc.oneof(
  fc.constant([]),
  fc.constant(['-S', 'all']),
  fc
    .subarray(['open', 'openat', 'kill', 'execve', 'close', '500'], { minLength: 1 })
    .map((names) => ['-S', names.join(',')]),
);
const words = fc
  .tuple(
    fc.constantFrom('-a', '-A'),
    fc.constantFrom('always,exit', 'never,exit', 'exit,always'),
    fc.constantFrom([], ['-F', 'arch=b64'], ['-F', 'arch=b32'], ['-F', 'arch=aarch64'], ['-F', 'arch!=b64']),
    calls,
    fc.array(condition, { maxLength: 4 }),
    fc.array(fc.stringMatching(/^[a-zA-Z0-9 _-]{1,10}$/), { maxLength: 2 }),
  )
  .map(([add, list, arch, call, conditions, keys]) => {
    const syscalls = arch[1]?.includes('aarch64')
      ? call.map((c) => c.replace(/open,|^open$/, 'openat,').replace(/,$/, ''))
      : call;
    const keyed = [...syscalls, ...conditions].some((w) => /^(-S|path|dir|perm|exe)/.test(w));
    return [
      add,
      list,
      ...arch,
      ...syscalls,
      ...conditions.flatMap((c) => ['-F', c]),
      ...(keyed ? keys.flatMap((k) => ['-k', k]) : []),
    ];
  })
  .map((list) => list.map((text, i) => ({ text, column: i + 1 })));

describe('rules', () => {
  it('come back from bytes and from their own text', () => {
    fc.assert(
      fc.property(words, (list) => {
        const { rule } = parseRule(list, context);
        const bytes = encodeRule(rule);
        expect(decodeRule(bytes)).toEqual(rule);
        const source = sourceText(rule, 'x86_64');
        expect(encodeRule(parseRule(wordsOf(source), context).rule)).toEqual(bytes);
        expect(listText(rule, { host: 'x86_64' })).toMatch(/^-[aw] /);
      }),
      { numRuns: 400 },
    );
  });

  it('that are put first and look like a watch are no -w, which cannot say so', () => {
    const { rule } = parseRule(wordsOf('-A always,exit -F path=/aa -F perm=wa -k k'), context);
    const source = sourceText(rule, 'x86_64');
    expect(source).toBe('-A always,exit -S all -F path=/aa -F perm=wa -F key=k');
    expect(encodeRule(parseRule(wordsOf(source), context).rule)).toEqual(encodeRule(rule));
  });

  it('refuse any words and any bytes with AuditError alone', () => {
    const only = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        expect(error).toBeInstanceOf(AuditError);
      }
    };
    const option = fc.constantFrom(
      '-a',
      '-S',
      '-F',
      '-C',
      '-k',
      '-p',
      '-w',
      '-D',
      '-b',
      '-e',
      '-m',
      '-q',
      '--signal',
      '-l',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(option, fc.string())), (list) =>
        only(() => parseCommands(wordsOf(list.join(' ')), context)),
      ),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), (bytes) =>
        only(() => listText(decodeRule(bytes), { host: 'x86_64' })),
      ),
    );
    fc.assert(fc.property(fc.string(), (text) => void readRules(text, 'f', context)));
  });

  it('are read from files with their columns, escapes and quotes', () => {
    expect(wordsOf('  -w /a\\ b -p  wa\t-k "two words"')).toEqual([
      { text: '-w', column: 3 },
      { text: '/a b', column: 6 },
      { text: '-p', column: 12 },
      { text: 'wa', column: 16 },
      { text: '-k', column: 19 },
      { text: 'two words', column: 22 },
    ]);
    expect(wordsOf('-F key="a b" -k a"b').map((w) => w.text)).toEqual(['-F', 'key=a b', '-k', 'a"b']);
    expect(wordsOf(' # -w /a')).toEqual([]);
    const [line] = readRules('\n-w /a\n-a always,exit -F uid~1\r\n', 'f', context).slice(1);
    expect(line!.error).toMatchObject({ position: { file: 'f', line: 3, column: 19 } });
  });
});

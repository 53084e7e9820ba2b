// Fields read by name, by system call, by record and by the enriched tail; escapes; keystrokes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountsOf } from '../host/accounts.ts';
import { fieldsOf, parseLine } from '../record/index.ts';
import { type EscapeMode, interpretContext } from './context.ts';
import { escapeText } from './escape.ts';
import { fieldKind } from './fields.ts';
import { decodedValue, fieldKindOf, interpretField } from './interpret.ts';
import { decodeText, untrusted } from './text.ts';
import { keystrokes } from './tty.ts';

const accounts = accountsOf('root:x:0:0:root:/root:/bin/sh\nbob:x:7:7:b:/:/x\n', 'root:x:0:\nstaff:x:7:\n');

function fields(type: string, body: string, mode: EscapeMode = 'tty') {
  const record = parseLine(`type=${type} msg=audit(1700000000.000:1): ${body}`)!;
  const context = interpretContext({ classic: true, accounts, escape: mode });
  return Object.fromEntries(
    fieldsOf(record)
      .filter((field) => field.part !== 'enriched')
      .map((field) => [field.name, interpretField(record, field, context)]),
  );
}

describe('a field in its record', () => {
  it('is read by its name', () => {
    expect(fields('PATH', 'item=0 name="/etc/" mode=040755 ouid=7 ogid=7 cap_fp=2000')).toEqual({
      item: '0',
      name: '/etc/',
      mode: 'dir,755',
      ouid: 'bob',
      ogid: 'staff',
      cap_fp: 'net_raw',
    });
  });

  it('is read by its system call', () => {
    const { a1, a2, exit, syscall } = fields(
      'SYSCALL',
      'arch=c000003e syscall=2 success=no exit=-13 a0=1 a1=241 a2=1b6',
    );
    expect([syscall, exit, a1, a2]).toEqual(['open', 'EACCES(Permission denied)', 'O_WRONLY|O_CREAT|O_TRUNC', '0666']);
  });

  it('is taken from the enriched tail first, then the accounts, else unknown', () => {
    expect(fields('USER_AUTH', 'pid=1 uid=7 auid=8 ses=4294967295\x1dUID="alice at work"')).toMatchObject({ uid: ' ' });
    expect(fields('USER_AUTH', 'pid=1 uid=7 auid=8 ses=4294967295\x1dUID="alice"')).toMatchObject({
      uid: 'alice',
      auid: 'unknown(8)',
      ses: 'unset',
    });
    expect(fields('USER_AUTH', 'pid=1 uid=7 auid=4294967295')).toMatchObject({ uid: 'bob', auid: 'unset' });
  });

  it('means something else in another record', () => {
    expect([fieldKind(1302, 'mode'), fieldKind(1312, 'mode')]).toEqual(['mode', 'short-mode']);
    expect([fieldKind(1100, 'id'), fieldKind(1116, 'id')]).toEqual(['uid', 'gid']);
    expect([fieldKind(1300, 'a1'), fieldKind(1309, 'a1'), fieldKind(1309, 'argc')]).toEqual([
      'argument',
      'text',
      'plain',
    ]);
    expect(fieldKindOf(parseLine('type=PATH msg=audit(1700000000.000:1): x=1')!, 'x')).toBe('plain');
  });
});

it('of any value there is a text, in quotes, in hex, or neither', () => {
  expect(decodeText('00')).toBe('');
  expect(decodeText('0041')).toBe('A');
  const part = fc.constantFrom('00', '0', '41', 'a', 'F', '"', '(', ')', 'x', ' ');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      const value = parts.join('');
      expect(typeof decodeText(value)).toBe('string');
      for (const classic of [false, true]) {
        const context = interpretContext({ classic, accounts, escape: 'raw' });
        expect(typeof untrusted(value, context)).toBe('string');
      }
    }),
  );
});

describe('the bytes behind a value', () => {
  const decoded = (type: string, body: string): string => {
    const record = parseLine(`type=${type} msg=audit(1700000000.000:1): ${body}`)!;
    return decodedValue(record, fieldsOf(record)[0]!);
  };

  it.each([
    ['PATH', 'name="/a b"', '/a b'],
    ['PATH', 'name=2F6109', '/a\t'],
    ['PATH', 'name=(null)', '(null)'],
    ['PATH', 'inode="5"', '5'],
    ['PATH', 'inode=41', '41'],
    ['EXECVE', 'a0=2D6C', '-l'],
    ['PROCTITLE', 'proctitle=6C73002D6C00', 'ls -l'],
    ['TTY', 'data=6C730D', 'ls\r'],
  ])('of %s %s', (type, body, text) => {
    expect(decoded(type, body)).toBe(text);
  });
});

describe('escapes', () => {
  const all = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
  const escaped = (mode: EscapeMode): string =>
    [...escapeText(all, mode).matchAll(/\\(.)/g)].map((match) => match[1]).join('');

  // Each mode escapes what the one before it does, and more (ausearch(8), --escape).
  it('take the characters the manual names', () => {
    expect(escapeText('\x1b[31m\x01', 'tty')).toBe('\\033[31m\\001');
    expect(escapeText('\x1b[31m\x01$', 'raw')).toBe('\x1b[31m\x01$');
    expect(escaped('shell')).toBe(' !"$\'()\\`|');
    expect(escaped('shell_quote')).toBe(' !"#$&\'()*;<>?[\\]`{|}');
  });

  it('leave no control character in a text field', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
        for (const name of ['comm', 'exe', 'key', 'proctitle', 'data', 'saddr', 'acct'])
          expect(fields('PATH', `${name}=${hex}`)[name]).not.toMatch(/[\x00-\x1f]/);
      }),
    );
  });
});

describe('keystrokes', () => {
  it.each([
    ['ls -l\r', '"ls -l",<ret>'],
    ['\x1b[A\x1b[3~\x1bOP', '<up>,<delete>,<F1>'],
    ['\x1b[[A\x1b[[', '<F1>,<F42>'],
    ['\x03\x04\x7f\t\n\0"\\', '<^C>,<^D>,<backspace>,<tab>,<nl>,"\\000\\"\\\\"'],
    ['\x8fw\x9b3~\x9b3', '<A1>,<delete>,"\\2333"'],
    ['\x1b', '<esc>'],
  ])('%j', (bytes, text) => {
    expect(keystrokes(bytes)).toBe(text);
  });
});

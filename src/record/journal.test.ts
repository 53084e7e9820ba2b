// Entries of journalctl -o export and -o json as records; any bytes.
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../base/bytes.ts';
import { JournalDecoder, journalFormat } from './journal.ts';

const SYSCALL = 'arch=c000003e syscall=62 success=yes exit=0 comm="pi\xc3\xa9" key="k"';
const LINES =
  `type=SYSCALL msg=audit(1795234667.115:975608): ${SYSCALL}\n` +
  'audit: type=1400 audit(1795234668.200:975609): apparmor="DENIED"\n' +
  'type=UNKNOWN[1399] msg=audit(1795234669.001:975610): a=1 b\n';

const binary = (name: string, text: string): string =>
  `${name}\n${String.fromCharCode(text.length & 255, text.length >> 8, 0, 0, 0, 0, 0, 0)}${text}\n`;

const EXPORT =
  `__CURSOR=s=1\n__REALTIME_TIMESTAMP=1\n_TRANSPORT=audit\n_AUDIT_TYPE=1300\n_AUDIT_TYPE_NAME=SYSCALL\n_AUDIT_ID=975608\n` +
  `_SOURCE_REALTIME_TIMESTAMP=1795234667115000\n${binary('MESSAGE', `SYSCALL ${SYSCALL}`)}\n` +
  '__CURSOR=s=2\n_TRANSPORT=syslog\nMESSAGE=something else\n\n' +
  '__CURSOR=s=3\n_TRANSPORT=kernel\nMESSAGE=audit: type=1400 audit(1795234668.200:975609): apparmor="DENIED"\n\n' +
  `__CURSOR=s=4\n${binary('MESSAGE', 'UNKNOWN[1399] a=1\nb')}_AUDIT_TYPE=1399\n_AUDIT_TYPE_NAME=UNKNOWN[1399]\n_AUDIT_ID=975610\n` +
  '_SOURCE_REALTIME_TIMESTAMP=1795234669001999\n\n';

const objects = [
  {
    __CURSOR: 's=1',
    _AUDIT_TYPE: '1300',
    _AUDIT_TYPE_NAME: 'SYSCALL',
    _AUDIT_ID: '975608',
    _SOURCE_REALTIME_TIMESTAMP: '1795234667115000',
    MESSAGE: `SYSCALL ${SYSCALL}`,
  },
  { MESSAGE: 'something else', _TRANSPORT: 'syslog' },
  { MESSAGE: 'audit: type=1400 audit(1795234668.200:975609): apparmor="DENIED"', _TRANSPORT: 'kernel' },
  {
    _AUDIT_TYPE: '1399',
    _AUDIT_TYPE_NAME: 'UNKNOWN[1399]',
    _AUDIT_ID: '975610',
    _SOURCE_REALTIME_TIMESTAMP: '1795234669001999',
    MESSAGE: [...bytesOf('UNKNOWN[1399] a=1\nb')],
  },
];
const JSON_LINES = `${objects.map((o) => JSON.stringify(o)).join('\n')}\nno object\n`;

describe('JournalDecoder', () => {
  it.each([
    ['export', EXPORT],
    ['json', JSON_LINES],
  ] as const)('puts records together again from %s, however the bytes are cut', (format, text) => {
    expect(journalFormat(bytesOf(text))).toBe(format);
    for (let cut = 0; cut <= text.length; cut++) {
      const decoder = new JournalDecoder(format);
      const out = decoder.push(bytesOf(text.slice(0, cut))) + decoder.push(bytesOf(text.slice(cut))) + decoder.end();
      expect(out).toBe(LINES);
    }
  });

  it('knows an audit log from a journal', () => {
    expect(journalFormat(bytesOf('type=SYSCALL msg=audit(1.000:1): a=1'))).toBeUndefined();
    expect(journalFormat(bytesOf(''))).toBeUndefined();
  });

  const forged = EXPORT.slice(0, EXPORT.indexOf('__CURSOR=s=2'));
  const long = 5 << 20;
  const size = (n: number): string =>
    String.fromCharCode(...Array.from({ length: 8 }, (_, i) => Math.floor(n / 256 ** i) % 256));
  const pieces = (text: string): string[] => text.match(/[\0-\xff]{1,65536}/g) ?? [];

  it.each([
    ['bytes', `MESSAGE\n${size(long + forged.length)}${'A'.repeat(long)}${forged}\n`],
    ['a line', `MESSAGE=${'A'.repeat(long)}${forged.replaceAll('\n', ' ')}\n`],
  ])('passes over a field of %s that is too long, and takes nothing in it for an entry', (_what, field) => {
    const decoder = new JournalDecoder('export');
    const out = pieces(`__CURSOR=s=0\n_TRANSPORT=journal\n${field}\n\n${EXPORT}`).map((text) =>
      decoder.push(bytesOf(text)),
    );
    expect(out.join('') + decoder.end()).toBe(LINES);
  });

  it('passes over an object that is too long', () => {
    const decoder = new JournalDecoder('json');
    const text = `{"MESSAGE":"${'A'.repeat(long)}"}\n${JSON_LINES}`;
    expect(
      pieces(text)
        .map((piece) => decoder.push(bytesOf(piece)))
        .join(''),
    ).toBe(LINES);
  });

  it('keeps of an entry no more than it needs, however many fields it has', () => {
    const decoder = new JournalDecoder('export');
    const many = Array.from({ length: 1000 }, (_, i) => `F${i}=${'x'.repeat(60)}\n`).join('');
    decoder.push(bytesOf(EXPORT.slice(0, -1)));
    const before = JSON.stringify(decoder).length;
    for (let i = 0; i < 50; i++) decoder.push(bytesOf(many));
    expect(JSON.stringify(decoder).length).toBe(before);
    expect(decoder.push(bytesOf('\n'))).toContain('UNKNOWN[1399]');
  });

  it('takes a message as the kernel’s only where the journal had it from there', () => {
    const text = EXPORT.replace('_TRANSPORT=kernel', '_TRANSPORT=syslog');
    expect(new JournalDecoder('export').push(bytesOf(text))).not.toContain('1400');
    const line = JSON.stringify({ ...objects[2], _TRANSPORT: 'stdout' });
    expect(new JournalDecoder('json').push(bytesOf(`${line}\n`))).toBe('');
  });

  it('takes any bytes', () => {
    for (const format of ['export', 'json'] as const) {
      const decoder = new JournalDecoder(format);
      for (const text of ['\0\xff', 'A\n\xff\xff\xff\xff\xff\xff\xff\xff', '{"a":', '}\n[]\nnull\n', '\n\n='])
        decoder.push(bytesOf(text));
      decoder.push(new Uint8Array(5 << 20).fill(65));
      expect(decoder.end()).toBe('');
    }
  });
});

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

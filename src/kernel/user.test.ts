// Expected texts are what libaudit 4.2.2 sent to the kernel for the same calls (recorded from a capture).
import { describe, expect, it } from 'vitest';
import { fromUtf8 } from '../base/index.ts';
import {
  accountText,
  avcText,
  commandText,
  commText,
  encoded,
  LONGEST_MESSAGE,
  needsEncoding,
  semanageText,
  sendText,
  userText,
} from './user.ts';

const node = { exe: '/usr/bin/node' };
const exe = 'exe="/usr/bin/node"';

describe('texts as libaudit sends them', () => {
  it.each([
    [userText('op=m1', node, true), `op=m1 ${exe} hostname=? addr=? terminal=? res=success`],
    [
      userText('op=m3', { ...node, hostname: 'host', addr: '1.2.3.4', terminal: '/dev/pts/3' }, false),
      `op=m3 ${exe} hostname=host addr=1.2.3.4 terminal=/dev/pts/3 res=failed`,
    ],
    [commText('op=c1', 'node', node, true), `op=c1 comm="node" ${exe} hostname=? addr=? terminal=? res=success`],
    [commText('op=c2', 'a b', node, true), `op=c2 comm=612062 ${exe} hostname=? addr=? terminal=? res=success`],
    [
      commText('op=c3', 'twenty_chars_long_name', node, true),
      `op=c3 comm="twenty_chars_lo" ${exe} hostname=? addr=? terminal=? res=success`,
    ],
    [commandText('/usr/bin/id', '/work', node, true), `cwd="/work" cmd="/usr/bin/id" ${exe} terminal=? res=success`],
    [commandText('ls -la', '/work', node, false), `cwd="/work" cmd=6C73202D6C61 ${exe} terminal=? res=failed`],
    [
      commandText('  ls  \n', '/', { ...node, terminal: 'pts/0' }, false),
      `cwd="/" cmd="ls" ${exe} terminal=pts/0 res=failed`,
    ],
    [commandText('   ', '/', node, false), `cwd="/" cmd="" ${exe} terminal=? res=failed`],
    [
      accountText('adding-user', { id: 1000 }, node, true),
      `op=adding-user id=1000 ${exe} hostname=? addr=? terminal=? res=success`,
    ],
    [
      accountText('o', { name: 'al ice' }, node, true),
      `op=o acct=616C20696365 ${exe} hostname=? addr=? terminal=? res=success`,
    ],
    [
      accountText('o', { name: fromUtf8('bäd') }, node, true),
      `op=o acct=62C3A464 ${exe} hostname=? addr=? terminal=? res=success`,
    ],
    [
      avcText('avc:  denied  { x } for', 1000, node),
      `avc:  denied  { x } for ${exe} sauid=1000 hostname=? addr=? terminal=?`,
    ],
    [
      semanageText(
        'adding-user',
        { name: 'al' },
        { before: { seuser: 'os', role: 'or', range: 'orange' }, after: { seuser: 'ns', role: 'nr', range: 'nrange' } },
        node,
        true,
      ),
      `op=adding-user acct="al" old-seuser=os old-role=or old-range=orange new-seuser=ns new-role=nr new-range=nrange ${exe} hostname=? addr=? terminal=? res=success`,
    ],
    [
      semanageText('op', { id: 1000 }, { before: {}, after: {} }, { ...node, hostname: 'h' }, false),
      `op=op id=1000 old-seuser=? old-role=? old-range=? new-seuser=? new-role=? new-range=? ${exe} hostname=h addr=? terminal=? res=failed`,
    ],
  ])('%s', (ours, libaudit) => {
    expect(ours).toBe(libaudit);
  });
});

describe('values', () => {
  it('are encoded by the bytes audit_value_needs_encoding(3) names', () => {
    for (let byte = 0; byte < 256; byte++)
      expect(needsEncoding(String.fromCharCode(byte))).toBe(byte <= 0x20 || byte === 0x22 || byte >= 0x7f);
    expect(encoded('cmd', 'a"b\\')).toBe('cmd=6122625C');
  });
  it('cannot end their field or forge another, where there is no hex form', () => {
    const text = userText('op=x', { exe: '/a b', hostname: "h' res=success", terminal: 'a\nb"' }, false);
    expect(text).toBe('op=x exe=2F612062 hostname=h__res=success addr=? terminal=a_b_ res=failed');
  });
  it('are refused when the kernel would cut them or the type is the kernel’s own', () => {
    const client = { user: () => {} };
    sendText(client, 1105, 'x'.repeat(LONGEST_MESSAGE));
    expect(() => sendText(client, 1105, 'x'.repeat(LONGEST_MESSAGE + 1))).toThrow(/8561 bytes/);
    for (const type of [1000, 1200, 1300, 2099, 3000]) expect(() => sendText(client, type, 'x')).toThrow(/type/);
  });
});

// `auspex log --dry-run`: the text of each kind of message, and what is refused.
import { describe, expect, it } from 'vitest';
import type { Io } from './io.ts';
import { run } from './log.ts';

async function text(...argv: string[]): Promise<string> {
  let out = '';
  const io: Io = { out: (t) => (out += t), err: (t) => (out += t) };
  await run(['--dry-run', '--exe', '/bin/x', '--terminal', 'pts/9', ...argv], io);
  return out.trimEnd();
}
const where = 'hostname=? addr=? terminal=pts/9';

describe('auspex log', () => {
  it.each([
    [['op=x', 'file=/a'], `op=x file=/a exe="/bin/x" ${where} res=success`],
    [['-f', '--comm', 'my script', 'op=x'], `op=x comm=6D7920736372697074 exe="/bin/x" ${where} res=failed`],
    [['--op', 'add user', '--account', 'ü'], `op=add_user acct=C3BC exe="/bin/x" ${where} res=success`],
    [['--op', 'del', '--account', '1000'], `op=del id=1000 exe="/bin/x" ${where} res=success`],
    [['--avc', 'avc: denied', '--sauid', '7'], `avc: denied exe="/bin/x" sauid=7 ${where}`],
    [
      ['--addr', '10.0.0.1', '--hostname', 'h', 'op=x'],
      `op=x exe="/bin/x" hostname=h addr=10.0.0.1 terminal=pts/9 res=success`,
    ],
    [
      ['--op', 'map', '--account', 'a', '--seuser', 'u:r:s0-s0:c0,v'],
      `op=map acct="a" old-seuser=u old-role=r old-range=s0-s0:c0 new-seuser=v new-role=? new-range=? exe="/bin/x" ${where} res=success`,
    ],
    [['op=x\ntype=FORGED'], `op=x type=FORGED exe="/bin/x" ${where} res=success`],
  ])('%j', async (argv, expected) => {
    expect(await text(...argv)).toBe(expected);
  });
  it('needs something to say', async () => {
    await expect(text()).rejects.toMatchObject({ code: 'usage' });
    await expect(text('--account', 'x')).rejects.toMatchObject({ code: 'usage' });
  });
});

// An event for people: what is red is told by the event, not by the words of its sentence.
import { expect, it } from 'vitest';
import { bytesOf, latin1 } from '../base/bytes.ts';
import { ansiPaint } from '../base/terminal.ts';
import { readEvents } from '../event/read.ts';
import { accountsOf } from '../host/accounts.ts';
import { localTime } from '../host/time.ts';
import { interpretContext } from '../interpret/index.ts';
import { shownPrinter } from './shown.ts';

const context = interpretContext({ accounts: accountsOf('root:x:0:0::/:/bin/sh\n', ''), escape: 'raw' });
const RED = ansiPaint.red('x').split('x')[0]!;

const opened = (name: string, success: 'yes' | 'no', node = ''): string => {
  const head = `${node === '' ? '' : `node=${node} `}`;
  return (
    `${head}type=SYSCALL msg=audit(5.000:1): arch=c000003e syscall=2 success=${success} exit=${success === 'yes' ? 3 : -13} a0=1 a1=0 a2=0 a3=0 items=1 ppid=1 pid=22 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="cat" exe="/usr/bin/cat" key="k"\n` +
    `${head}type=CWD msg=audit(5.000:1): cwd="/"\n` +
    `${head}type=PATH msg=audit(5.000:1): item=0 name=${name} inode=1 dev=fe:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL\n`
  );
};
const firstLine = (text: string, paint = ansiPaint): string =>
  latin1(
    bytesOf(
      readEvents([bytesOf(text)])
        .map(shownPrinter({ context, localTime, paint }))
        .join(''),
    ),
  ).split('\n')[0]!;
const hex = (text: string): string => Buffer.from(text).toString('hex').toUpperCase();

it('is red where the event failed, whatever its names say', () => {
  expect(firstLine(opened(hex('/tmp/a unsuccessfully b'), 'yes'))).toContain('unsuccessfully b');
  expect(firstLine(opened(hex('/tmp/a unsuccessfully b'), 'yes'))).not.toContain(RED);
  expect(firstLine(opened('"/etc/shadow"', 'no'))).toContain(RED);
});

it('names the machine before the sentence, once', () => {
  expect(firstLine(opened('"/etc/shadow"', 'no', 'db1'))).toMatch(
    /on db1: \S+ unsuccessfully opened-file \/etc\/shadow using \/usr\/bin\/cat/,
  );
});

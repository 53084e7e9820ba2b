// `auspex serve --make-password NAME`: a line for the password file. The password comes from standard input, never from
// the command line, which every process of the machine may read.

import { AuditError, fromUtf8 } from '../base/index.ts';
import { passwordLine } from '../web/index.ts';
import type { Io } from './io.ts';

const SHORTEST = 12;

export async function makePassword(name: string, io: Io): Promise<number> {
  if (!/^[\w.@-]{1,64}$/.test(name))
    throw new AuditError('usage', 'Cannot use that name: letters, digits and . @ - _ only');
  if (process.stdin.isTTY) io.err('Password, then Enter: ');
  const parts: Buffer[] = [];
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    if ((part as Buffer).includes(10)) break;
  }
  const password = Buffer.concat(parts).toString('utf8').split('\n')[0]!.replace(/\r$/, '');
  if (password.length < SHORTEST)
    throw new AuditError('usage', `Cannot use that password: it has fewer than ${SHORTEST} characters`);
  io.out(fromUtf8(`${await passwordLine(name, password)}\n`));
  return 0;
}

// `auspex serve --make-password NAME`: a line for the password file. The password comes from standard input, never from
// the command line, which every process of the machine may read; a terminal does not show it.

import { AuditError, fromUtf8 } from '../base/index.ts';
import { passwordLine } from '../web/index.ts';
import type { Io } from './io.ts';

const SHORTEST = 12;

export async function makePassword(name: string, io: Io): Promise<number> {
  if (!/^[\w.@-]{1,64}$/.test(name))
    throw new AuditError('usage', 'Cannot use that name: letters, digits and . @ - _ only');
  const password = process.stdin.isTTY ? await typed(io) : await firstLine();
  if (password.length < SHORTEST)
    throw new AuditError('usage', `Cannot use that password: it has fewer than ${SHORTEST} characters`);
  io.out(fromUtf8(`${await passwordLine(name, password)}\n`));
  return 0;
}

/** The first line of standard input. */
async function firstLine(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    if ((part as Buffer).includes(10)) break;
  }
  return Buffer.concat(parts).toString('utf8').split('\n')[0]!.replace(/\r$/, '');
}

/** A line typed on a terminal that echoes nothing: backspace takes the last character, ^U all of them, ^C ends. */
async function typed(io: Io): Promise<string> {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  io.err('Password (not shown), then Enter: ');
  try {
    let line: string[] = [];
    for await (const part of stdin)
      for (const character of part as unknown as string)
        if (character === '\r' || character === '\n' || character === '\x04') return line.join('');
        else if (character === '\x03') throw new AuditError('usage', 'Cannot make a password: it was broken off');
        else if (character === '\x7f' || character === '\b') line.pop();
        else if (character === '\x15') line = [];
        else line.push(character);
    return line.join('');
  } finally {
    stdin.setRawMode(false);
    io.err('\n');
  }
}

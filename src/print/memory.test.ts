// What printers and the interpreter remember of long lines holds none of them alive: hostile lines of a trail are of up to 1 MiB,
// and some thousand values of each kind are remembered.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { C_TIME } from '../base/strftime.ts';
import type { AuditEvent } from '../event/event.ts';
import { readEvents } from '../event/read.ts';
import { accountsOf, localTime } from '../host/index.ts';
import { interpretContext } from '../interpret/index.ts';
import {
  csvPrinter,
  type EventPrinter,
  ecsPrinter,
  interpretedPrinter,
  jsonPrinter,
  ocsfPrinter,
  safeCsvPrinter,
  shownPrinter,
  textPrinter,
} from './index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const accounts = accountsOf('root:x:0:0::/:/bin/sh\n', 'root:x:0:\n');
const context = () => interpretContext({ accounts, escape: 'raw' });
const dates = { localTime, locale: C_TIME };

const printers: Readonly<Record<string, () => EventPrinter>> = {
  interpret: () => interpretedPrinter({ dates, context: context() }),
  text: () => textPrinter({ dates, context: context() }),
  csv: () => csvPrinter({ dates, context: context() }),
  'safe csv': () => safeCsvPrinter(context(), dates),
  shown: () => shownPrinter({ context: context(), localTime }),
  json: () => jsonPrinter(context()),
  ecs: () => ecsPrinter(context()),
  ocsf: () => ocsfPrinter(context()),
};

const LENGTH = 300_000;
const LINES = 60;
const PADDING = '-'.repeat(LENGTH);

/** An event of one long line with values that no other has, in front of the padding and behind it. */
function eventOf(i: number, type: string): AuditEvent {
  const name = `a-name-of-its-own-${i}`;
  const process = `ppid=${i} pid=2 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=${name} ses=1 comm="${name}" exe="/usr/bin/${name}" key="${name}"`;
  const body = {
    SYSCALL: `pad=${PADDING} arch=c000003e syscall=59 success=yes exit=${i} a0=7ffd${i} a1=1 a2=2 a3=3 items=1 ${process}`,
    PATH: `item=0 name="/etc/${name}" inode=1 mode=0100644 ouid=${i} ogid=0 obj=${name} pad=${PADDING}`,
    USER_LOGIN: `pid=1 uid=${i} auid=0 ses=1 msg='op=login acct="${name}" exe="/bin/${name}" hostname=${name} addr=? terminal=${name} res=success' pad=${PADDING}`,
  }[type]!;
  const line = `type=${type} msg=audit(1795234667.115:${i}): ${body}\x1dUID="${name}" AUID="${name}"\n`;
  return readEvents([Buffer.from(line, 'latin1')])[0]!;
}

/** Bytes that are still held after `LINES` events, the printer being alive. */
function held(print: EventPrinter, type: string): number {
  for (let i = 0; i < 3; i++) print(eventOf(i, type));
  const live = (): number => {
    for (let i = 0; i < 4; i++) collect(); // from Node 24 on the memory of buffers is given back at a later collection
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = live();
  for (let i = 100; i < 100 + LINES; i++) print(eventOf(i, type));
  const after = live();
  print(eventOf(7, type));
  return after - before;
}

describe('what is remembered of long lines', () => {
  for (const [name, make] of Object.entries(printers))
    it.each(['SYSCALL', 'PATH', 'USER_LOGIN'])(`holds none of them alive: ${name}, %s`, (type) => {
      expect(held(make(), type)).toBeLessThan((LINES * LENGTH) / 4);
    });
});

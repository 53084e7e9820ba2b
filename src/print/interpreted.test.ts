// Interpreted records against what ausearch -i 4.2.2 printed of the same ones.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { C_TIME, type LocalTime } from '../base/strftime.ts';
import { readEvents } from '../event/read.ts';
import { accountsOf } from '../host/accounts.ts';
import { type EscapeMode, interpretContext, terminalSafe } from '../interpret/index.ts';
import { parseLine } from '../record/parse.ts';
import { interpretedPrinter } from './interpreted.ts';

/** The accounts of test/oracle. */
const accounts = accountsOf(
  'root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:d:/:/x\nbin:x:2:2:b:/:/x\nalice:x:1001:1001:a:/home/alice:/bin/sh\n',
  'root:x:0:\ndaemon:x:1:\nadm:x:4:\nalice:x:1001:\n',
);
const TIME: LocalTime = {
  ...{ year: 2026, month: 0, day: 2, hour: 3, minute: 4, second: 5, weekday: 5, yearday: 1, offset: 0 },
};
const dates = { localTime: () => TIME, locale: C_TIME };
const STAMP = 'msg=audit(01/02/26 03:04:05.006:7) ';

function printer(mode: EscapeMode = 'tty', remember = true) {
  return interpretedPrinter({ dates, context: interpretContext({ classic: true, accounts, escape: mode }), remember });
}

function eventOf(lines: readonly string[]) {
  const records = lines.map((line) => parseLine(line)).filter((record) => record !== undefined);
  return { node: '', sec: 1, ms: 6, serial: 7, records, ending: 'end' as const };
}

interface Case {
  readonly type: string;
  readonly body: string;
  readonly text: string;
  readonly shell?: string;
}

/** What follows the arguments in every SYSCALL case. */
const PROCESS =
  ' items=0 ppid=1 pid=2 auid=1001 uid=0 gid=4 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1' +
  ' comm="s" exe="/s" key=(null)';
const PROCESS_TEXT =
  ' items=0 ppid=1 pid=2 auid=alice uid=root gid=adm euid=root suid=root fsuid=root egid=root sgid=root fsgid=root' +
  ' tty=(none) ses=1 comm=s exe=/s key=(null) \n';

/** Records and what `ausearch -i` of audit-userspace 4.2.2 printed for them (UTC, C locale, the accounts above). */
const cases = readFileSync(join(import.meta.dirname, '../../test/oracle/interpret.jsonl'), 'latin1')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case)
  .map((c) =>
    c.type === 'SYSCALL' && !c.body.includes(' items=')
      ? { ...c, body: c.body + PROCESS, text: c.text + PROCESS_TEXT }
      : c,
  );

const lineOf = ({ type, body }: Case): string => `type=${type} msg=audit(1700000000.006:7): ${body}`;

describe('what the reference prints', () => {
  it.each(['SYSCALL', 'FD_PAIR', 'TRUSTED_APP', 'EXECVE', 'SOCKADDR', 'other types'])('for %s', (type) => {
    const named = ['SYSCALL', 'FD_PAIR', 'TRUSTED_APP', 'EXECVE', 'SOCKADDR'];
    const chosen = cases.filter((c) => (type === 'other types' ? !named.includes(c.type) : c.type === type));
    expect(chosen.length).toBeGreaterThan(9);
    const print = printer();
    const plain = printer('tty', false);
    for (const c of chosen) {
      const event = eventOf([lineOf(c)]);
      const want = `----\ntype=${c.type} ${STAMP}${c.text}`;
      expect([c.body, print(event)]).toEqual([c.body, want]);
      expect([c.body, plain(event)]).toEqual([c.body, want]);
    }
  });

  it('with --escape shell_quote', () => {
    const print = printer('shell_quote');
    const chosen = cases.filter((c) => c.shell !== undefined);
    expect(chosen.length).toBeGreaterThan(50);
    for (const c of chosen) expect(print(eventOf([lineOf(c)]))).toBe(`----\ntype=${c.type} ${STAMP}${c.shell}`);
  });
});

describe('an event', () => {
  it('prints its last record first, the node on each', () => {
    const text = printer()(
      eventOf([
        'node=a type=CWD msg=audit(1700000000.006:7): cwd="/"',
        'node=a type=PROCTITLE msg=audit(1700000000.006:7): proctitle=6C73',
      ]),
    );
    expect(text).toBe(`----\nnode=a type=PROCTITLE ${STAMP}: proctitle=ls \nnode=a type=CWD ${STAMP}: cwd=/ \n`);
  });

  it('names a type by its number, and keeps a name it does not know', () => {
    const text = printer()(
      eventOf([
        'type=1303 msg=audit(1700000000.006:7): a=1',
        'type=UNKNOWN[1499] msg=audit(1700000000.006:7): a=1',
        'type=FOO msg=audit(1700000000.006:7): a=1',
      ]),
    );
    expect(text.match(/type=\S+/g)).toEqual(['type=FOO', 'type=UNKNOWN[1499]', 'type=IPC']);
  });

  it('ends a line at a NUL, and prints a stamp that is cut off', () => {
    expect(printer()(eventOf(['type=CWD msg=audit(1700000000.006:7): cwd="/"\0 uid=0']))).toBe(
      `----\ntype=CWD ${STAMP}: cwd=/ \n`,
    );
  });
});

/** Lines of the lab capture where the project has it beside it, else lines of the oracle. */
const seeds = ((): string[] => {
  const corpus = join(import.meta.dirname, '../../../shared/corpus/lab/slice.log');
  return existsSync(corpus) ? readFileSync(corpus, 'latin1').trim().split('\n') : cases.slice(0, 400).map(lineOf);
})();

/** A real line with some bytes changed, cut, or doubled. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    fc.nat(),
    fc.nat(3),
  )
  .map(([line, changes, cut, how]) => {
    const start = line.indexOf('): ') + 3;
    let body = line.slice(start);
    for (const [at, byte] of changes) {
      const i = at % (body.length + 1);
      body = body.slice(0, i) + String.fromCharCode(byte) + body.slice(i + (byte % 2));
    }
    if (how === 1) body = body.slice(0, cut % (body.length + 1));
    if (how === 2) body += body;
    return line.slice(0, start) + body.replaceAll('\n', ' ');
  });

describe('hostile bytes', () => {
  it('read the same remembered and plain, and never throw', () => {
    const fast = printer();
    const plain = printer('tty', false);
    fc.assert(
      fc.property(fc.array(mutated, { minLength: 1, maxLength: 3 }), (lines) => {
        const event = eventOf(lines);
        expect(fast(event)).toBe(plain(event));
        expect(fast(event)).toBe(plain(event));
      }),
      { numRuns: 1500 },
    );
  });

  it('of any kind make a line for each record', () => {
    const print = printer();
    const bytes = fc.uint8Array({ maxLength: 200 }).map((b) => Buffer.from(b).toString('latin1').replaceAll('\n', ''));
    fc.assert(
      fc.property(fc.constantFrom('SYSCALL', 'SECCOMP', 'EXECVE', 'TTY', 'PATH', '1100', 'X'), bytes, (type, body) => {
        const line = `type=${type} msg=audit(1700000000.006:7): arch=c000003e syscall=2 ${body}`;
        const text = print(eventOf([line]));
        expect(text.startsWith('----\ntype=')).toBe(true);
        expect(text.endsWith('\n')).toBe(true);
        expect(text.length).toBeLessThan(4000 + line.length * 40);
      }),
      { numRuns: 1000 },
    );
  });

  it('of some hundred kilobytes take no more than their share of time', () => {
    const print = printer();
    const long = (part: string): string => part.repeat(Math.ceil(200_000 / part.length));
    const parts = [
      'a="b"',
      'msg=',
      '(',
      "'",
      '=',
      ',',
      'uid=0,',
      'key=01',
      'fan_info=1 ',
      'a0=1 ',
      'x ',
      '"',
      'saddr=0',
    ];
    for (const part of parts)
      for (const type of ['SYSCALL', 'FANOTIFY', 'EXECVE']) {
        const line = `type=${type} msg=audit(1700000000.006:7): fan_type=1 ${long(part)} comm=${long('41')}`;
        expect(print(eventOf([line])).endsWith('\n')).toBe(true);
        expect(print(eventOf([`${line}\x1d${long(part)}`])).endsWith('\n')).toBe(true);
      }
  });

  it('leave no control character on a terminal', () => {
    fc.assert(
      fc.property(mutated, (line) => {
        const text = terminalSafe(printer()(eventOf([line])));
        expect(/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/.test(text)).toBe(false);
      }),
    );
  });
});

const corpus = join(import.meta.dirname, '../../../shared/corpus/synth');

describe('the whole corpus', () => {
  it.skipIf(!existsSync(corpus))('reads the same remembered and plain [needs ../shared/corpus]', () => {
    for (const file of readdirSync(corpus)) {
      const fast = printer();
      const plain = printer('tty', false);
      const events = readEvents([readFileSync(join(corpus, file))]);
      expect(events.filter((event) => fast(event) !== plain(event))).toEqual([]);
    }
  });
});

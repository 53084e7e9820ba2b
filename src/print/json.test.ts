// JSON lines: the schema on real events, the speed-ups against the slow way, and hostile bytes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, latin1 } from '../base/bytes.ts';
import { decodeHex } from '../base/hex.ts';
import type { Accounts } from '../base/types.ts';
import { readEvents } from '../event/read.ts';
import { interpretContext } from '../interpret/index.ts';
import { jsonPrinter } from './json.ts';

const accounts: Accounts = {
  userName: (id) => (id === 0 ? 'root' : undefined),
  groupName: (id) => (id === 0 ? 'root' : undefined),
  userId: () => undefined,
  groupId: () => undefined,
};
const printer = () => jsonPrinter(interpretContext({ accounts, escape: 'raw' }));

type Values = Record<string, string | string[]>;
interface Json {
  [member: string]: unknown;
  records: { type: string; raw: Values; text?: Values; bytes?: Values; words?: string }[];
}

/** The objects of a log, read back from the bytes that are printed; fails on invalid UTF-8. */
function objects(log: string): Json[] {
  const print = printer();
  return readEvents([bytesOf(log)]).map(
    (event) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(print(event)))) as Json,
  );
}

const head = 'msg=audit(1795234666.803:7): ';
const corpus = join(import.meta.dirname, '../../../shared/corpus');

describe('jsonPrinter', () => {
  it('puts raw fields, interpreted names and meaning side by side', () => {
    const log = readFileSync(join(import.meta.dirname, '../../test/expression/trail.log'), 'latin1');
    const exec = objects(log).find((o) => o.serial === 975545)!;
    expect(exec).toMatchObject({
      id: '1795234666.803:975545',
      time: '2026-11-21T04:17:46.803Z',
      action: 'executed',
      outcome: 'success',
      subject: { primary: 'alice', secondary: 'root' },
      object: { primary: '/usr/bin/setsid', kind: 'file' },
    });
    const [call] = exec.records;
    expect(call).toMatchObject({
      type: 'SYSCALL',
      raw: { arch: 'c000003e', syscall: '59', auid: '1001', comm: 'setsid' },
      text: { arch: 'x86_64', syscall: 'execve', auid: 'alice' },
    });
    expect(exec.argv).toEqual(['setsid', 'bash', '-c', expect.stringContaining('cd /root/lab')]);
  });

  it('joins the fragments of EXECVE arguments', () => {
    const [event] = objects(
      `type=SYSCALL ${head}arch=c000003e syscall=59 success=yes exit=0\n` +
        `type=EXECVE ${head}argc=2 a0="x" a1_len=8 a1[0]=6162\ntype=EXECVE ${head}a1[1]=6364\n`,
    );
    expect(event!.argv).toEqual(['x', 'abcd']);
  });

  it('keeps repeats in order, and names that differ in case apart', () => {
    const [event] = objects(`type=USER_CMD ${head}uid=0 UID=5 uid=7 Uid=8 UID~2=9 msg='uid=0 op=x'\n`);
    const { raw, text } = event!.records[0]!;
    expect(raw).toEqual({ uid: ['0', '7', '0'], 'UID~2': ['5', '9'], 'Uid~3': '8', op: 'x' });
    expect(text!.uid).toEqual(['root', 'unknown(7)', 'root']);
    const names = Object.keys(raw).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  it('loses no byte and prints valid UTF-8 that is safe on a terminal', () => {
    const byte = fc.integer({ min: 1, max: 255 }).filter((b) => b !== 10 && b !== 0x1d);
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 40 }), (bytes) => {
        const value = String.fromCharCode(...bytes).replace(/[" ]/g, '_');
        const line = `type=USER_CMD ${head}exe="${value}"\n`;
        const [event] = readEvents([bytesOf(line)]);
        const printed = printer()(event!);
        expect(printed).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/);
        const { raw, bytes: exact } = objects(line)[0]!.records[0]!;
        const kept = exact ? decodeHex(exact.exe as string)! : latin1(new TextEncoder().encode(raw.exe as string));
        expect(kept).toBe(value);
      }),
    );
  });

  it.skipIf(!existsSync(corpus))('says the same with and without what it remembers [needs ../shared/corpus]', () => {
    for (const name of ['lab/slice.log', 'lab/slice-raw.log', 'seeds/seeds.log', 'hard/broken.log', 'synth/args.log']) {
      const remembering = printer();
      for (const event of readEvents([readFileSync(join(corpus, name))])) {
        const line = remembering(event);
        expect(line).toBe(printer()(event));
        JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(line)));
      }
    }
  });
});

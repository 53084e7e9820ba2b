// Names from hostile hands (accounts, hosts, files, programs, commands, keys: quotes, commas, newlines, formulas, escape
// sequences, marks of direction, bytes that are no UTF-8) in what aureport, `auspex report` and `auspex summary` print: no
// control character in text, CSV that a reader written from RFC 4180's grammar reads back cell by cell with no formula in
// it, and JSON.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { run as report } from '../../src/cli/report.ts';
import { run as summary } from '../../src/cli/summary.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'log');
const bin = join(import.meta.dirname, '../../bin/aureport');
const unbuilt = existsSync(join(import.meta.dirname, '../../dist/.built')) ? '' : ' [needs a build]';

/** Bytes, as latin1. */
const PIECES = [
  ...[
    '"',
    "'",
    ',',
    ';',
    '\n',
    '\r',
    '\t',
    ' ',
    '=cmd|',
    '=1+1',
    '+',
    '-',
    '@SUM(A1)',
    '\\',
    '%s',
    '<b>',
    '\x1d',
    '\x07',
    '\x7f',
  ],
  ...[
    '\x1b[2J',
    '\x1b]0;x\x07',
    '\x9b2J',
    '\xc2\x9b2J',
    '\xe2\x80\xae',
    '\xe2\x81\xa6',
    '\xe2\x80\xa8',
    '\xef\xbc\x9d1',
    '\xff',
    '\xc3',
  ],
  ...['\xc3\xa9', '\xe6\x97\xa5', 'a', '1', '/'],
] as const;
const names = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));

/** As the kernel and libaudit write what a user may choose: quoted, or in hex. */
const encoded = (text: string): string =>
  /[\x00-\x20"\x7f-\xff]/.test(text) ? Buffer.from(text, 'latin1').toString('hex').toUpperCase() : `"${text}"`;

/** What is written as it is: a name of a machine or a terminal, where only blanks and newlines cannot stand. */
const bare = (text: string): string => text.replace(/[\s'\x1d]/g, '_');

/** Events whose every name is that one. */
function eventsWith(name: string, n: number): string {
  const head = `msg=audit(1700000${String(100 + n)}.000:${n + 1}): `;
  const task = `ppid=1 pid=${50 + n} auid=7 uid=0 gid=0 euid=0 tty=${bare(name)} ses=1 comm=${encoded(name)} exe=${encoded(name)} key=${encoded(name)}`;
  const message = (i: number): string => `msg=audit(1700000${String(500 + n)}.000:${n + 501 + 300 * i}): `;
  return [
    `type=SYSCALL ${head}arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=1 ${task}`,
    `type=EXECVE ${head}argc=2 a0=${encoded(name)} a1=${encoded(name)}`,
    `type=CWD ${head}cwd="/"`,
    `type=PATH ${head}item=0 name=${encoded(name)} inode=1 nametype=NORMAL`,
    `type=PROCTITLE ${head}proctitle=${encoded(name)}`,
    ...['USER_AUTH', 'USER_LOGIN'].map(
      (type, i) =>
        `node=${bare(name)} type=${type} ${message(i)}pid=1 uid=0 auid=7 ses=1 msg='op=x acct=${encoded(name)} exe=${encoded(name)} hostname=${bare(name)} addr=? terminal=${bare(name)} res=failed'`,
    ),
    '',
  ].join('\n');
}

async function said(run: typeof report, ...argv: string[]): Promise<string> {
  let out = '';
  let err = '';
  const io = { out: (t: string) => void (out += t), err: (t: string) => void (err += t) };
  await run([...argv, '-i', file], io);
  expect(err).toBe('');
  return out;
}

/** Control characters but newline, and what turns or ends a line, in text decoded as a terminal would. */
const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const decode = (latin1: string): string => new TextDecoder().decode(Buffer.from(latin1, 'latin1'));

/** The bytes (latin1) of a row's first name, as docs/json.md says. */
function exact(row: Readonly<Record<string, unknown>>): string {
  const name = Object.keys(row)[0]!;
  const hex = (row.bytes as Record<string, string> | undefined)?.[name];
  return hex === undefined
    ? Buffer.from(row[name] as string).toString('latin1')
    : Buffer.from(hex, 'hex').toString('latin1');
}

/** RFC 4180 section 2, character by character. */
function csv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (let at = 0; at < text.length; ) {
    let cell = '';
    expect(text[at]).toBe('"');
    for (at++; ; at++) {
      if (text[at] === undefined) throw new Error('a cell without its end');
      if (text[at] === '"' && text[at + 1] !== '"') break;
      if (text[at] === '"') at++;
      cell += text[at];
    }
    row.push(cell);
    at++;
    if (text[at] === ',') {
      at++;
      continue;
    }
    expect(text.slice(at, at + 2)).toBe('\r\n');
    at += 2;
    rows.push(row);
    row = [];
  }
  expect(row).toEqual([]);
  return rows;
}

const isFormula = (cell: string): boolean =>
  /^(?:[=+\-@\t\r\n]|\xef\xbc[\x9d\x8b\x8d\xa0])/.test(cell) && !/^[+-]?\d+$/.test(cell);

const REPORTS = ['auth', 'login', 'user', 'executable', 'comm', 'file', 'host', 'terminal', 'key', 'pid', 'events'];
/** Those whose totals are the names. */
const NAMED = ['executable', 'comm', 'file'];
const logs = fc.uniqueArray(names, { minLength: 1, maxLength: 8 });

describe('hostile names', () => {
  it('in auspex report: text, CSV and JSON, totals and rows', async () => {
    await fc.assert(
      fc.asyncProperty(logs, async (list) => {
        writeFileSync(file, list.map(eventsWith).join(''), 'latin1');
        for (const asked of [
          ...REPORTS.flatMap((name) => [[name], [name, '--rows']]),
          ['--by', 'user'],
          ['--by', 'host'],
        ]) {
          expect(decode(await said(report, ...asked))).not.toMatch(UNSAFE);
          const [head, ...rows] = csv(await said(report, ...asked, '--csv'));
          expect(rows.length).toBeGreaterThan(0);
          for (const row of rows) expect(row).toHaveLength(head!.length);
          expect(rows.flat().filter(isFormula)).toEqual([]);
          const json = decode(await said(report, ...asked, '--json'));
          expect(json.trimEnd()).not.toMatch(UNSAFE);
          expect(JSON.parse(json).rows).toHaveLength(rows.length);
          if (!NAMED.includes(asked[0]!) || asked.length > 1) continue;
          const cells = rows.map(([cell]) => cell);
          for (const name of list) expect(cells).toContain(isFormula(name) ? `'${name}` : name);
          const told = JSON.parse(json).rows.map(exact);
          for (const name of list) expect(told).toContain(name);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('in auspex summary: text and JSON', async () => {
    await fc.assert(
      fc.asyncProperty(logs, async (list) => {
        writeFileSync(file, list.map(eventsWith).join(''), 'latin1');
        expect(decode(await said(summary, '--all'))).not.toMatch(UNSAFE);
        const json = decode(await said(summary, '--json'));
        expect(json.trimEnd()).not.toMatch(UNSAFE);
        expect(json).not.toContain('\ufffd');
        expect(JSON.parse(json).events).toBe(3 * list.length);
      }),
      { numRuns: 30 },
    );
  });

  it.skipIf(unbuilt)(
    `in aureport, whose text has no control character below 0x20 and a line for each row${unbuilt}`,
    () => {
      fc.assert(
        fc.property(logs, (list) => {
          writeFileSync(file, list.map(eventsWith).join(''), 'latin1');
          for (const form of ['-au', '-l', '-x', '-f', '-h', '-k', '--comm', '-tm'])
            for (const totals of [[], ['--summary']]) {
              const { stdout } = spawnSync(bin, ['-if', file, form, ...totals]);
              const out = stdout.toString('latin1');
              expect(out).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
              const rows = out.split('\n').slice(5, -1);
              for (const row of rows) expect(row).toMatch(totals.length > 0 ? /^\d+ {2}/ : /^\d+\. \d\d\/\d\d\/\d\d /);
            }
        }),
        { numRuns: 1 },
      );
    },
  );
});

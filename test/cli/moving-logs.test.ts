// Logs that are cut off, grow, are rotated or made shorter while they are read: the programs say what is right about what
// was there, and never fail. As a user runs them, on the sample trail.
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const bin = (tool: string): string => join(root, 'bin', tool);
const folder = mkdtempSync(join(tmpdir(), 'auspex-moving-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const sample = readFileSync(join(root, 'sample/audit.log'), 'latin1');
const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };

interface Said {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
}

/** What each program says of a file. */
const PROGRAMS: readonly (readonly [string, (file: string) => readonly string[]])[] = [
  ['aureport', (file) => ['-if', file, '-e']],
  ['aulast', (file) => ['-f', file]],
  ['auspex', (file) => ['summary', '-i', file, '--json']],
];

function say(tool: string, argv: readonly string[]): Said {
  const { stdout, stderr, status } = spawnSync(bin(tool), argv, {
    env,
    encoding: 'latin1',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { out: stdout, err: stderr, status };
}

/** No stack, no signal, a status that means something. */
function isWell({ err, status }: Said): void {
  expect(err).not.toMatch(/\n +at |Error:/);
  expect([0, 1]).toContain(status);
}

/** Serials of `aureport -e`'s rows. */
const serialsOf = (out: string): string[] => [...out.matchAll(/^\d+\. \S+ \S+ (\d+) /gm)].map((row) => row[1]!);
const ALL = new Set([...sample.matchAll(/msg=audit\([\d.]+:(\d+)\)/g)].map((stamp) => stamp[1]!));

describe.skipIf(!existsSync(join(root, 'dist/.built')))('a log that moves [needs a build]', () => {
  it('cut off at any byte, is read as its whole lines, but for the event of the torn one', () => {
    const file = join(folder, 'cut');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: sample.length }), (at) => {
        const whole = sample.slice(0, sample.lastIndexOf('\n', at - 1) + 1);
        for (const [tool, argv] of PROGRAMS) {
          writeFileSync(file, sample.slice(0, at), 'latin1');
          const torn = say(tool, argv(file));
          writeFileSync(file, whole, 'latin1');
          const clean = say(tool, argv(file));
          isWell(torn);
          isWell(clean);
          if (tool !== 'aureport') continue;
          const before = new Set(serialsOf(clean.out));
          const more = serialsOf(torn.out).filter((serial) => !before.has(serial));
          const less = [...before].filter((serial) => !torn.out.includes(` ${serial} `));
          expect(more.length).toBeLessThanOrEqual(1);
          expect(less.length).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 3 },
    );
  });

  /** Runs a program over a rotated set of two while `move` is called again and again. */
  async function whileMoving(
    tool: string,
    argv: (set: string) => readonly string[],
    move: (log: string, n: number) => void,
    text = sample,
  ) {
    const set = mkdtempSync(join(folder, 'set-'));
    mkdirSync(set, { recursive: true });
    const log = join(set, 'audit.log');
    const half = text.indexOf('\n', text.length >> 1) + 1;
    // aulastlog reads the machine's own logs, or what it is given.
    const piped = tool === 'aulastlog';
    if (!piped) writeFileSync(`${log}.1`, text.slice(0, half), 'latin1');
    writeFileSync(log, piped ? text : text.slice(half), 'latin1');
    const input = piped ? openSync(log, 'r') : undefined;
    const child = spawn(bin(tool), argv(set), { env, stdio: [input ?? 'ignore', 'pipe', 'pipe'] });
    if (input !== undefined) closeSync(input);
    let out = '';
    let err = '';
    child.stdout!.setEncoding('latin1').on('data', (text: string) => {
      out += text;
    });
    child.stderr!.setEncoding('latin1').on('data', (text: string) => {
      err += text;
    });
    const status = new Promise<number | null>((resolve) => {
      child.on('close', resolve);
    });
    let ended = false;
    void status.then(() => {
      ended = true;
    });
    for (let n = 0; !ended; n++) {
      move(log, n);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return { out, err, status: await status };
  }
  const events = (set: string): readonly string[] => ['-if', set, '-e'];

  it('grows while it is read: all that was there is told, in order', async () => {
    const line = (n: number): string =>
      `type=USER_AUTH msg=audit(1899999999.000:${9_000_000 + n}): pid=1 uid=0 auid=0 ses=1 msg='op=x`;
    const said = await whileMoving('aureport', events, (log, n) => appendFileSync(log, `${line(n)} res=success'\n`));
    isWell(said);
    const told = serialsOf(said.out).filter((serial) => Number(serial) < 9_000_000);
    expect(new Set(told)).toEqual(
      new Set(serialsOf(say('aureport', ['-if', join(root, 'sample/audit.log'), '-e']).out)),
    );
  });

  it('is rotated while it is read: no event is told twice, none made up', async () => {
    const said = await whileMoving('aureport', events, (log, n) => {
      if (n % 20 !== 10) return;
      for (let i = 8; i >= 1; i--) if (existsSync(`${log}.${i}`)) renameSync(`${log}.${i}`, `${log}.${i + 1}`);
      renameSync(log, `${log}.1`);
      writeFileSync(log, '');
    });
    isWell(said);
    const told = serialsOf(said.out);
    expect(new Set(told).size).toBe(told.length);
    for (const serial of told) expect(ALL).toContain(serial);
  });

  it('is made shorter while it is read: what is told was there', async () => {
    const said = await whileMoving('aureport', events, (log, n) => {
      if (n > 10) truncateSync(log, Math.max(0, 150_000 - n * 3000));
    });
    isWell(said);
    const told = serialsOf(said.out);
    // A line cut within its serial is read by the digits that are left.
    expect(told.filter((serial) => !ALL.has(serial)).length).toBeLessThanOrEqual(1);
  });

  const rotate = (log: string, n: number): void => {
    if (n % 20 !== 10) return;
    for (let i = 8; i >= 1; i--) if (existsSync(`${log}.${i}`)) renameSync(`${log}.${i}`, `${log}.${i + 1}`);
    renameSync(log, `${log}.1`);
    writeFileSync(log, '');
  };
  /** Grows by whole events and begun lines of no meaning to sessions. */
  const grow = (log: string, n: number): void =>
    appendFileSync(log, `${n % 2 ? '' : begun(n)} res=failed'\n${begun(n)}`);
  const begun = (n: number): string =>
    `type=USER_ERR msg=audit(1899999999.000:${9_000_000 + n}): pid=1 uid=0 auid=0 ses=1 msg='op=x`;
  const shorten = (log: string, n: number): void => {
    if (n > 10) truncateSync(log, Math.max(0, 150_000 - n * 3000));
  };
  const MOVES = [
    ['grows', grow],
    ['is rotated', rotate],
    ['is made shorter', shorten],
  ] as const;

  it.each(MOVES)(
    '%s while auspex summary reads it: nothing is counted that was not there, nor twice',
    async (how, move) => {
      const all = JSON.parse(say('auspex', ['summary', '-i', join(root, 'sample/audit.log'), '--json']).out);
      const said = await whileMoving('auspex', (set) => ['summary', '-i', set, '--json'], move);
      isWell(said);
      const summary = JSON.parse(said.out);
      for (const [list, name] of [
        ['commands', 'command'],
        ['peers', 'peer'],
        ['syscalls', 'syscall'],
      ] as const) {
        const known = new Map<string, number>(all[list].map((row: Row) => [row[name], row.count]));
        for (const row of summary[list] as Row[])
          expect(known.get(String(row[name])) ?? 0).toBeGreaterThanOrEqual(
            Number(row.count) - (how === 'is made shorter' ? 1 : 0),
          );
        if (how === 'grows') expect(summary[list]).toEqual(all[list]);
      }
    },
  );

  it.each(MOVES)('%s while aulast reads it: sessions that were, each once', async (how, move) => {
    const file = join(folder, 'sessions');
    writeFileSync(file, sessions, 'latin1');
    const lines = (out: string): string[] => out.split('\n').filter((line) => line !== '');
    const all = lines(say('aulast', ['-f', file]).out);
    expect(all).toHaveLength(SESSIONS);
    const said = await whileMoving('aulast', (set) => ['-f', set], move, sessions);
    isWell(said);
    const told = lines(said.out);
    expect(new Set(told).size).toBe(told.length);
    if (how === 'grows') expect(told).toEqual(all);
    // A session whose end was not there is still on.
    const begins = new Set(all.map((line) => line.split(' - ')[0]!.trimEnd()));
    const strange = told.filter((line) => !begins.has(line.split(/ - | {2,}still/)[0]!.trimEnd()));
    expect(strange.length).toBeLessThanOrEqual(how === 'is made shorter' ? 1 : 0);
  });

  it.each(MOVES)('%s while aulastlog reads it: the last login that was there', async (how, move) => {
    const file = join(folder, 'sessions');
    writeFileSync(file, sessions, 'latin1');
    const input = openSync(file, 'r');
    const argv = ['--stdin', '--user', 'root'];
    const all = spawnSync(bin('aulastlog'), argv, { env, encoding: 'latin1', stdio: [input, 'pipe', 'pipe'] }).stdout;
    closeSync(input);
    expect(all).toMatch(/^root .*192\.0\.2\.7/m);
    const said = await whileMoving('aulastlog', () => argv, move, sessions);
    isWell(said);
    if (how === 'is made shorter') expect(said.out).toMatch(/^root /m);
    else expect(said.out).toBe(all);
  });
});

type Row = Readonly<Record<string, string | number>>;
const SESSIONS = 400;

/** Logins of root from one address, a minute each. */
const sessions = Array.from({ length: SESSIONS }, (_, n) => {
  const at = (second: number, serial: number): string =>
    `msg=audit(${1_700_000_000 + 100 * n + second}.000:${10 * n + serial}): `;
  const user = (op: string): string =>
    `pid=${1000 + n} uid=0 auid=0 ses=${n + 1} msg='op=${op} id=0 exe="/usr/sbin/sshd" hostname=192.0.2.7 addr=192.0.2.7 terminal=ssh res=success'`;
  return [
    `type=LOGIN ${at(0, 1)}pid=${1000 + n} uid=0 old-auid=4294967295 auid=0 tty=(none) old-ses=4294967295 ses=${n + 1} res=1`,
    `type=USER_START ${at(1, 2)}${user('login')}`,
    `type=USER_LOGIN ${at(2, 3)}${user('login')}`,
    `type=USER_END ${at(60, 4)}${user('login')}`,
    '',
  ].join('\n');
}).join('');

// The clock set forth and back while records come: in the times of a replayed trail, not on the machine. The assembler,
// the daemon's log, its plugins and the search give what was put in, by construction of the trail.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/daemon/index.ts';
import { Trail } from '../../src/daemon/trail.ts';
import { EventReader } from '../../src/event/index.ts';
import { wholeTrail } from '../trail.fixture.ts';

const HOUR = 3600;
const START = Date.UTC(2026, 10, 20, 12) / 1000;
/** What the clock shows is put right by so many seconds, one after the other, every 4,000 events. */
const SET = [0, 24 * HOUR, -2 * HOUR, -1, 3, -365 * 24 * HOUR, 1 * HOUR, 0];
const EVERY = 4000;

interface Made {
  readonly id: string;
  readonly sec: number;
  readonly key: string;
  readonly lines: readonly string[];
}

/** One event in four records and EOE; its key is one of 500 (-k looks for a part of a key: only k77 holds k77). */
function made(serial: number, sec: number): Made {
  const id = `${sec}.${String(serial % 1000).padStart(3, '0')}:${serial}`;
  const key = `k${serial % 500}`;
  const of = (type: string, text: string) => `type=${type} msg=audit(${id}): ${text}`;
  const lines = [
    of(
      'SYSCALL',
      `arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=1 a2=0 a3=0 items=1 ppid=1 pid=${1000 + (serial % 50)} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="cat" exe="/usr/bin/cat" key="${key}"`,
    ),
    of('CWD', 'cwd="/"'),
    of(
      'PATH',
      `item=0 name="/etc/f${serial}" inode=${serial} dev=fe:00 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0`,
    ),
    of('PROCTITLE', 'proctitle="cat"'),
    of('EOE', ''),
  ];
  return { id, sec, key, lines };
}

const events: Made[] = [];
const lines: string[] = [];
SET.forEach((offset, segment) => {
  for (let i = 0; i < EVERY; i += 2) {
    const serial = segment * EVERY + i + 1;
    const sec = START + offset + Math.floor((segment * EVERY + i) / 100);
    const [a, b] = [made(serial, sec), made(serial + 1, sec)];
    events.push(a, b);
    // Two CPUs: their records come one by one.
    for (const [n, line] of a.lines.entries()) lines.push(line, b.lines[n]!);
  }
});
const text = `${lines.join('\n')}\n`;
const logText = `${lines.filter((l) => !l.startsWith('type=EOE')).join('\n')}\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-clock-'));
  writeFileSync(join(folder, 'audit.log'), logText);
});
afterAll(() => rmSync(folder, { recursive: true }));

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const reference = [process.env.AUSPEX_REFERENCE ?? '', '/usr/sbin', '/sbin']
  .filter(Boolean)
  .map((d) => join(d, 'ausearch'))
  .find((f) => existsSync(f));

/** Ids of the events a tool prints, with how many records each has. */
function found(program: string, ...args: string[]): string[] {
  const { stdout } = spawnSync(program, ['-if', join(folder, 'audit.log'), '--raw', ...args], {
    encoding: 'latin1',
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
    maxBuffer: 1 << 28,
  });
  const count = new Map<string, number>();
  for (const [, id] of stdout.matchAll(/^type=\S+ msg=audit\(([\d.:]+)\):/gm))
    count.set(id!, (count.get(id!) ?? 0) + 1);
  return [...count].map(([id, n]) => `${id} ${n}`).sort();
}
const want = (holds: (event: Made) => boolean) =>
  events
    .filter(holds)
    .map((e) => `${e.id} 4`)
    .sort();

/** Compares long lists without printing them. */
function same(got: readonly string[], wanted: readonly string[]): void {
  const [a, b] = [new Set(got), new Set(wanted)];
  const differ = { more: got.filter((x) => !b.has(x)).slice(0, 5), less: wanted.filter((x) => !a.has(x)).slice(0, 5) };
  expect({ ...differ, count: got.length }).toEqual({ more: [], less: [], count: wanted.length });
}

describe('a clock set forth and back', () => {
  it.each(['ending', 'time'] as const)('the assembler (%s): every event once, whole', (order) => {
    const got: string[] = [];
    const reader = new EventReader(
      (e) => got.push(`${e.sec}.${String(e.ms).padStart(3, '0')}:${e.serial} ${e.records.length}`),
      { order },
    );
    for (let at = 0; at < text.length; at += 65_536) reader.push(Buffer.from(text.slice(at, at + 65_536), 'latin1'));
    reader.end();
    const whole = order === 'time' ? 5 : 4; // 'ending' gives an event out at its PROCTITLE
    same(got.sort(), events.map((e) => `${e.id} ${whole}`).sort());
  });

  it.skipIf(process.getuid?.() !== 0)(
    'the log and a plugin have every record in the order it came (needs root)',
    async () => {
      const here = mkdtempSync('/run/auspex-clock-');
      try {
        mkdirSync(join(here, 'log'), { mode: 0o700 });
        mkdirSync(join(here, 'plugins.d'));
        writeFileSync(join(here, 'copy'), `#!/bin/sh\nexec cat > ${here}/copied\n`);
        chmodSync(join(here, 'copy'), 0o750);
        writeFileSync(join(here, 'plugins.d', 'copy.conf'), `active = yes\npath = ${here}/copy\n`, { mode: 0o640 });
        const { config } = readConfig(
          `log_file = ${here}/log/audit.log\nplugin_dir = ${here}/plugins.d\nq_depth = 99999999\nlog_format = RAW\nmax_log_file = 0\nrotate_interval = 1h\nnum_logs = 5\nmax_log_file_action = rotate\n`,
          'auditd.conf',
        );
        // The daemon's own clock goes with the records'.
        let now = START * 1000;
        const trail = new Trail(config, {
          followLinks: false,
          foreground: false,
          accounts: () => ({ userName: () => undefined, groupName: () => undefined }) as never,
          sockaddr: () => '',
          world: { log() {}, mail() {}, script: async () => '', runLevel() {}, notify() {}, now: () => now },
        });
        await trail.open();
        for (let at = 0; at < lines.length; at += 500) {
          const part = lines.slice(at, at + 500);
          now = Number(/\((\d+)/.exec(part[0]!)![1]) * 1000;
          trail.take({ lines: Buffer.from(`${part.join('\n')}\n`, 'latin1'), records: part.length });
          if (at % 5000 === 0) trail.tick();
        }
        const { rotated } = trail.state().log!;
        await trail.close();
        expect(wholeTrail(join(here, 'log'))).toBe(logText);
        expect(readFileSync(join(here, 'copied'), 'latin1')).toBe(text);
        expect(rotated).toBeLessThanOrEqual(4); // by time: a leap forward is one rotation, a clock set back is none
      } finally {
        rmSync(here, { recursive: true });
      }
    },
  );

  it.each(['ausearch', ...(reference ? [reference] : [])])('%s finds the events of a key in every stretch', (tool) => {
    const program = tool === 'ausearch' ? join(bin, tool) : tool;
    same(
      found(program, '-k', 'k77'),
      want((e) => e.key === 'k77'),
    );
  });

  it.each(['ausearch', ...(reference ? [reference] : [])])(
    '%s finds what lies in a range of time, wherever it stands',
    (tool) => {
      const program = tool === 'ausearch' ? join(bin, tool) : tool;
      const range = ['-ts', '11/20/26', '10:00:00', '-te', '11/20/26', '12:00:59'];
      const [from, to] = [Date.UTC(2026, 10, 20, 10) / 1000, Date.UTC(2026, 10, 20, 12, 0, 59) / 1000];
      const inside = (e: Made) => e.sec >= from && e.sec <= to;
      expect(events.filter(inside).length).toBeGreaterThan(4000);
      same(found(program, ...range), want(inside));
      same(
        found(program, ...range, '-k', 'k77'),
        want((e) => inside(e) && e.key === 'k77'),
      );
    },
  );
});

// Lines of strace as calls; and the strace of this machine, where it is here, in every flavour.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attachedBy, looksLikeStrace, mainProcess, readStraceLine } from './line.ts';
import { type StraceCall, StraceReader } from './reader.ts';
import { descriptorPath, readStrings, splitArguments } from './words.ts';

const read = (lines: readonly string[]) => {
  const told: string[] = [];
  const calls: StraceCall[] = [];
  const main = mainProcess(lines);
  const reader = new StraceReader(
    {
      call: (call) => {
        calls.push(call);
        told.push(`${call.pid} ${call.name} ${call.result ?? '?'}${call.error && ` ${call.error}`}`);
      },
      signal: ({ pid, signal, info }) => told.push(`${pid} got ${signal} from ${info('si_pid')}`),
      ended: ({ pid, status, signal }) => told.push(`${pid} ended ${status ?? signal}`),
    },
    main === undefined ? {} : { main },
  );
  for (const line of lines) reader.push(line);
  return { told, calls };
};

describe('a line of strace', () => {
  const REST = 'kill(1235, SIGTERM) = 0';
  it.each<[head: string, tid: number | undefined, time: unknown]>([
    ['', undefined, undefined],
    ['1234  ', 1234, undefined],
    ['[pid  1234] ', 1234, undefined],
    ['1234<sh> ', 1234, undefined],
    ['[pid  1234<my prog>] ', 1234, undefined],
    ['1234  12:00:01 ', 1234, { kind: 'clock', ms: 43_201_000 }],
    ['1234  12:00:01.500000 ', 1234, { kind: 'clock', ms: 43_201_500 }],
    ['1234  12:00:01.500000 (+     0.000123) ', 1234, { kind: 'clock', ms: 43_201_500 }],
    ['1234  1700000000.250000 ', 1234, { kind: 'moment', ms: 1_700_000_000_250 }],
    ['1700000000 ', undefined, { kind: 'moment', ms: 1_700_000_000_000 }],
    ['     0.000250 ', undefined, { kind: 'delta', ms: 0.25 }],
    ['1234       0.250000 ', 1234, { kind: 'delta', ms: 250 }],
    ['1234  [  62] ', 1234, undefined],
    ['1234  [00007f8cadbf5ad7] ', 1234, undefined],
    ['[pid  1234] 12:00:01 [  62] [00007f8cadbf5ad7] ', 1234, { kind: 'clock', ms: 43_201_000 }],
  ])('%j is read', (head, tid, time) => {
    expect(readStraceLine(head + REST)).toEqual({ tid, time, rest: REST });
    expect(looksLikeStrace(head + REST)).toBe(true);
  });

  it('keeps words of arguments together, and bytes of strings', () => {
    expect(splitArguments('"/a[b", ["sh", "-c", "x, \\"y\\""...], {a=1, b=2}, 0x7f /* 2 vars */')).toEqual([
      '"/a[b"',
      '["sh", "-c", "x, \\"y\\""...]',
      '{a=1, b=2}',
      '0x7f /* 2 vars */',
    ]);
    expect(readStrings('"\\x2f\\057\\n"..., "\\303\\251"')).toEqual(['//\n...', '\xc3\xa9']);
    expect(descriptorPath('AT_FDCWD</home/x>')).toBe('/home/x');
    expect(descriptorPath('3<socket:[1]>')).toBeUndefined();
  });
});

describe('calls put together', () => {
  it('where a thread runs a program, the process goes on under its number', () => {
    const { told } = read([
      '10 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SIGHAND, stack=0x7f}, 88) = 11',
      '10 pause( <unfinished ...>',
      '11 execve("/bin/echo", ["echo"], 0x7ffc /* 3 vars */ <unfinished ...>',
      '10 <... pause resumed>) = ?',
      '10 +++ superseded by execve in pid 11 +++',
      '10 <... execve resumed>) = 0',
      '10 exit_group(0) = ?',
      '10 +++ exited with 0 +++',
    ]);
    expect(told).toEqual(['10 clone3 11', '10 pause ?', '10 execve 0', '10 exit_group ?', '10 ended 0']);
  });

  it('where the news of a child stands in the middle of its maker’s call, as on a terminal', () => {
    const lines = [
      'getpid() = 10',
      'clone(child_stack=NULL, flags=SIGCHLDstrace: Process 11 attached',
      ', child_tidptr=0x7f4993c1ca10) = 11',
      '[pid    11] exit_group(1) = ?',
      '[pid    10] wait4(-1,  <unfinished ...>',
      '[pid    11] +++ exited with 1 +++',
      '<... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 1}], 0, NULL) = 11',
      'kill(99, SIGTERM) = -1 ESRCH (No such process)',
    ];
    expect(read(lines).told).toEqual([
      '10 getpid 10',
      '10 clone 11',
      '11 exit_group ?',
      '11 ended 1',
      '10 wait4 11',
      '10 kill -1 ESRCH',
    ]);
    expect(attachedBy(lines[1]!)).toEqual({ tid: 11, before: 'clone(child_stack=NULL, flags=SIGCHLD' });
  });

  it('a call that never returns is told before the end it brought', () => {
    expect(read(['10 kill(10, SIGKILL <unfinished ...>', '10 +++ killed by SIGKILL +++']).told).toEqual([
      '10 kill ?',
      '10 ended SIGKILL',
    ]);
    expect(read(['--- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=7, si_uid=0} ---']).told).toEqual([
      '0 got SIGTERM from 7',
    ]);
  });
});

const strace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
describe.skipIf(!strace)(`this machine’s strace${strace ? '' : ' [needs a strace that may trace]'}`, () => {
  const script = 'cat /dev/null; (exit 3); sleep 60 & kill -TERM $!; wait; kill -9 $$';
  const flavours = ['', '-t', '-tt', '-ttt', '-r', '-T', '-y', '-i', '-xx', '-v', '-Y', '-n', '--decode-pids=comm'];

  it('is read in every flavour: the same calls of the same processes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'auspex-strace-'));
    const seen = new Map<string, string>();
    try {
      for (const [i, flavour] of flavours.entries()) {
        const file = join(folder, String(i));
        const options = ['-f', ...(flavour ? [flavour] : []), '-o', file, 'sh', '-c', script];
        spawnSync('strace', options);
        // An older strace does not know every option, and writes no file then.
        if (!readdirSync(folder).includes(String(i))) continue;
        const lines = readFileSync(file, 'latin1').split('\n');
        const { told, calls } = read(lines);
        const numbers = new Map<string, string>();
        const small = (text: string) =>
          text.replace(/\d{3,}/g, (n) => {
            if (!numbers.has(n)) numbers.set(n, `P${numbers.size}`);
            return numbers.get(n)!;
          });
        // Whether the killed one had begun its program is a matter of luck.
        const life = told.filter((line) => / (?:v?fork|clone3?|kill|ended)\b/.test(line)).map(small);
        const own = (n: string) => life.filter((line) => line.startsWith(`${n} `)).join('; ');
        seen.set(flavour, ['P0', 'P1', 'P2', 'P3'].map(own).join('\n'));
        // Every line of a call is told, but those strace could not finish.
        const written = lines.filter((line) => /\) += (?:-?\d|0x|\?)/.test(line)).length;
        expect([flavour, calls.length >= written]).toEqual([flavour, true]);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const [first] = seen.values();
    expect(first).toContain('ended SIGKILL');
    for (const [flavour, text] of seen) expect([flavour, text]).toEqual([flavour, first]);
  });
});

// The start of a line of the kernel’s log, in each form dmesg and journalctl write.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { splitKernelLine } from './kernel-line.ts';

const TEXT = 'x invoked oom-killer: gfp_mask=0x100cca, order=0';
const options = { boot: 1_700_000_000_000, year: 2026, offset: 3600 };

describe('the start of a kernel log line', () => {
  it.each<[prefix: string, at: number | undefined]>([
    ['', undefined],
    ['kernel: ', undefined],
    ['[   12.500000] ', 1_700_000_012_500],
    ['<4>[   12.500000][  T123] ', 1_700_000_012_500],
    ['[   12.500000 <    0.000000>] ', 1_700_000_012_500],
    ['kern  :err   : [   12.500000] ', 1_700_000_012_500],
    ['[   12.500000] host kernel: ', 1_700_000_012_500],
    ['2026-11-03T10:00:00,123456+00:00 ', Date.UTC(2026, 10, 3, 10, 0, 0, 123)],
    ['kern  :info  : 2026-11-03T10:00:00,123456+01:00 ', Date.UTC(2026, 10, 3, 9, 0, 0, 123)],
    ['2026-11-03T10:00:00.123456+0000 host kernel: ', Date.UTC(2026, 10, 3, 10, 0, 0, 123)],
    ['Tue 2026-11-03 10:00:02 UTC host kernel: ', Date.UTC(2026, 10, 3, 10, 0, 2)],
    ['Tue 2026-11-03 10:00:02 CET host kernel: ', Date.UTC(2026, 10, 3, 9, 0, 2)],
    ['1793700002.123456 host kernel: ', 1_793_700_002_123],
    ['Nov  3 10:00:02 host kernel: [   12.500000] ', Date.UTC(2026, 10, 3, 9, 0, 2)],
    ['Nov 03 10:00:02.250000 host kernel: ', Date.UTC(2026, 10, 3, 9, 0, 2, 250)],
    ['[Tue Nov  3 10:00:02 2026] ', Date.UTC(2026, 10, 3, 9, 0, 2)],
    ['[Tue Nov  3 10:00:02 2026 <    0.000000>] ', Date.UTC(2026, 10, 3, 9, 0, 2)],
    ['<4>1 2026-11-03T10:00:02.1+01:00 host kernel - - - ', Date.UTC(2026, 10, 3, 9, 0, 2, 100)],
    ['[Nov 3 10:00] ', Date.UTC(2026, 10, 3, 9)],
  ])('%j', (prefix, at) => {
    expect(splitKernelLine(prefix + TEXT, options)).toMatchObject({ at, delta: undefined, message: TEXT });
  });

  it('tells the gap to the line before, where dmesg -H says no more', () => {
    expect(splitKernelLine(`[  +1.020000] ${TEXT}`)).toEqual({ at: undefined, delta: 1020, message: TEXT });
  });

  const dmesg = (...form: string[]) => spawnSync('dmesg', ['--color=never', ...form], { encoding: 'latin1' });
  const plain = dmesg('-t');
  it.skipIf(plain.status !== 0 || plain.stdout === '')('is known in every form dmesg writes [needs dmesg]', () => {
    const forms = ['', '-x', '-T', '-d', '-dT', '-xT', '-HP', '--time-format=iso', '-r'];
    const read = forms.flatMap((form) => dmesg(...(form ? [form] : [])).stdout.split('\n'));
    // What the kernel logs meanwhile stands in the second list, what it lets go in the first.
    const words = new Set([...plain.stdout.split('\n'), ...dmesg('-t').stdout.split('\n')]);
    const first = read.filter((line) => !line.startsWith(' ')); // dmesg indents the further lines of a message
    const strange = first.filter((line) => !words.has(splitKernelLine(line, options).message));
    // A form that is not read makes a ninth of all; a flood may push a few lines through the ring meanwhile.
    expect(strange.length, strange.slice(0, 5).join('\n')).toBeLessThan(first.length / 20);
  });
});

// A kernel record as a line of audit.log: one line whatever it holds; serials that never came are counted.
import { describe, expect, it } from 'vitest';
import { bytesOf, latin1 } from '../base/index.ts';
import { writeFrame } from './frame.ts';
import { packLine, SerialWatch, serialAt } from './pack.ts';

function packed(type: number, payload: string): string {
  const datagram = writeFrame(type, 0, 0, bytesOf(payload)).subarray(0, 16 + payload.length);
  const block = new Uint8Array(4096).fill(10);
  block.set(datagram, 32);
  const end = packLine(block, 32, 32 + datagram.length, 1024);
  expect(block[1023]).toBe(10);
  return latin1(block, 1024, end);
}

describe('packLine', () => {
  it('writes a record as audit.log holds it', () => {
    expect(packed(1300, 'audit(1.002:3): arch=c000003e\0\0')).toBe('type=SYSCALL msg=audit(1.002:3): arch=c000003e\n');
    expect(packed(1999, 'audit(1.002:3): x')).toBe('type=UNKNOWN[1999] msg=audit(1.002:3): x\n');
    expect(packed(1300, '')).toBe('type=SYSCALL msg=\n');
  });
  it('keeps a message that holds newlines one line', () => {
    expect(packed(1100, "audit(1.002:3): msg='a\ntype=USER_AUTH msg=audit(1.002:4): b\n\n'\n\n\0")).toBe(
      "type=USER_AUTH msg=audit(1.002:3): msg='a type=USER_AUTH msg=audit(1.002:4): b  '\n",
    );
  });
});

describe('serialAt', () => {
  it.each([
    ['audit(1700000000.123:4567): x', 4567],
    ['audit(1.1:0):', 0],
    ['audit(1.1:12', -1],
    ['audit(1.1:): ', -1],
    ['audit(1.1', -1],
    ['', -1],
  ])('%s', (text, serial) => {
    expect(serialAt(bytesOf(text), 0, text.length)).toBe(serial);
  });
});

describe('SerialWatch', () => {
  const watch = (...serials: number[]): SerialWatch => {
    const w = new SerialWatch();
    for (const s of serials) w.see(s);
    return w;
  };
  it('counts what never came, and nothing that came late or twice', () => {
    expect(watch(5, 6, 7).total()).toBe(0);
    expect(watch(5, 9, 7, 6, 8, 8).total()).toBe(0);
    expect(watch(5, 9).total()).toBe(3);
    expect(watch().total()).toBe(0);
  });
  it('counts across windows, as a plain count does', () => {
    const w = new SerialWatch();
    let missing = 0;
    for (let s = 100; s < 300_000; s++) {
      if (s % 1000 === 7) missing++;
      else w.see(s);
    }
    expect(w.total()).toBe(missing);
    expect(w.missing).toBeGreaterThan(missing - 70);
  });
  it('begins again when the counter does', () => {
    const w = watch(1_000_000, 1_000_002, 3, 4, 5);
    expect(w.total()).toBe(1);
    w.see(4_000_000_000);
    expect(w.total()).toBe(1);
  });
});

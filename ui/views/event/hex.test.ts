// The dump against the layout of `hexdump -C`, which it follows but for the width of the place.
import { expect, it } from 'vitest';
import { hexDump, MOST_BYTES } from './hex.ts';

it('shows place, bytes and what is printable', () => {
  expect(hexDump(btoa('type=SYSCALL msg\xff\n'))).toBe(
    '000000  74 79 70 65 3d 53 59 53  43 41 4c 4c 20 6d 73 67  type=SYSCALL msg\n' +
      '000010  ff 0a                                             ..',
  );
});

it('is empty for nothing, and ends a huge record with a word', () => {
  expect(hexDump('')).toBe('');
  expect(hexDump(btoa('x'.repeat(MOST_BYTES + 5)))).toMatch(/… and 5 bytes more$/);
});

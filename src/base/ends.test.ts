// The end of a text taken off: the same as by a regular expression, and of a long text at once.

import { describe, expect, it } from 'vitest';
import { withoutEnd } from './ends.ts';

describe('withoutEnd', () => {
  it.each(['', 'a', '/', '///', 'a/', '/a//', "x',)", '\0a\0\0'])('takes off what stands at the end: %j', (text) => {
    expect(withoutEnd(text, "',)/\0")).toBe(text.replace(/[',)/\0]+$/, ''));
    expect(withoutEnd(text, '/', 1)).toBe(text.replace(/(?<=.)\/+$/s, ''));
  });

  it('looks at the end alone', () => {
    const text = `${'/'.repeat(4_000_000)}x`;
    expect(withoutEnd(text, '/')).toBe(text);
  });
});

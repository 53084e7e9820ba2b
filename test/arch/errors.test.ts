// What an error is, its code says; its message is for people, and may be worded anew at any time.
import { describe, expect, it } from 'vitest';
import { sources } from './sources.fixture.ts';

/** An error's message that is searched, matched or cut. */
const DECIDED =
  /\b(?:error|cause|err|failure|fault)(?: as \w+)?\)?\.message\.(?:startsWith|endsWith|includes|match|search|indexOf|replace|split|slice)\(|\b(?:test|exec)\(\(?(?:error|cause|err|failure|fault)\b[^)]*\)?\.message\)/;

describe('the words of an error', () => {
  it('decide nothing', () => {
    const found = sources().flatMap(({ file, text }) =>
      text
        .split('\n')
        .filter((line) => DECIDED.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });

  it('would be seen to', () => {
    for (const line of [
      "if (error.message.includes('another program'))",
      "(error as Error).message.split('\\n')[0]",
      '/^Cannot/.test(cause.message)',
      '/^Cannot/.exec((error as Error).message)',
    ])
      expect(line).toMatch(DECIDED);
  });
});

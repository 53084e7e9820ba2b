// What an error is, its code says; its message is for people, and may be worded anew at any time.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../src');

/** An error's message that is searched, matched or cut. */
const DECIDED =
  /\b(?:error|cause|err|failure|fault)(?: as \w+)?\)?\.message\.(?:startsWith|endsWith|includes|match|search|indexOf|replace|split|slice)\(|\b(?:test|exec)\(\(?(?:error|cause|err|failure|fault)\b[^)]*\)?\.message\)/;

const lines = (file: string): string[] => readFileSync(join(src, file), 'utf8').split('\n');

describe('the words of an error', () => {
  it('decide nothing', () => {
    const found = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(file))
      .flatMap((file) =>
        lines(file)
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

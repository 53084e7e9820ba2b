// One way out: nothing in src/ writes to standard output, standard error or a terminal but through src/host/terminal.ts. A
// new writer there would be a new way past the escapes.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../src');

/** What writes past the one way out. */
const WRITERS =
  /\bprocess\.(?:stdout|stderr)\.(?:write|end)\b|\bconsole\.(?:log|error|warn|info|debug|trace)\(|\bwriteSync\((?:1|2)\b|\bansiPaint\b/;

/** Those that may, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'base/terminal.ts': 'ansiPaint is for users of the library; here it is made',
  'daemon/trail.ts':
    'the foreground’s records, made safe there where it is a terminal, without waiting for a slow reader',
  'cli/rules-measure-child.ts': 'a number, to its parent’s pipe',
  'web/app.ts': '`console` is the web console there; its log is the caller’s',
};

describe('the one way out', () => {
  it('has no other beside it', () => {
    const found = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(file))
      .filter((file) => WRITERS.test(readFileSync(join(src, file), 'utf8').replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')))
      .filter((file) => !(file in ALLOWED));
    expect(found).toEqual([]);
  });

  it('would be seen', () => {
    for (const text of ['process.stderr.write(`x`)', "console.error('x')", 'writeSync(2, text)', 'paint: ansiPaint'])
      expect(text).toMatch(WRITERS);
  });
});

// What the documents promise, tests show: a table whose last column is "Shown by" names for each promise the files that show
// it, and, in quotes, tests in them. Each file is there, each test is in one of the files of its row, and is a test that
// runs: neither `todo` nor skipped for good. A page of the list without such a table, or with a promise shown by nothing, fails.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The pages whose promises are shown. */
const PAGES = ['docs/serve.md', 'docs/reliability.md', 'docs/remote.md', 'docs/security.md'];

const root = join(import.meta.dirname, '../..');

interface Claim {
  readonly promise: string;
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\|/, '')
    .replace(/\|\s*$/, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

/** The rows of every table of a page whose last column is "Shown by". */
function claimsOf(text: string): Claim[] {
  const claims: Claim[] = [];
  let inTable = false;
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) inTable = false;
    else if (cellsOf(line).at(-1) === 'Shown by') inTable = true;
    else if (inTable && !/^\|[-| :]+$/.test(line)) {
      const shown = cellsOf(line).at(-1)!;
      claims.push({
        promise: cellsOf(line)[0]!,
        files: [...shown.matchAll(/`([^`]+)`/g)].map((found) => found[1]!),
        tests: [...shown.matchAll(/"([^"]+)"/g)].map((found) => found[1]!),
      });
    }
  }
  return claims;
}

/** Titles of a file's tests that run: texts that come first in a call, and are not those of `it.skip` or `it.todo`. */
function titlesOf(text: string): string[] {
  const found = [...text.matchAll(/(\.\w+)?\(\s*(['"`])((?:\\.|(?!\2)[^\\\n])+)\2\s*,/g)];
  return found.filter(([, how]) => how !== '.todo' && how !== '.skip').map(([, , , title]) => title!);
}

describe('what a claim is', () => {
  const table = [
    '| Promise | Shown by |',
    '|---|---|',
    '| a | `x.test.ts` "does a", "b" |',
    '| c | nothing |',
    '',
    '| d | e |',
  ];
  it('is read from the tables that end in "Shown by"', () => {
    expect(claimsOf(table.join('\n'))).toEqual([
      { promise: 'a', files: ['x.test.ts'], tests: ['does a', 'b'] },
      { promise: 'c', files: [], tests: [] },
    ]);
  });
  it('is shown by no test that is skipped for good', () => {
    expect(
      titlesOf(`it('a', () => {}); it.skip('b', f); it.todo('c'); it.skipIf(no)('d', f);\nit.each(['x'])("e %i", f)`),
    ).toEqual(['a', 'd', 'e %i']);
  });
});

describe.each(PAGES)('%s', (page) => {
  const claims = claimsOf(readFileSync(join(root, page), 'utf8'));
  it('has promises, each shown by something', () => {
    expect(claims.length).toBeGreaterThan(0);
    expect(claims.filter(({ files }) => files.length === 0)).toEqual([]);
  });
  it('names files that are there', () => {
    const files = claims.flatMap((claim) => claim.files);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
  it('names tests that are in them', () => {
    const missing = claims.flatMap(({ promise, files, tests }) => {
      const titles = files
        .filter((file) => existsSync(join(root, file)))
        .flatMap((file) => titlesOf(readFileSync(join(root, file), 'utf8')));
      return tests
        .filter((test) => !titles.some((title) => title.includes(test)))
        .map((test) => `${promise}: "${test}"`);
    });
    expect(missing).toEqual([]);
  });
});

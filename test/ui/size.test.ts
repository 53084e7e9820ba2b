// What a browser fetches before the first view is drawn: the page, its script, its style, the view's own chunk and what that
// imports, compressed as the server sends it. The promise is 300 kB; the budget here is what it is today and a little more.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ui = join(import.meta.dirname, '../../dist/ui');
const BUDGET = 130_000;

/** Files of the bundle that a file names: static imports, style sheets, and (`views` too) chunks fetched on demand. */
function named(file: string, known: readonly string[]): string[] {
  const text = readFileSync(join(ui, 'assets', file), 'utf8');
  return known.filter((other) => other !== file && text.includes(other));
}

describe.skipIf(!existsSync(join(ui, 'index.html')))('the bundle [needs a build]', () => {
  const assets = readdirSync(join(ui, 'assets')).filter((name) => /\.(?:js|css)$/.test(name));
  const packed = (path: string): number => statSync(join(ui, `${path}.br`)).size;
  const html = readFileSync(join(ui, 'index.html'), 'utf8');
  const entry = assets.filter((name) => html.includes(name));

  it('draws its first view from few bytes', () => {
    for (const view of ['overview', 'events', 'event']) {
      const chunk = assets.find((name) => new RegExp(`^${view}-[\\w-]{8}\\.js$`).test(name))!;
      const wanted = new Set([...entry, chunk, ...named(chunk, assets)]);
      const bytes = [...wanted].reduce((sum, name) => sum + packed(`assets/${name}`), packed('index.html'));
      expect(bytes, `${view}: ${[...wanted].join(' ')}`).toBeLessThan(BUDGET);
    }
  });

  it('asks nobody else for anything, and has no inline script', () => {
    expect(html).not.toMatch(/<script(?![^>]*\bsrc="\/)/);
    expect(html).not.toMatch(/(?:src|href)="(?!\/)/);
    const foreign = assets.flatMap((name) =>
      [
        ...readFileSync(join(ui, 'assets', name), 'utf8').matchAll(/(?:url\(|import\(|fetch\()["'`]?https?:[^)"'`]*/g),
      ].map((found) => `${name}: ${found[0]}`),
    );
    expect(foreign).toEqual([]);
  });
});

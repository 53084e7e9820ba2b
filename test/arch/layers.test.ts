// Holds the house to layers.json: imports (types included) run strictly downward, pure folders import nothing impure,
// a package is imported only in the folder that owns it, and every folder of src/ is in the table.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Layer {
  readonly rank: number;
  readonly pure?: boolean;
  readonly packages?: readonly string[];
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const src = join(root, 'src');
const layers: Record<string, Layer> = JSON.parse(readFileSync(join(root, 'layers.json'), 'utf8'));

/** Every import, re-export, dynamic import and `import('…')` type of a TypeScript text, as written. */
export function importsOf(text: string): string[] {
  const found: string[] = [];
  const patterns = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  ];
  for (const pattern of patterns) for (const match of text.matchAll(pattern)) found.push(match[1]!);
  return found;
}

/** The faults of one import of `file` (a path below src/), as sentences; empty when it is allowed. */
export function faultsOf(file: string, target: string, table: Record<string, Layer>): string[] {
  const folder = file.split('/')[0]!;
  const layer = table[folder];
  if (!layer) return [`${file}: folder ${folder} is not in layers.json`];
  const test = file.endsWith('.test.ts') || file.endsWith('.fixture.ts');
  if (target.startsWith('.')) {
    if (!target.endsWith('.ts') && !target.endsWith('.tsx')) return [`${file}: import of ${target} must end in .ts`];
    const goal = relative(src, resolve(src, dirname(file), target)).split('/')[0]!;
    if (goal === folder || goal === '..') return test || goal === folder ? [] : [`${file}: ${target} leaves src/`];
    const other = table[goal];
    if (!other) return [`${file}: folder ${goal} is not in layers.json`];
    return other.rank < layer.rank || test
      ? []
      : [`${file}: ${folder} (${layer.rank}) may not import ${goal} (${other.rank})`];
  }
  if (test) return [];
  if (target.startsWith('node:')) return layer.pure ? [`${file}: ${folder} is pure and may not import ${target}`] : [];
  const name = target.startsWith('@') ? target.split('/').slice(0, 2).join('/') : target.split('/')[0]!;
  return layer.packages?.includes(name) ? [] : [`${file}: package ${name} is not one of ${folder}'s`];
}

describe('the layers of src/', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((f) => f.replaceAll('\\', '/'))
    .filter((f) => f.endsWith('.ts') && f.includes('/'));

  it('finds the source', () => {
    expect(files.length).toBeGreaterThan(5);
  });

  it('holds for every import', () => {
    const faults = files.flatMap((f) =>
      importsOf(readFileSync(join(src, f), 'utf8')).flatMap((t) => faultsOf(f, t, layers)),
    );
    expect(faults).toEqual([]);
  });

  it('would catch an upward, a sideways, an impure and a foreign import', () => {
    expect(faultsOf('record/x.ts', '../event/y.ts', layers)).toHaveLength(1);
    expect(faultsOf('event/x.ts', '../kernel/y.ts', layers)).toHaveLength(1);
    expect(faultsOf('record/x.ts', 'node:fs', layers)).toHaveLength(1);
    expect(faultsOf('logs/x.ts', 'koffi', layers)).toHaveLength(1);
    expect(faultsOf('event/x.ts', '../record/y.ts', layers)).toEqual([]);
    expect(importsOf("import type { A } from './a.ts';\nconst x = await import('koffi');\n")).toEqual([
      './a.ts',
      'koffi',
    ]);
  });
});

// The library's face: every folder of src/ that has an index.ts is a subpath of the package (`auspex/record`), the pure
// ones all have one, and each imports by its public name from the built package.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const layers = JSON.parse(readFileSync(join(root, 'layers.json'), 'utf8')) as Record<string, { pure?: boolean }>;
const folders = readdirSync(join(root, 'src')).filter((f) => f !== 'cli' && !f.includes('.'));
const faces = folders.filter((folder) => existsSync(join(root, 'src', folder, 'index.ts')));

describe('subpath exports', () => {
  it('are there for every pure folder', () => {
    expect(folders.filter((f) => layers[f]?.pure && !faces.includes(f))).toEqual([]);
  });

  it.skipIf(!existsSync(join(root, 'dist/.built')))('each import by the public name [needs a build]', () => {
    const script = `for (const f of ${JSON.stringify(faces)}) {
      const face = await import('auspex/' + f);
      if (Object.keys(face).length === 0) throw new Error('auspex/' + f + ' exports nothing');
    }`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

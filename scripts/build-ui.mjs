// Bundles the console (ui/ → dist/ui) and lays a .gz and a .br beside each text file, for the server to send as they are.
// Does nothing when the bundle is newer than all it is made from. The types of ui/ are checked by `npm run check`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { newest, root, time } from './setup.mjs';

const TEXT = /\.(?:html|js|css|svg)$/;

/** When the sources of the console last changed, in ms. */
export const uiSources = () =>
  Math.max(newest(join(root, 'ui')), time(join(root, 'package-lock.json')), time(join(root, 'scripts/build-ui.mjs')));

export async function buildUi() {
  const out = join(root, 'dist/ui');
  const stamp = join(out, '.built');
  if (time(stamp) >= uiSources()) return;
  const { build } = await import('vite');
  await build({ configFile: join(root, 'ui/vite.config.ts'), logLevel: 'warn' });
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !TEXT.test(entry.name)) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const text = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  }
  writeFileSync(stamp, '');
}

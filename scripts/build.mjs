// Builds dist/ from src/ (one JavaScript and one declaration file per module; tsc checks types on the way), and dist/ui
// from ui/ when that is newer than what was built of it.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildUi } from './build-ui.mjs';
import { install, root } from './setup.mjs';

await install();
const dist = join(root, 'dist');
try {
  for (const name of readdirSync(dist)) if (name !== 'ui') rmSync(join(dist, name), { recursive: true, force: true });
} catch (error) {
  if (error.code !== 'ENOENT') throw error;
}
const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
await buildUi();
writeFileSync(join(dist, '.built'), '');

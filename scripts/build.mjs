// Builds dist/ from src/: one JavaScript and one declaration file per module (tsc checks types on the way).
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

rmSync(join(root, 'dist'), { recursive: true, force: true });
const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
if (tsc.status !== 0) process.exit(tsc.status ?? 1);
writeFileSync(join(root, 'dist/.built'), '');

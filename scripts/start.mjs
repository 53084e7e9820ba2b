// `npm start [-- arguments]`: sets the clone up, then runs `auspex` with the arguments.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
const r = spawnSync(process.execPath, [join(root, 'bin/auspex'), ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(r.status ?? 1);

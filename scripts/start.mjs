// `npm start [-- arguments]`: sets the clone up, then runs `auspex` with the arguments. Without any: an overview, and the
// console in a browser until ^C (`npm start -- overview` is the overview alone, and ends).
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

await setUp();
const given = process.argv.slice(2);
const args = given.length === 0 ? ['serve', '--overview'] : given;
const child = spawn(process.execPath, [join(root, 'bin/auspex'), ...args], { stdio: 'inherit' });
// A terminal's ^C reaches the child as well; who signals only npm or us reaches it through us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void child.kill(signal));
child.on('exit', (status, signal) => process.exit(status ?? (signal ? 1 : 0)));

// The answers over a long trail: time and memory of each, and how many events a second the live view takes.
// usage: node bench/explain.mjs LOG   (after `npm start`; LOG for example shared/corpus/busy unpacked)
import { spawnSync } from 'node:child_process';
import { openSync, readSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { EventReader } from '../dist/event/index.js';
import { LiveModel } from '../dist/live/index.js';

const log = process.argv[2];
if (!log) {
  console.error('usage: node bench/explain.mjs LOG');
  process.exit(2);
}
const auspex = fileURLToPath(new URL('../bin/auspex', import.meta.url));

/** Runs a verb three times; the best time, the largest memory. */
function measure(name, ...args) {
  let best = Number.POSITIVE_INFINITY;
  let memory = 0;
  for (let i = 0; i < 3; i++) {
    const script = `const t = process.hrtime.bigint(); process.on('exit', () => console.error('@@' + JSON.stringify([Number(process.hrtime.bigint() - t) / 1e9, process.resourceUsage().maxRSS / 1024])));`;
    const run = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(script)}`, auspex, ...args, '-i', log],
      {
        maxBuffer: 1 << 30,
        encoding: 'latin1',
      },
    );
    const [seconds, mb] = JSON.parse(/@@(.*)/.exec(run.stderr)[1]);
    best = Math.min(best, seconds);
    memory = Math.max(memory, mb);
  }
  console.log(`${name.padEnd(28)} ${best.toFixed(2)} s  ${memory.toFixed(0)} MB`);
}

console.log(`node ${process.version}, Linux ${release()}, ${cpus().length} x ${cpus()[0]?.model.trim()}`);
measure('who-killed', 'who-killed');
measure('who-killed --json NAME', 'who-killed', '--json', 'bash');
measure('who-touched', 'who-touched', '/etc/passwd');
measure('tree', 'tree');
measure('tree --html', 'tree', '--html', '/dev/null');
measure('sessions', 'sessions', '--all');

const model = new LiveModel();
const reader = new EventReader((event) => model.push(event));
const fd = openSync(log, 'r');
const began = performance.now();
let frame = began;
for (;;) {
  const chunk = Buffer.allocUnsafeSlow(1 << 20);
  const got = readSync(fd, chunk);
  if (got === 0) break;
  reader.push(chunk.subarray(0, got));
  if (performance.now() - frame > 100) {
    model.settle();
    frame = performance.now();
  }
}
reader.end();
const seconds = (performance.now() - began) / 1000;
console.log(
  `live view                    ${Math.round(model.events / seconds)} events/s counted, ${model.events} of ${model.events}`,
);

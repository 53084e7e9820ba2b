// stopper.mjs stop N: begins and stops N threads, each a little later. stopper.mjs exit MS: exits with status 7 while a
// thread runs. (Terminated instead of stopped, most runs of sixty end with SIGABRT.)
import { setTimeout } from 'node:timers/promises';
import { Thread } from '../../dist/host/index.js';

const [how, number] = process.argv.slice(2);

async function begin(ms) {
  const thread = new Thread('./native-thread.mjs', import.meta.url, undefined);
  await new Promise((resolve) => thread.once('message', resolve));
  await setTimeout(ms);
  return thread;
}

if (how === 'exit') {
  await begin(Number(number));
  process.exit(7);
}
for (let i = 0; i < Number(number); i++) await (await begin((i * 7) % 60)).stop();
console.log('all ended');

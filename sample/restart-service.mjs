// Keeps a service alive: starts it, watches its process, and starts it again the moment it is killed, crashes or exits.
// Prints what ended it and on whose behalf. Needs root outside containers.
//
//   node sample/restart-service.mjs /usr/sbin/myservice --foreground
import { spawn } from 'node:child_process';
import { supervise } from 'auspex/supervise';

const command = process.argv.slice(2);
if (command.length === 0) {
  console.error('usage: node sample/restart-service.mjs COMMAND [ARGUMENTS…]');
  process.exit(2);
}

let service;
const start = () => {
  service = spawn(command[0], command.slice(1), { stdio: 'inherit' });
  service.on('error', (error) => console.error(`Cannot start ${command[0]}: ${error.message}`));
  console.error(`started ${command[0]} as pid ${service.pid}`);
};
const restart = (why) => {
  console.error(`pid ${service.pid} ${why}: restarting`);
  start();
};

const supervisor = await supervise({ scope: [] }, (event) => {
  const mine = (pid) => pid === service?.pid;
  if (event.kind === 'alarm') console.error(event.raised ? `supervision is blind: ${event.reason}` : event.reason);
  else if (event.kind === 'loss') console.error(`${event.records} records were lost`);
  else if (event.kind === 'exit' && mine(event.process.pid)) restart(`exited with ${event.status}`);
  else if (event.kind === 'crash' && mine(event.process.pid)) restart(`crashed (${event.signal})`);
  else if (event.kind === 'signal' && event.ok && event.signal === 'SIGKILL' && event.targets.some(mine))
    restart(`was killed by ${event.process.command.join(' ')} (pid ${event.process.pid}, login uid ${event.process.auid})`);
});

start();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, async () => {
    await supervisor.close();
    service.kill();
    process.exit(0);
  });

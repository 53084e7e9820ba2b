// `audisp-remote`: the plugin that sends this machine's records to another machine's auditd (src/remote/client.ts).

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { AuditError } from '../base/error.ts';
import type { World } from '../daemon/world.ts';
import { makeFolder } from '../host/files.ts';
import { RemoteClient } from '../remote/client.ts';
import { type ClientConfig, readClientConfig } from '../remote/client-config.ts';
import { QueueFile } from '../remote/queue-file.ts';
import { MemoryStore } from '../remote/store.ts';
import { type PluginProgram, runPlugin } from './plugin.ts';

const FILE = '/etc/audit/audisp-remote.conf';
/** How long records that wait may take to go out when the daemon ends, in milliseconds. */
const PATIENCE = 1500;

function configuration(file: string): ClientConfig {
  const { config, problems } = readClientConfig(readFileSync(file, 'utf8'), file);
  if (problems[0]) throw problems[0];
  return config;
}

function start(world: World): PluginProgram {
  const file = process.argv[2] ?? FILE;
  const config = configuration(file);
  const store = config.mode === 'forward' ? openQueue(config) : new MemoryStore(config.queue_depth);
  const client = new RemoteClient(config, store, {
    act: ({ kind, script }, why) => {
      if (kind === 'exec') void world.script(script).then((fault) => fault && world.log('error', fault));
      else if (kind === 'single' || kind === 'halt') world.runLevel(kind);
      else world.log('warning', why);
    },
    stopped: (why) => {
      world.log('error', `stopping: ${why}`);
      if (store instanceof QueueFile) store.close();
      process.exit(1);
    },
  });
  client.start();
  return {
    record: (text) => client.push(text),
    end: () => {},
    reload: () => client.reconnect(),
    resume: () => client.resume(),
    report: () => world.log('info', `sent ${client.sent}, waiting ${store.length}, dropped ${client.dropped}`),
    stop: async () => {
      await client.stop(PATIENCE);
      if (store instanceof QueueFile) store.close();
      else if (store.length > 0)
        world.log('error', `${store.length} records could not be sent before the end; use mode = forward to keep them`);
    },
  };
}

function openQueue(config: ClientConfig): QueueFile {
  try {
    makeFolder(dirname(config.queue_file));
  } catch (cause) {
    throw new AuditError(
      'queue',
      `Cannot make the folder of queue_file ${config.queue_file}: ${(cause as Error).message}`,
      { cause },
    );
  }
  return new QueueFile(config.queue_file, config.queue_depth);
}

const USAGE = '[FILE]\n\nSends records to another machine, as FILE says (/etc/audit/audisp-remote.conf).';

export const main = () => runPlugin('audisp-remote', USAGE, start);

// The daemon's ear for other machines: tcp_listen_port and its settings made into a RemoteServer.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { type Limits, RemoteServer, type ServerHooks } from '../remote/server.ts';
import { identitiesOf, readKeys, tlsServer } from '../remote/tls.ts';
import type { DaemonConfig } from './config.ts';

export interface Listener {
  readonly server: RemoteServer;
  /**
   * Takes new limits for clients, reads the keys and the list of allowed clients again, and closes the connections of
   * those no longer on it. The port, its queue and how it is secured stay as they were (auditd.conf(5)).
   */
  readonly reload: (config: DaemonConfig) => void;
}

/** Listens as configured; `node` tells the name that this machine's own records carry now. Throws AuditError when the port
 * is taken or a key cannot be used. */
export async function openListener(config: DaemonConfig, hooks: ServerHooks, node: () => string): Promise<Listener> {
  const tls = config.transport === 'tls';
  const psk = tls && config.tls_auth === 'psk';
  let keys: ReadonlyMap<string, Buffer> = psk ? readKeys(config, config.tls_allowed_clients) : new Map();
  // Without TLS nobody proves to be one that the settings name: then it is nobody's name.
  const identities = tls ? [] : identitiesOf(config, config.tls_allowed_clients);
  const server = new RemoteServer(
    {
      port: config.tcp_listen_port,
      backlog: config.tcp_listen_queue,
      ...limitsOf(config),
      own: () => [...ownNames(config, node()), ...identities],
      written: config.write_logs ? endOf(config.log_file) : [],
      ...(tls ? { secure: (listener, refused) => tlsServer(config, () => keys, listener, refused) } : {}),
    },
    hooks,
  );
  await server.start();
  const reload = (now: DaemonConfig) => {
    server.limit(limitsOf(now));
    if (!psk) return;
    keys = readKeys(config, config.tls_allowed_clients);
    server.evict((identity) => keys.has(identity));
  };
  return { server, reload };
}

/** What this machine is called, by any setting of name_format: no peer may be called so. */
function ownNames(config: DaemonConfig, node: string): string[] {
  const host = hostname();
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  const names = [node, host, host.split('.')[0]!, config.name, 'localhost'];
  return [...names, ...(node !== '' && addresses.includes(node) ? addresses : [])];
}

const limitsOf = (config: DaemonConfig): Limits => ({
  maxPerAddress: config.tcp_max_per_addr,
  clientPorts: config.tcp_client_ports,
  maxIdle: config.tcp_client_max_idle,
});

/** The last MiB of the log as lines, the first perhaps torn; none when it cannot be read. */
function endOf(path: string): readonly string[] {
  try {
    const fd = openSync(path, 'r');
    try {
      const { size } = fstatSync(fd);
      const bytes = Buffer.alloc(Math.min(size, 1 << 20));
      const got = readSync(fd, bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString('latin1', 0, got).split('\n');
    } finally {
      closeSync(fd);
    }
  } catch {
    return [];
  }
}

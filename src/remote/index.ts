// The public face of remote (`auspex/remote`): the protocol, its two ends, the queue on disk.
export * from './client.ts';
export * from './client-config.ts';
export * from './protocol.ts';
export * from './queue-file.ts';
export * from './server.ts';
export * from './store.ts';
export * from './tls.ts';
export * from './tls-settings.ts';

// The public face of dispatch (`auspex/dispatch`): plugins' configuration, processes and wire formats.
export type * from './batch.ts';
export * from './dispatcher.ts';
export * from './plugin.ts';
export * from './plugin-config.ts';
export * from './wire.ts';

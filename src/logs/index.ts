// The public face of logs (`auspex/logs`).
export * from './config.ts';
export * from './files.ts';
export * from './follow.ts';
export * from './journal.ts';
export * from './read.ts';
export * from './rotate.ts';
export * from './span.ts';
export * from './writer.ts';

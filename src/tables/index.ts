// The public face of tables (`auspex/tables`).
export * from './arch.ts';
export * from './calls.ts';
export * from './errno.ts';
export * from './perms.ts';
export * from './record-ranges.ts';
export * from './records.ts';
export * from './signals.ts';
export * from './syscalls.ts';
export { type Table, table } from './table.ts';
export * from './words.ts';

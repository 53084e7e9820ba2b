// The public face of record (`auspex/record`).
export * from './fields.ts';
export * from './journal.ts';
export * from './lines.ts';
export * from './parse.ts';
export * from './record.ts';
export * from './syscall.ts';
export * from './unread.ts';
export { UNREAD_KINDS, type UnreadKind, unreadKind } from './unread-kinds.ts';
export * from './value.ts';

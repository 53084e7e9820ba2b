// The public face of base (`auspex/base`).
export * from './bytes.ts';
export * from './error.ts';
export * from './event-id.ts';
export * from './extremes.ts';
export * from './harm.ts';
export * from './hex.ts';
export * from './ids.ts';
export * from './memo.ts';
export * from './moment.ts';
export * from './nearest.ts';
export * from './oldest.ts';
export * from './queue.ts';
export * from './range.ts';
export * from './settings.ts';
export * from './strftime.ts';
export * from './terminal.ts';
export type * from './types.ts';
export * from './visible.ts';

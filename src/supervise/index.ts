// The public face of supervise (`auspex/supervise`).
export * from './live-processes.ts';
export * from './live-reader.ts';
export * from './rules.ts';
export * from './session.ts';
export * from './supervise.ts';

// The public face of web (`auspex/web`).
export * from './app.ts';
export type * from './console.ts';
export type * from './contract.ts';
export * from './guard.ts';
export * from './limits.ts';
export * from './listen.ts';
export * from './live-hub.ts';
export * from './openapi.ts';
export { ThreadDesk } from './questions/thread-desk.ts';
export * from './sessions.ts';
export * from './static.ts';

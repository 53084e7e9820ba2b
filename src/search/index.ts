// The public face of search (`auspex/search`).
export { filesOfTrails } from './files.ts';
export * from './search.ts';
export { trailTally } from './unread.ts';

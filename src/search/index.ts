// The public face of search (`auspex/search`).
export * from './search.ts';
export { trailTally } from './unread.ts';

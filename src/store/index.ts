// The public face of store (`auspex/store`). DuckDB is loaded when a DuckDB store is opened, not before.
export * from './duckdb.ts';
export type { OpenOptions } from './duckdb-open.ts';
export * from './export.ts';
export * from './feed.ts';
export * from './follow.ts';
export { type Ingested, type IngestOptions, ingest, ingestLog } from './ingest.ts';
export * from './judge.ts';
export * from './judge-threads.ts';
export * from './memory.ts';
export * from './row.ts';
export * from './selected.ts';
export * from './sql.ts';
export * from './store.ts';

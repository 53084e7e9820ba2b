// Puts a log into a DuckDB store and asks what a console asks: time, memory, size, and medians of queries.
// usage: node bench/store.mjs LOG   (after `npm start`)
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseExpression } from '../dist/query/index.js';
import { duckStore, ingest } from '../dist/store/index.js';

const log = process.argv[2];
const dir = mkdtempSync(join(tmpdir(), 'auspex-bench-'));
const file = join(dir, 'store.duckdb');
const round = (n) => Math.round(n * 10) / 10;
const median = async (work) => {
  const times = [];
  for (let i = 0; i < 9; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return round(times.sort((a, b) => a - b)[4]);
};
try {
  const start = performance.now();
  const writer = await duckStore(file);
  const { events, bytes } = await ingest(writer, [log], { now: Date.now() / 1000 });
  await writer.close();
  const ingestSeconds = round((performance.now() - start) / 1000);
  const peakMB = round(process.resourceUsage().maxRSS / 1000);
  const store = await duckStore(file, { readOnly: true });
  const size = statSync(file).size;
  const [newest] = (await store.query({ limit: 1 })).events;
  const middle = newest.seq >> 1;
  const predicate = parseExpression('success r= no');
  const result = {
    node: process.version,
    cpu: `${cpus().length} x ${cpus()[0].model}`,
    events,
    bytes,
    ingestSeconds,
    peakMB,
    storeBytes: size,
    shareOfLog: round((size / bytes) * 100) / 100,
    facetMs: await median(() => store.facet('exe', 20)),
    histogramMs: await median(() => store.histogram({ seconds: 1 })),
    facetFilteredMs: await median(() => store.facet('syscall', 20, { columns: { outcome: 'failed' } })),
    pageMs: await median(() => store.query({ limit: 100 })),
    deepPageMs: await median(() => store.query({ limit: 100, before: middle })),
    pageByColumnMs: await median(() => store.query({ limit: 100, columns: { exe: newest.columns.exe } })),
    pageByExpressionMs: await median(() => store.query({ limit: 100, predicate })),
  };
  await store.close();
  console.log(JSON.stringify(result, null, 2));
} finally {
  rmSync(dir, { recursive: true });
}

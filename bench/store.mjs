// Puts a log into a DuckDB store and asks what a console asks: time, memory, size, and medians of queries. Then live: the
// same log at 10,000 events a second through feed(), while a page and a facet are asked twice a second; what was stored is
// counted against the log's own stamps.
// usage: node bench/store.mjs LOG [SECONDS [OUT]]   (after `npm start`)
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseExpression } from '../dist/query/index.js';
import { duckStore, feed, ingest } from '../dist/store/index.js';

const log = process.argv[2];
const seconds = Number(process.argv[3] ?? 20);
const RATE = 10_000;
const dir = mkdtempSync(join(tmpdir(), 'auspex-bench-'));
const round = (n) => Math.round(n * 10) / 10;
const middle = (times) => round(times.sort((a, b) => a - b)[times.length >> 1]);
const timed = async (work) => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const median = async (work) => {
  const times = [];
  for (let i = 0; i < 9; i++) times.push(await timed(work));
  return middle(times);
};

async function stored(file) {
  const before = process.cpuUsage();
  const start = performance.now();
  const writer = await duckStore(file);
  const { events, bytes } = await ingest(writer, [log], { now: Date.now() / 1000 });
  await writer.close();
  const { user, system } = process.cpuUsage(before);
  const storeBytes = statSync(file).size;
  return {
    events,
    bytes,
    ingestSeconds: round((performance.now() - start) / 1000),
    ingestCpuSeconds: round((user + system) / 1e6),
    peakMB: round(process.resourceUsage().maxRSS / 1000),
    storeBytes,
    shareOfLog: Math.round((storeBytes / bytes) * 1000) / 1000,
  };
}

async function asked(file) {
  const store = await duckStore(file, { readOnly: true });
  const [newest] = (await store.query({ limit: 1 })).events;
  const half = newest.seq >> 1;
  const failed = parseExpression('success r= no');
  const rare = parseExpression('name r= "/etc/passwd"');
  const columns = { exe: newest.columns.exe };
  const answers = {
    facetMs: await median(() => store.facet('exe', 20)),
    facetFilteredMs: await median(() => store.facet('syscall', 20, { columns: { outcome: 'failed' } })),
    histogramMs: await median(() => store.histogram({ seconds: 1 })),
    histogramByKindMs: await median(() => store.histogram({ seconds: 1, by: 'kind' })),
    aggregateMs: await median(() => store.aggregate({ by: ['exe', 'auid'], limit: 20 })),
    pageMs: await median(() => store.query({ limit: 100 })),
    deepPageMs: await median(() => store.query({ limit: 100, before: half })),
    pageByTimeMs: await median(() => store.query({ limit: 100, order: 'time' })),
    pageByColumnMs: await median(() => store.query({ limit: 100, columns })),
    pageByExpressionMs: await median(() => store.query({ limit: 100, predicate: failed })),
    pageByRareExpressionMs: await median(() => store.query({ limit: 100, predicate: rare })),
    facetByExpressionMs: await median(() => store.facet('exe', 20, { predicate: failed })),
  };
  await store.close();
  return answers;
}

/** The log's bytes as they would come at the rate, by the clock; `stamps` takes in whose they are. */
async function* paced(bytesAnEvent, stamps, facts) {
  const fd = openSync(log, 'r');
  const start = performance.now();
  try {
    for (let at = 0; performance.now() - start < seconds * 1000; ) {
      const due = Math.ceil((((performance.now() - start) / 1000) * RATE - stamps.size) * bytesAnEvent);
      const buffer = Buffer.alloc(Math.min(Math.max(due, 16_384), 1 << 22));
      const got = readSync(fd, buffer, 0, buffer.length, at);
      if (got === 0) break;
      const chunk = buffer.subarray(0, buffer.lastIndexOf(10, got - 1) + 1);
      at += chunk.length;
      for (const [, stamp] of chunk.toString('latin1').matchAll(/ msg=audit\(([^)]*)\)/g)) stamps.add(stamp);
      const late = ((performance.now() - start) / 1000) * RATE - stamps.size;
      facts.behindMs = Math.max(facts.behindMs, (late / RATE) * 1000);
      facts.rss = Math.max(facts.rss, process.memoryUsage.rss());
      if (chunk.length > 0) yield chunk;
      if (due <= 0) await sleep(5);
      await sleep(10);
    }
  } finally {
    closeSync(fd);
  }
}

async function live(file, bytesAnEvent) {
  const store = await duckStore(file);
  const stamps = new Set();
  const facts = { behindMs: 0, rss: 0 };
  const rssBefore = process.memoryUsage.rss();
  const pages = [];
  const facets = [];
  const seen = [];
  let given = performance.now();
  store.watch(() => seen.push(performance.now() - given));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const before = process.cpuUsage();
  let open = true;
  const asking = (async () => {
    while (open) {
      pages.push(await timed(() => store.query({ limit: 100 })));
      facets.push(await timed(() => store.facet('exe', 20)));
      await sleep(500);
    }
  })();
  const start = performance.now();
  const source = (async function* () {
    for await (const chunk of paced(bytesAnEvent, stamps, facts)) {
      given = performance.now();
      yield chunk;
    }
  })();
  const fed = await feed(store, source);
  const took = (performance.now() - start) / 1000;
  open = false;
  await asking;
  delay.disable();
  const { user, system } = process.cpuUsage(before);
  const count = await store.count();
  await store.close();
  return {
    seconds: round(took),
    eventsASecond: Math.round(fed.events / took),
    events: stamps.size,
    stored: count,
    lost: stamps.size - count,
    batches: fed.batches,
    longestBehindMs: round(facts.behindMs),
    pageMs: middle(pages),
    facetMs: middle(facets),
    eventLoopP99Ms: round(delay.percentile(99) / 1e6),
    eventLoopMaxMs: round(delay.max / 1e6),
    cpuShare: round((user + system) / 1e6 / took),
    rssBeforeMB: round(rssBefore / 1e6),
    rssPeakMB: round(facts.rss / 1e6),
    storeBytes: statSync(file).size,
  };
}

async function shrunk(file) {
  const store = await duckStore(file);
  const deleted = await store.retain({ bytes: 50 << 20 });
  await store.close();
  return { keptTextBytes: 50 << 20, deleted, storeBytes: statSync(file).size };
}

try {
  const file = join(dir, 'store.duckdb');
  const about = { node: process.version, kernel: release(), cpu: `${cpus().length} x ${cpus()[0].model}` };
  const load = loadavg().map(round);
  const ingested = await stored(file);
  const result = {
    ...about,
    load,
    ...ingested,
    ...(await asked(file)),
    retain: await shrunk(file),
    live: await live(join(dir, 'live.duckdb'), ingested.bytes / ingested.events),
    loadAfter: loadavg().map(round),
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  if (process.argv[4]) writeFileSync(process.argv[4], text);
  console.log(text);
} finally {
  rmSync(dir, { recursive: true });
}

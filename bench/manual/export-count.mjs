// Holds what `auspex export` wrote of a log against a count of the log's own text, which knows nothing of stores: events
// are its different stamps, records its lines, and the lines of all events together are as long as the log.
// usage: node bench/manual/export-count.mjs LOG FILE.parquet|FILE.csv|FILE.arrow ...
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';

const [log, ...files] = process.argv.slice(2);
const stamps = new Set();
const want = { events: 0, records: 0, bytes: 0 };
for await (const line of createInterface({ input: createReadStream(log, 'latin1') })) {
  stamps.add(/msg=audit\(([^)]*)\)/.exec(line)?.[1]);
  want.records++;
  want.bytes += line.length + 1;
}
want.events = stamps.size;
console.log('log', JSON.stringify(want));

async function counted(file) {
  if (file.endsWith('.arrow')) {
    const got = { events: 0, records: 0, bytes: 0 };
    for (const raw of tableFromIPC(readFileSync(file)).getChild('raw')) {
      got.events++;
      got.records += raw.split('\n').length;
      got.bytes += raw.length + 1;
    }
    return got;
  }
  const from = file.endsWith('.csv') ? `read_csv('${file}', header = true, all_varchar = true)` : `'${file}'`;
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const sql = `SELECT count(*)::BIGINT, sum(len(string_split(raw, chr(10))))::BIGINT, sum(length(raw) + 1)::BIGINT FROM ${from}`;
  const [[events, records, bytes]] = (await connection.runAndReadAll(sql)).getRows();
  return { events: Number(events), records: Number(records), bytes: Number(bytes) };
}

for (const file of files) {
  const got = await counted(file);
  const same = JSON.stringify(got) === JSON.stringify(want);
  console.log(same ? 'same' : 'DIFFERS', file, JSON.stringify(got));
  if (!same) process.exitCode = 1;
}

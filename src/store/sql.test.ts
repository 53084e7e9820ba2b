// What a person's SQL may and may not do.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEvents } from '../event/index.ts';
import { fieldsOf, typeText } from '../record/record.ts';
import { askStore, duckStore } from './index.ts';

const events = readEvents([readFileSync(fileURLToPath(new URL('../../sample/audit.log', import.meta.url)))]);
const dir = mkdtempSync(join(tmpdir(), 'auspex-sql-'));
const file = join(dir, 'store.duckdb');
const other = join(dir, 'other');
beforeAll(async () => {
  const store = await duckStore(file);
  await store.append(events);
  await store.close();
});
afterAll(() => rmSync(dir, { recursive: true }));

describe('askStore', () => {
  it('answers', async () => {
    const { names, rows } = await askStore(file, 'SELECT count(*) AS n, sum(length(records)) AS r FROM events');
    expect(names).toEqual(['n', 'r']);
    const records = events.reduce((sum, event) => sum + event.records.length, 0);
    expect(rows[0]!.map(Number)).toEqual([events.length, records]);
  });

  it('nests records and their fields', async () => {
    const sql = 'SELECT records[1].type, records[1].fields[1].name, records[1].fields[1].value FROM events LIMIT 1';
    const { rows } = await askStore(file, sql);
    const field = fieldsOf(events[0]!.records[0]!)[0]!;
    expect(rows[0]).toEqual([typeText(events[0]!.records[0]!), field.name, field.value]);
  });

  it.each([
    `COPY (SELECT 1) TO '${other}'`,
    `EXPORT DATABASE '${other}'`,
    `ATTACH '${other}'`,
    `SELECT 1; COPY (SELECT 1) TO '${other}'`,
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    'SET enable_external_access = true',
    "SET memory_limit = '90GB'",
    'INSTALL httpfs',
    'DELETE FROM event',
    'CREATE TABLE mine (a INTEGER)',
    'CREATE TEMP TABLE mine AS SELECT 1',
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM read_blob('/etc/passwd')",
    'LOAD httpfs',
    "INSTALL '/tmp/x.duckdb_extension'",
    'RESET enable_external_access',
    'SET lock_configuration = false',
    "PRAGMA database_list; ATTACH ':memory:' AS m",
    "SELECT * FROM parquet_scan('https://127.0.0.1:1/a')",
    'CHECKPOINT',
    'UPDATE meta SET version = 0',
    'DROP VIEW events',
    `EXPLAIN ANALYZE COPY (SELECT 1) TO '${other}'`,
  ])('refuses %s', async (sql) => {
    await expect(askStore(file, sql)).rejects.toMatchObject({ code: 'sql' });
    expect(existsSync(other)).toBe(false);
  });
});

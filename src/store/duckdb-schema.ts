// The tables of the DuckDB store; explained in docs/store.md. The version goes up with every change that an older
// program would misread; `MIGRATIONS` then gets an entry.

import { FACETS, NUMBERS } from './store.ts';

export const SCHEMA_VERSION = 2;

/** What leads from a version to the next; a store that is opened for writing takes all it lacks, in one transaction.
 * Each keeps what readers of the version before use, so that an older store can be read without. */
export const MIGRATIONS: Readonly<Record<number, string>> = {
  // The next seq was the highest plus one: after everything had been deleted, seqs came again.
  1: 'ALTER TABLE meta ADD COLUMN next BIGINT; UPDATE meta SET next = (SELECT coalesce(max(seq), 0) + 1 FROM event);',
};

const NAME = "regexp_extract(line, '^(?:node=\\S* )?type=(\\S*)', 1)";
const FIELD = '\'([A-Za-z0-9_-]+)=("[^"]*"|[^ ]*)\'';
const BODY = "regexp_extract(line, 'msg=audit\\([^)]*\\): ?(.*)$', 1)";

/** What makes a new database a store. */
export const SCHEMA = `
CREATE TABLE meta (version INTEGER, next BIGINT);
INSERT INTO meta VALUES (${SCHEMA_VERSION}, 1);
CREATE TABLE source (id VARCHAR PRIMARY KEY, path VARCHAR, device VARCHAR, inode VARCHAR, "offset" BIGINT, head VARCHAR,
  head_length INTEGER);
CREATE TABLE waiting (line VARCHAR);
CREATE TABLE event (seq BIGINT, sec BIGINT, ms BIGINT, serial BIGINT, types VARCHAR, size BIGINT,
  ${FACETS.map((name) => `${name} VARCHAR`).join(', ')}, ${NUMBERS.map((name) => `${name} BIGINT`).join(', ')},
  raw VARCHAR USING COMPRESSION zstd);
CREATE VIEW events AS SELECT seq, CASE WHEN sec BETWEEN 0 AND 253402300799 THEN make_timestamp_ms(sec * 1000 + ms) END AS time,
  sec, ms, serial, ${FACETS.join(', ')}, ${NUMBERS.join(', ')}, raw,
  list_transform(string_split(raw, chr(10)), lambda line: {'type': ${NAME}, 'raw': line,
    'fields': list_transform(list_zip(regexp_extract_all(${BODY}, ${FIELD}, 1), regexp_extract_all(${BODY}, ${FIELD}, 2)),
      lambda pair: {'name': pair[1], 'value': pair[2]})}) AS records
  FROM event;
`;

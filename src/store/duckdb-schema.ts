// The tables of the DuckDB store; explained in docs/store.md. The version goes up with every change that an older
// program would misread.

import { FACETS, NUMBERS } from './store.ts';

export const SCHEMA_VERSION = 1;

const NAME = "regexp_extract(line, '^(?:node=\\S* )?type=(\\S*)', 1)";
const FIELD = '\'([A-Za-z0-9_-]+)=("[^"]*"|[^ ]*)\'';
const BODY = "regexp_extract(line, 'msg=audit\\([^)]*\\): ?(.*)$', 1)";

/** What makes a new database a store. */
export const SCHEMA = `
CREATE TABLE meta (version INTEGER);
INSERT INTO meta VALUES (${SCHEMA_VERSION});
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

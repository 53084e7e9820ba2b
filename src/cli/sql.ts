// `auspex sql "SELECT …"`: a question to the store, answered as a table or as JSON.
import { AuditError, fromUtf8, largest, safeText, utf8, visible } from '../base/index.ts';
import { askStore } from '../store/index.ts';
import { printJson } from './asking.ts';
import type { Io } from './io.ts';
import { helpText, optionTable, parseOptions, usage } from './options.ts';
import { DB_OPTION, storePath } from './store-options.ts';

const table = optionTable({
  tool: 'auspex sql',
  summary: 'Asks the store in SQL (DuckDB’s). It only reads, and can reach no other file.',
  usage: ['[options] "SELECT …"'],
  options: [
    DB_OPTION,
    { name: 'json', forms: ['--json'], help: 'one JSON object a row' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: [
    'The view `events` has a row for each event; docs/store.md explains its columns.',
    'Example: auspex sql "SELECT exe, count(*) AS n FROM events WHERE outcome = \'failed\' GROUP BY exe ORDER BY n DESC"',
  ],
  words: 1,
});

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = parseOptions(table, argv);
  if (line.has('help')) {
    io.out(fromUtf8(helpText(table)));
    return 0;
  }
  const [sql] = line.words;
  if (sql === undefined) throw usage(table, 'say what to ask');
  const answer = await askStore(storePath(line.value('db')), fromUtf8(sql)).catch((error) => {
    if (!(error instanceof AuditError)) throw error;
    throw new AuditError(error.code, shown(error.message), { cause: error, lines: true });
  });
  const names = answer.names.map(shown);
  const rows = answer.rows.map((row) => row.map(shownIn));
  if (line.has('json')) {
    for (const row of rows) printJson(io, Object.fromEntries(names.map((name, i) => [name, row[i]])));
    return 0;
  }
  const cells = [names, ...rows.map((row) => row.map(cell))].map((row) =>
    row.map((text) => safeText(fromUtf8(String(text)))),
  );
  const widths = names.map((_, i) => largest(cells.map((row) => utf8(fromUtf8(row[i]!)).length)));
  for (const row of cells)
    io.out(
      fromUtf8(
        `${row
          .map((text, i) => text.padEnd(widths[i]!))
          .join('  ')
          .trimEnd()}\n`,
      ),
    );
  return 0;
}

/** The store's text is a log's bytes, one character each: they are shown as docs/json.md says. What SQL itself brings
 * (`bar()`) is Unicode already. */
const shown = (text: string): string => text.replace(/[\0-\xff]+/g, visible);

/** The same for every text in a value. */
function shownIn(value: unknown): unknown {
  if (typeof value === 'string') return shown(value);
  if (Array.isArray(value)) return value.map(shownIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [shown(name), shownIn(one)]));
}

const cell = (value: unknown): string =>
  value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

// `auspex sql "SELECT …"`: a question to the store, answered as a table or as JSON.
import { fromUtf8, jsonText, safeText, utf8 } from '../base/index.ts';
import { askStore } from '../store/index.ts';
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
  const { names, rows } = await askStore(storePath(line.value('db')), sql);
  if (line.has('json')) {
    for (const row of rows)
      io.out(fromUtf8(`${jsonText(Object.fromEntries(names.map((name, i) => [name, row[i]])))}\n`));
    return 0;
  }
  const cells = [names, ...rows.map((row) => row.map(cell))].map((row) => row.map((text) => safeText(String(text))));
  const widths = names.map((_, i) => Math.max(...cells.map((row) => utf8(fromUtf8(row[i]!)).length)));
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

const cell = (value: unknown): string =>
  value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

// `auspex export --parquet|--csv|--arrow FILE`: the store's events for other programs.
import { fromUtf8, oneLine } from '../base/index.ts';
import { type ExportFormat, exportStore } from '../store/index.ts';
import type { Io } from './io.ts';
import { helpText, optionTable, parseOptions, usage } from './options.ts';
import { DB_OPTION, storePath } from './store-options.ts';

const table = optionTable({
  tool: 'auspex export',
  summary: 'Writes the events of the store to FILE, for other programs.',
  usage: ['--parquet FILE', '--csv FILE', '--arrow FILE'],
  options: [
    { name: 'parquet', forms: ['--parquet'], value: 'FILE', help: 'Parquet, zstd, records nested' },
    {
      name: 'csv',
      forms: ['--csv'],
      value: 'FILE',
      help: 'CSV with a header, without the nested records; safe for spreadsheets',
    },
    { name: 'arrow', forms: ['--arrow'], value: 'FILE', help: 'Arrow IPC file, records nested' },
    DB_OPTION,
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  words: 0,
});

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line = parseOptions(table, argv);
  if (line.has('help')) {
    io.out(fromUtf8(helpText(table)));
    return 0;
  }
  const formats = (['parquet', 'csv', 'arrow'] as const satisfies readonly ExportFormat[]).filter((f) => line.has(f));
  const [format] = formats;
  if (format === undefined || formats.length > 1) throw usage(table, 'say one format: --parquet, --csv, --arrow');
  const to = line.value(format)!;
  const events = await exportStore(storePath(line.value('db')), to, format);
  io.err(fromUtf8(`${events} events written to ${oneLine(to)}\n`));
  return 0;
}

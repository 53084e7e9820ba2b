// The printer of a format of `auspex search`, loaded with what it needs and nothing else.

import type { Accounts } from '../base/types.ts';
import { isTerminal, localTime, ownPaint } from '../host/index.ts';
import type { InterpretContext } from '../interpret/index.ts';
import type { FilesOf } from '../paths/index.ts';
import type { EventPrinter } from '../print/printer.ts';
import type { SearchFormat } from './search-options.ts';

export interface PrintOptions {
  readonly accounts: () => Accounts;
  readonly colours: boolean;
  /** The paths of an event's files. */
  readonly files: FilesOf;
}

/** Interpretation without escapes: the printers make text safe in their own ways. */
async function plainContext(accounts: Accounts): Promise<InterpretContext> {
  const { interpretContext } = await import('../interpret/index.ts');
  return interpretContext({ accounts, escape: 'raw' });
}

/** A sentence an event, in one line: a newline in a value must not begin a second, forged one. */
const oneLineEach =
  (print: EventPrinter): EventPrinter =>
  (event) =>
    `${print(event).slice(0, -1).replaceAll('\n', '\\012')}\n`;

/** The printer of a format; `colours` are for the format made for people. */
export async function printerOf(
  format: SearchFormat,
  { accounts, colours, files }: PrintOptions,
): Promise<EventPrinter> {
  if (format === 'raw') return (await import('../print/raw.ts')).rawPrinter;
  const context = await plainContext(accounts());
  const { ISO_DATES, shownPrinter } = await import('../print/shown.ts');
  const dates = { localTime, locale: ISO_DATES };
  switch (format) {
    case 'json':
      return (await import('../print/json.ts')).jsonPrinter(context, files);
    case 'text':
      return oneLineEach((await import('../print/text.ts')).textPrinter({ context, dates, files }));
    case 'csv':
      return (await import('../print/csv-safe.ts')).safeCsvPrinter(context, dates, isTerminal(1), files);
    case 'ecs':
      return (await import('../print/ecs.ts')).ecsPrinter(context, files);
    case 'ocsf':
      return (await import('../print/ocsf.ts')).ocsfPrinter(context, files);
    default:
      return shownPrinter({ context, localTime, paint: ownPaint(colours), files });
  }
}

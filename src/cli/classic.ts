// What the small classic tools share: reading the options, --help, and errors as exit status 1.

import { fromUtf8 } from '../base/bytes.ts';
import { type AuditError, failedOperation } from '../base/error.ts';
import { eventFaults } from '../host/faults.ts';
import type { Io } from './io.ts';
import { helpText, type OptionTable, type Parsed, parseOptions } from './options.ts';

/** Runs `work` with the options of a command line; resolves to the exit status. `usage` is printed after an option
 * that cannot be read. */
export async function runClassic<Name extends string>(
  { options, usage }: { readonly options: OptionTable<Name | 'help'>; readonly usage: string },
  argv: readonly string[],
  io: Io,
  work: (given: Parsed<Name | 'help'>) => Promise<number>,
): Promise<number> {
  let given: Parsed<Name | 'help'>;
  try {
    given = parseOptions(options, argv);
  } catch (error) {
    io.err(`${fromUtf8((error as AuditError).message)}\n${usage}`);
    return 1;
  }
  if (given.has('help')) {
    io.out(fromUtf8(helpText(options)));
    return 0;
  }
  try {
    const status = await work(given);
    return eventFaults.end() ? status || 1 : status;
  } catch (error) {
    io.err(`${fromUtf8(failedOperation(error).message)}\n`);
    return 1;
  }
}

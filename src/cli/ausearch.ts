// ausearch(8): searches the trail by options and prints the events it finds.

import type { AuditError } from '../base/error.ts';
import type { Request } from './ausearch-request.ts';
import { processIo } from './io.ts';
import { INTERFACE } from './version.ts';

export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.exitCode = await run(argv);
}

async function run(argv: readonly string[]): Promise<number> {
  if (argv[0] === '-v' || argv[0] === '--version') return version();
  const { usageText } = await import('./ausearch-options.ts');
  if (argv.length === 0) {
    processIo.out(usageText());
    return 1;
  }
  const { readRequest } = await import('./ausearch-request.ts');
  let request: Request | 'help' | 'version';
  try {
    request = readRequest(argv);
  } catch (error) {
    processIo.err(`${Buffer.from((error as AuditError).message).toString('latin1')}\n`);
    return 1;
  }
  if (request === 'help') {
    processIo.out(usageText());
    return 0;
  }
  if (request === 'version') return version();
  const { searchTrail } = await import('./ausearch-run.ts');
  return searchTrail(request);
}

function version(): number {
  processIo.out(`ausearch version ${INTERFACE}\n`);
  return 0;
}

// aureport(8): reports and summaries of the trail.

import type { AuditError } from '../base/error.ts';
import { usageText } from './aureport-options.ts';
import { type Request, readRequest } from './aureport-request.ts';
import { processIo } from './io.ts';

/** The version whose interface this is. */
const INTERFACE = '4.2.2';

export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  process.exitCode = await run(argv);
}

async function run(argv: readonly string[]): Promise<number> {
  let request: Request | 'help' | 'version';
  try {
    request = readRequest(argv);
  } catch (error) {
    processIo.err(`${Buffer.from((error as AuditError).message).toString('latin1')}\n`);
    processIo.out(usageText());
    return 1;
  }
  if (request === 'help') {
    processIo.out(usageText());
    return 0;
  }
  if (request === 'version') {
    processIo.out(`aureport version ${INTERFACE}\n`);
    return 0;
  }
  const { runReport } = await import('./aureport-run.ts');
  return runReport(request);
}

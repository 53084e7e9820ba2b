// auditloginfo: what a login did, summed up; `auspex summary` under its classic name.

import { fromUtf8 } from '../base/bytes.ts';
import { failedOperation } from '../base/error.ts';
import { processIo } from './io.ts';
import { runClassic } from './summary.ts';

export async function main(argv: readonly string[] = process.argv.slice(2)): Promise<void> {
  try {
    process.exitCode = await runClassic(argv, processIo);
  } catch (error) {
    const { code, message } = failedOperation(error);
    processIo.err(`${fromUtf8(message)}\n`);
    process.exitCode = code === 'usage' ? 2 : 1;
  }
}

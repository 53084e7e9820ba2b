// auditctl(8): control of the kernel's audit system: status, limits, rules, messages. Only what a command needs is loaded:
// `-s` asks the kernel and knows no rules, `-l -i` alone needs the interpreter.

import { fromUtf8 } from '../base/bytes.ts';
import { AuditError } from '../base/error.ts';
import { openClient } from '../kernel/client.ts';
import type { Control } from './auditctl-run.ts';
import { lockOfLoginuid, statusText } from './auditctl-status.ts';
import { processIo } from './io.ts';

export async function main(): Promise<void> {
  const argv = process.argv.slice(2).map((word) => fromUtf8(word));
  const [command, option, more] = argv;
  const status = command === '-s' && (option === undefined || option === '-i') && more === undefined;
  if (status && printStatus(option === '-i')) return;
  const { run } = await import('./auditctl-line.ts');
  process.exitCode = run(argv, processIo, await interpreted(argv));
}

/** Prints the status; false when that failed, so that the whole tool tries again and says why. */
function printStatus(interpret: boolean): boolean {
  try {
    const client = openClient();
    const text = statusText(client.status(), lockOfLoginuid(client), interpret);
    client.close();
    processIo.out(text);
    return true;
  } catch (error) {
    if (error instanceof AuditError) return false;
    throw error;
  }
}

/** What only `-l -i` needs. */
async function interpreted([command, ...rest]: readonly string[]): Promise<Partial<Control>> {
  if (command !== '-l' || !rest.includes('-i')) return {};
  const [{ argumentReader }, { systemAccounts }] = await Promise.all([
    import('../policy/arguments.ts'),
    import('../host/accounts.ts'),
  ]);
  return { argument: argumentReader(systemAccounts()) };
}

// autrace(8): runs a program with rules on its process id; the records are in the daemon's log. `auspex trace` shows
// them at once, follows the whole tree and needs no empty rule list.
import { existsSync } from 'node:fs';
import { failedOperation, fromUtf8, oneLine } from '../base/index.ts';
import { classicTrace } from '../trace/classic.ts';
import { type Io, processIo } from './io.ts';
import { helpText, optionTable } from './options.ts';

export const options = optionTable({
  tool: 'autrace',
  summary: 'Runs a program and has the kernel record its system calls, for ausearch -p to find.',
  usage: ['[-r] program [arguments…]'],
  options: [
    { name: 'resources', forms: ['-r'], help: 'only the calls that use files and the network' },
    { name: 'help', forms: ['--help'], help: 'this text' },
  ],
  notes: ['It refuses to run while rules are loaded. `auspex trace` does not, and shows the calls at once.'],
});

/** Runs the tool; resolves to its exit status, which is not the program's. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '--help') {
    io.out(fromUtf8(helpText(options)));
    return 0;
  }
  const resources = argv[0] === '-r';
  const command = resources ? argv.slice(1) : argv;
  const [program] = command;
  const fail = (text: string): number => {
    io.err(fromUtf8(`${text}\n`));
    return 1;
  };
  if (program === undefined) return fail('usage: autrace [-r] program');
  if (!existsSync(program)) return fail(`Error - can't find: ${oneLine(program)}`);
  io.out(fromUtf8(`Waiting to execute: ${oneLine(program)}\n`));
  const ignore = (): void => {}; // Ctrl-C is the program's; we clean up when it has ended
  process.on('SIGINT', ignore);
  try {
    const { pid, off } = await classicTrace(command, resources);
    io.out(`Cleaning up...\nTrace complete. You can locate the records with 'ausearch -i -p ${pid}'\n`);
    if (off) io.err('autrace: auditing is off, so nothing was recorded (`auditctl -e 1` turns it on)\n');
    return 0;
  } catch (error) {
    const { code, message } = failedOperation(error);
    return fail(ANSWERS[code] ?? `autrace: ${message}`);
  } finally {
    process.removeListener('SIGINT', ignore);
  }
}

const ANSWERS: Readonly<Record<string, string>> = {
  'rules-loaded':
    "autrace cannot be run with rules loaded.\nPlease delete all rules using 'auditctl -D' if you really wanted to\nrun this command. (`auspex trace` runs beside them.)",
  'not-permitted': 'You must be root or have capabilities to run this program.',
};

export async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), processIo);
}

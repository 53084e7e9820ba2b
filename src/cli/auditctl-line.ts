// A command line of auditctl(8): read, carried out, and turned into an exit status.
import { type AuditError, failedOperation, fromUtf8, oneLine } from '../base/index.ts';
import { openClient } from '../kernel/client.ts'; // not the index: capture and its worker are not needed here
import { userText } from '../kernel/user.ts';
import { ruleContext } from '../policy/context.ts';
import { commandForms, parseCommands, type RuleCommand, wordsOfArgv } from '../rule/index.ts';
import { type Control, execute, type RuleKernel } from './auditctl-run.ts';
import type { Io } from './io.ts';
import { helpText, optionTable } from './options.ts';
import { INTERFACE } from './version.ts';

export const options = optionTable({
  tool: 'auditctl',
  summary: 'Controls the kernel’s audit system: status, rules, messages.',
  usage: ['-s [-i]', '-l [-i] [-k KEY]', '-a LIST,ACTION [-S CALL] [-F CONDITION] [-C COMPARISON] [-k KEY]', '-R FILE'],
  options: commandForms.map(({ forms, value, help }) => ({
    name: forms[0]!,
    forms,
    help,
    ...(value === undefined ? {} : { value }),
  })),
  notes: [
    'LIST: exit, task, user, exclude, filesystem, io_uring. ACTION: always, never.',
    'Exit status: 0; 1 an error in a file of commands, or the rules are locked; 2 no daemon to signal; 4 not root;',
    '255 a wrong command line, or the kernel refused.',
    'Example: auditctl -a always,exit -F arch=b64 -S execve -F auid>=1000 -k programs',
  ],
});

const WRONG = 255;
const NOT_ROOT = 4;

/** Runs the tool; returns its exit status. `control` replaces the kernel in tests. */
export function run(argv: readonly string[], io: Io, control: Partial<Control> = {}): number {
  if (argv.length === 0) {
    io.out(fromUtf8(helpText(options)));
    return 1;
  }
  let client: (RuleKernel & { close(): void }) | undefined;
  const whole: Control = {
    io,
    context: ruleContext(),
    kernel: () => (client ??= openClient()),
    messageText: (text) => userText(text, { exe: process.execPath }, true),
    sendSignal: (pid, signal) => process.kill(pid, signal),
    ...control,
  };
  try {
    return runCommands(parseCommands(wordsOfArgv(argv), whole.context), whole);
  } catch (cause) {
    const error = failedOperation(cause);
    io.err(`auditctl: ${error.message}${wordAt(error, argv)}\n`);
    return statusOf(error);
  } finally {
    client?.close();
  }
}

function runCommands(commands: readonly RuleCommand[], control: Control): number {
  for (const command of commands) {
    if (command.kind === 'help') control.io.out(fromUtf8(helpText(options)));
    else if (command.kind === 'version') control.io.out(`auditctl version ${INTERFACE}\n`);
    else {
      const status = execute(command, control);
      if (status !== undefined) return status;
    }
  }
  return 0;
}

const wordAt = ({ position }: AuditError, argv: readonly string[]): string =>
  position?.column === undefined ? '' : ` (word ${position.column}: ${oneLine(argv[position.column - 1] ?? '')})`;

function statusOf({ code }: AuditError): number {
  if (code === 'not-permitted') return NOT_ROOT;
  return code === 'file' || code === 'immutable' ? 1 : WRONG;
}

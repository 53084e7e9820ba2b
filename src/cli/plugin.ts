// What the plugin programs share: standard input to records, signals, the system log, an orderly end.

import { isAuditError } from '../base/error.ts';
import { realWorld, toSystemLog, type World } from '../daemon/world.ts';
import { InputReader, type PluginInput } from '../dispatch/plugins/input.ts';
import { say } from '../host/terminal.ts';
import { processIo } from './io.ts';

export interface PluginProgram extends PluginInput {
  /** SIGHUP: read the configuration again. */
  readonly reload?: () => void;
  /** SIGUSR1: write a state report; SIGUSR2: go on after a suspension. */
  readonly report?: () => void;
  readonly resume?: () => void;
  /** Finishes what is under way; the program ends when it resolves. */
  readonly stop: () => Promise<void>;
}

/** Milliseconds after SIGTERM without input, and in all, after which a plugin ends though its input is still open. */
const PATIENCE = 300;
const LONGEST = 1500;

/** Runs a plugin until its input ends or SIGTERM comes. `start` throws AuditError when it cannot run. `usage` is its
 * arguments and, in a line or two, what it does: the answer to `--help`. */
export async function runPlugin(
  name: string,
  usage: string,
  start: (world: World) => PluginProgram | Promise<PluginProgram>,
): Promise<void> {
  if (process.argv[2] === '--help') {
    processIo.out(`usage: ${name} ${usage}\nauditd starts it, and gives it records on standard input.\n`);
    return;
  }
  const world = realWorld(false, name);
  let program: PluginProgram;
  try {
    program = await start(world);
  } catch (error) {
    const { message } = error as Error;
    say(`${name}: ${message}`);
    toSystemLog('error', name, message); // not through `world`, which without a system log says it here again
    process.exit(isAuditError(error, 'usage') ? 2 : 1);
  }
  let ending = false;
  const end = async (fault?: string) => {
    if (ending) return;
    ending = true;
    if (fault) {
      say(`${name}: ${fault}`);
      toSystemLog('error', name, fault);
    }
    await program.stop();
    process.exit(fault ? 1 : 0);
  };
  const reader = new InputReader({ ...program, record: program.record, end: (fault) => void end(fault) });
  // What auditd wrote before it sent SIGTERM is read first: until its end of the pipe closes, or nothing more comes.
  let quiet: NodeJS.Timeout | undefined;
  const terminate = () => {
    if (quiet) return;
    quiet = setTimeout(() => void end(), PATIENCE);
    process.stdin.on('data', () => quiet!.refresh());
    setTimeout(() => void end(), LONGEST).unref();
  };
  process.on('SIGTERM', terminate);
  process.on('SIGINT', () => void end());
  process.on('SIGHUP', () => program.reload?.());
  process.on('SIGUSR1', () => program.report?.());
  process.on('SIGUSR2', () => program.resume?.());
  process.stdin.on('data', (chunk: Uint8Array) => reader.push(chunk));
  process.stdin.on('end', () => reader.end());
  process.stdin.on('error', () => reader.end());
}

// augenrules(8): merges /etc/audit/rules.d/*.rules into /etc/audit/audit.rules, and loads it. Nothing is written where
// nothing changed, and nothing at all while the kernel's rules are locked (-e 2).
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError, failedOperation, fromUtf8 } from '../base/index.ts';
import { replaceFile } from '../host/files.ts';
import { openClient } from '../kernel/client.ts';
import { ruleFiles } from '../policy/sources.ts';
import { mergeRules } from '../rule/index.ts';
import { run as auditctl } from './auditctl-line.ts';
import { type Io, processIo } from './io.ts';
import { helpText, optionTable, parseOptions } from './options.ts';

export const options = optionTable({
  tool: 'augenrules',
  summary: 'Merges /etc/audit/rules.d/*.rules into /etc/audit/audit.rules.',
  usage: ['[--check|--load]'],
  options: [
    { name: 'check', forms: ['--check'], help: 'only say whether the rules changed' },
    { name: 'load', forms: ['--load'], help: 'load the merged rules into the kernel too' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: ['Exit status: 0; 1 no rules directory, wrong usage, or a rule the kernel refused.'],
  words: 0,
});

/** Where the tool works, and how it reaches the kernel; a test gives its own. */
export interface Surroundings {
  /** Holds rules.d and audit.rules. */
  readonly home: string;
  /** The kernel's enabled flag, undefined where it cannot be asked. */
  readonly enabled: () => number | undefined;
  readonly load: (file: string, io: Io) => number;
}

const LOCKED = 2;

const machine: Surroundings = {
  home: '/etc/audit',
  enabled: () => {
    try {
      const client = openClient();
      try {
        return client.status().enabled;
      } finally {
        client.close();
      }
    } catch (error) {
      if (error instanceof AuditError) return undefined; // no kernel to ask: merging needs none
      throw error;
    }
  },
  load: (file, io) => auditctl(['-R', file], io),
};

/** Runs the tool; returns its exit status. */
export function run(argv: readonly string[], io: Io, at: Surroundings = machine): number {
  try {
    const given = parseOptions(options, argv);
    if (given.has('help')) {
      io.out(fromUtf8(helpText(options)));
      return 0;
    }
    return augment(given.has('check'), given.has('load'), io, at);
  } catch (error) {
    io.err(`${failedOperation(error).message}\n`);
    return 1;
  }
}

function augment(check: boolean, load: boolean, io: Io, at: Surroundings): number {
  const directory = join(at.home, 'rules.d');
  const target = join(at.home, 'audit.rules');
  if (!existsSync(directory)) throw new AuditError('file', `augenrules: No rules directory - ${directory}`);
  const merged = mergeRules(ruleFiles(directory), directory);
  const same = existsSync(target) && readFileSync(target, 'latin1') === merged;
  if (same) io.out('augenrules: No change\n');
  if (check) {
    if (!same) io.out('augenrules: Rules have changed and should be updated\n');
    return 0;
  }
  if (at.enabled() === LOCKED) {
    io.out('augenrules: Audit system is in immutable mode - exiting with no changes\n');
    return 0;
  }
  if (!same) replace(target, merged);
  return load ? at.load(target, io) : 0;
}

/** Keeps the old file as .prev, and puts the new one in its place in one step. */
function replace(target: string, text: string): void {
  try {
    const how = { mode: 0o640, sync: true };
    if (existsSync(target)) replaceFile(`${target}.prev`, readFileSync(target), how);
    replaceFile(target, Buffer.from(text, 'latin1'), how);
  } catch (cause) {
    throw new AuditError('file', `augenrules: Cannot write ${target}: ${(cause as Error).message}`, { cause });
  }
}

export function main(): void {
  process.exitCode = run(process.argv.slice(2), processIo);
}

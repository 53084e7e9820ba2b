// `audisp-filter MODE FILE PROGRAM [ARGS]`: the plugin that passes some events on to another plugin's program;
// `audisp-filter --check FILE` only reads the file.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { AuditError } from '../base/error.ts';
import { EventInput } from '../dispatch/plugins/events.ts';
import { type FilterMode, forwards, readFilter } from '../dispatch/plugins/filter.ts';
import { programFault } from '../dispatch/trusted.ts';
import type { AuditEvent } from '../event/event.ts';
import { systemAccounts } from '../host/accounts.ts';
import { say } from '../host/terminal.ts';
import { interpretingContext } from '../query/readings.ts';
import { textOf } from '../record/record.ts';
import { type PluginProgram, runPlugin } from './plugin.ts';

const USAGE = `allowlist|blocklist FILE PROGRAM [ARGS]
       audisp-filter --check FILE

Passes the events that FILE lets through on to PROGRAM, which is another plugin.`;

function read(file: string) {
  return readFilter(readFileSync(file, 'utf8'), file);
}

function start(): PluginProgram {
  const [mode, file, path, ...args] = process.argv.slice(2);
  if ((mode !== 'allowlist' && mode !== 'blocklist') || !file || !path)
    throw new AuditError('usage', `Cannot filter:\nusage: audisp-filter ${USAGE}`, { lines: true });
  const fault = programFault(path);
  if (fault) throw new AuditError('usage', `Cannot run ${path}: ${fault}`);
  const context = interpretingContext(systemAccounts());
  const judge = (predicateOf: ReturnType<typeof read>) => forwards(mode as FilterMode, predicateOf, context);
  let goesOn = judge(read(file));
  const child = spawn(path, args, { stdio: ['pipe', 'inherit', 'inherit'] });
  child.stdin.on('error', () => {});
  child.on('error', (error) => {
    say(`audisp-filter: ${path}: ${error.message}`);
    process.exit(1);
  });
  const childGone = new Promise<void>((done) => child.on('exit', () => done()));
  let stopping = false;
  void childGone.then(() => stopping || process.exit(1)); // auditd starts us both again
  const input = new EventInput((event: AuditEvent) => {
    if (!goesOn(event)) return;
    const text = event.records.map((r) => `${textOf(r)}\n`).join('');
    if (!child.stdin.write(text, 'latin1')) {
      process.stdin.pause();
      child.stdin.once('drain', () => process.stdin.resume());
    }
  });
  return {
    record: (text) => input.record(text),
    end: () => {},
    reload: () => {
      try {
        goesOn = judge(read(file));
      } catch (error) {
        say(`audisp-filter: ${(error as Error).message}; the old expressions stay in force`);
      }
      child.kill('SIGHUP');
    },
    stop: async () => {
      stopping = true;
      input.end();
      child.stdin.end();
      await childGone;
    },
  };
}

export async function main(): Promise<void> {
  const [first, file] = process.argv.slice(2);
  if (first !== '--check' || !file) return runPlugin('audisp-filter', USAGE, start);
  try {
    read(file);
  } catch (error) {
    say((error as Error).message);
    process.exitCode = 1;
  }
}

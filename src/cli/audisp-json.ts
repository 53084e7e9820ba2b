// `audisp-json [FILE]`: the plugin that writes one JSON object an event (docs/json.md) into a file it rotates, with what
// /proc knows about the process: parent, ancestors, script, container, unit, labels. Settings: audisp-json.conf.

import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { absolutePath, readSettings, type Setting, whole, yesNo } from '../base/settings.ts';
import { visible } from '../base/visible.ts';
import { EventInput } from '../dispatch/plugins/events.ts';
import { type LabelRule, ProcessTable } from '../dispatch/plugins/process-info.ts';
import { type AuditEvent, recordOfType } from '../event/event.ts';
import { systemAccounts } from '../host/accounts.ts';
import { makeFolder } from '../host/files.ts';
import { procfs } from '../host/proc.ts';
import { say } from '../host/terminal.ts';
import { interpretContext } from '../interpret/context.ts';
import { decodedValue } from '../interpret/interpret.ts';
import { LogWriter } from '../logs/writer.ts';
import { jsonPrinter } from '../print/json.ts';
import { columnOf } from '../query/expression/lex.ts';
import { type Pattern, PatternError, patternTest, readPattern } from '../query/pattern/index.ts';
import { fieldsOf } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import { type PluginProgram, runPlugin } from './plugin.ts';

/** A pattern whose meaning is the same in every dialect; an error says where it is wrong. */
function labelPattern(source: string): Pattern {
  try {
    return readPattern(source, { strict: true });
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new Error(`the pattern is wrong at its column ${columnOf(source, error.at)}: ${error.message}`);
  }
}

const labels: Setting<readonly LabelRule[]> = {
  fallback: [],
  merge: (before, now) => [...before, ...now],
  parse: (value) => {
    const match = /^(\S+)\s+(exe|cmdline)\s+(.+)$/.exec(value);
    if (!match) throw new Error('must be NAME exe|cmdline PATTERN');
    const [, label, of, pattern] = match as unknown as [string, string, LabelRule['of'], string];
    return [{ label, of, matches: patternTest(labelPattern(pattern)) }];
  },
  help: 'a name for processes whose executable or command line matches, and for their children; may stand often',
};

const schema = {
  file: absolutePath('/var/log/audit/events.json', 'where the objects go'),
  max_size: whole(1, 1_000_000, 64, 'size of one file in MiB'),
  num_files: whole(2, 999, 5, 'files kept'),
  process: yesNo(true, 'add what /proc knows about the process'),
  label: labels,
};

const MIB = 1024 * 1024;

function start(): PluginProgram {
  const file = process.argv[2] ?? '/etc/audit/audisp-json.conf';
  const { settings, problems } = readSettings(schema, readFileSync(file, 'utf8'), file);
  if (problems[0]) throw problems[0];
  makeFolder(dirname(settings.file));
  const log = new LogWriter({ path: settings.file, flush: 'none', freq: 0 });
  const print = jsonPrinter(interpretContext({ accounts: systemAccounts(), escape: 'raw' }));
  const table = new ProcessTable(procfs(), settings.label);
  let pending: string[] = [];
  let lost = 0;
  const write = () => {
    if (pending.length === 0) return;
    try {
      log.append(Buffer.from(pending.join(''), 'latin1'), pending.length);
      if (log.size >= settings.max_size * MIB) log.rotate(settings.num_files);
    } catch (error) {
      if (lost === 0) say(`audisp-json: ${(error as Error).message}`);
      lost += pending.length;
    }
    pending = [];
  };
  const input = new EventInput(
    (event) => pending.push(settings.process ? withProcess(print(event), event, table) : print(event)),
    write,
  );
  return {
    record: (text) => input.record(text),
    chunk: write,
    end: () => {},
    report: () => say(`audisp-json: ${lost} events could not be written`),
    stop: async () => {
      input.end();
      write();
      log.close();
    },
  };
}

/** The printed object with a last member `process`. */
function withProcess(line: string, event: AuditEvent, table: ProcessTable): string {
  const call = recordOfType(event, RECORD.SYSCALL);
  if (!call) return line;
  const text = (name: string) => {
    const field = fieldsOf(call).find((f) => f.name === name);
    return field && decodedValue(call, field);
  };
  const [pid, ppid] = [Number(text('pid')), Number(text('ppid'))];
  if (!(pid > 0 && ppid >= 0)) return line;
  const info = table.info(pid, ppid, text('comm') ?? '', text('exe'), recordOfType(event, RECORD.EXECVE) !== undefined);
  const json = Buffer.from(
    JSON.stringify(info, (_key, value) => (typeof value === 'string' ? visible(value) : value)),
  ).toString('latin1');
  return `${line.trimEnd().slice(0, -1)},"process":${json}}\n`;
}

const USAGE = '[FILE]\n\nWrites one JSON object an event, as FILE says (/etc/audit/audisp-json.conf).';

export const main = () => runPlugin('audisp-json', USAGE, start);

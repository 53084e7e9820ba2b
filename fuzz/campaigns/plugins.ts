// A plugin's standard input, text or binary, to events, and what the plugins make of them: JSON with what /proc knows, numbers, a
// filter, lines of the system log. Cut anywhere the input says the same; no event breaks a plugin; each record is counted once;
// an event is dropped or forwarded; a message is one line.
import { EventInput } from '../../src/dispatch/plugins/events.ts';
import { forwards, readFilter } from '../../src/dispatch/plugins/filter.ts';
import { InputReader } from '../../src/dispatch/plugins/input.ts';
import { gaugesOfReport, Metrics, prometheusText, statsdPacket } from '../../src/dispatch/plugins/metrics.ts';
import { ProcessTable } from '../../src/dispatch/plugins/process-info.ts';
import { syslogArguments, syslogMessage } from '../../src/dispatch/plugins/syslog.ts';
import { binaryOf } from '../../src/dispatch/wire.ts';
import { type AuditEvent, recordOfType } from '../../src/event/index.ts';
import { accountsOf } from '../../src/host/accounts.ts';
import { fakeProc } from '../../src/host/proc.ts';
import { interpretContext } from '../../src/interpret/index.ts';
import { jsonPrinter } from '../../src/print/index.ts';
import { interpretingContext } from '../../src/query/readings.ts';
import { fieldsOf, parseRecord } from '../../src/record/index.ts';
import { RECORD } from '../../src/tables/records.ts';
import { type Campaign, hold, holdSame } from '../kit/campaign.ts';
import { recordWords, textAt, trails } from '../kit/material.ts';
import { checkJson } from '../kit/shown.ts';

const accounts = accountsOf('root:x:0:0::/:/bin/sh\nalice:x:1001:1001::/:/x\n', 'root:x:0:\n');
const matching = interpretingContext(accounts);
const predicate = readFilter(textAt('packaging/etc/audit/audisp-filter.conf') || 'auid == 1001\n', 'f');
const passes = forwards('blocklist', predicate, matching);
const drops = forwards('allowlist', predicate, matching);
const NOW = new Date(0);
/** Bytes of an input that are auditd's state report too. */
const REPORT = 400;

/** The records of an input given in pieces, and what it ends with. */
function recordsOf(input: Buffer, size: number, each: (text: Uint8Array) => void): string {
  let said = '';
  const reader = new InputReader({ record: each, end: (fault = '') => void (said = `end ${fault}`) });
  for (let at = 0; at < input.length; at += size) reader.push(input.subarray(at, at + size));
  reader.end();
  return said;
}

function check(input: Buffer): void {
  const records: Buffer[] = [];
  const take = (text: Uint8Array): void => void records.push(Buffer.from(text));
  const end = recordsOf(input, Math.max(1, input.length), take);
  const whole = [...records, end].join('\n');
  records.length = 0;
  const endOfPieces = recordsOf(input, input.length > 2000 ? 701 : 1 + (input.length % 7), take);
  holdSame([...records, endOfPieces].join('\n'), whole, 'cut into pieces');
  for (const text of records) checkMessage(text);
  checkEvents(records);
  gaugesOfReport(input.subarray(0, REPORT).toString('latin1'));
}

const arguments_ = syslogArguments(['LOG_LOCAL7', 'LOG_DEBUG']);
function checkMessage(text: Buffer): void {
  const message = syslogMessage(text.toString('latin1'), arguments_, NOW);
  hold(!/[\x00-\x1f\x7f]/.test(message) && message.startsWith('<191>'), () => `no message: ${JSON.stringify(message)}`);
}

function checkEvents(records: readonly Buffer[]): void {
  const metrics = new Metrics();
  const print = jsonPrinter(interpretContext({ accounts, escape: 'raw' }));
  const table = new ProcessTable(fakeProc({}), [], 8);
  let events = 0;
  const see = (event: AuditEvent): void => {
    events++;
    metrics.see(event);
    JSON.parse(Buffer.from(print(event), 'latin1').toString('utf8'));
    hold(passes(event) !== drops(event), 'an event is dropped or forwarded');
    const call = recordOfType(event, RECORD.SYSCALL);
    if (!call) return;
    const number = (name: string): number => Number(fieldsOf(call).find((field) => field.name === name)?.value);
    const [pid, ppid] = [number('pid'), number('ppid')];
    if (pid > 0 && ppid >= 0) checkJson(table.info(pid, ppid, 'x', undefined, event.serial % 2 === 0));
  };
  const faults: unknown[] = [];
  const input = new EventInput((event) => {
    try {
      see(event);
    } catch (error) {
      faults.push(error); // the input itself would say so on standard error and go on
    }
  });
  try {
    for (const text of records) input.record(text);
  } finally {
    input.end();
  }
  if (faults.length > 0) throw faults[0];
  const parsed = records.map((text) => parseRecord(text, 0, text.length)).filter((record) => record !== undefined);
  const ends = parsed.filter(({ type }) => type === RECORD.EOE).length;
  const { records_total: counted, events_total: seen } = metrics.counts;
  hold(seen === events, () => `${seen} of ${events} events`);
  hold(
    counted <= parsed.length && counted >= parsed.length - ends,
    () => `${counted} of ${parsed.length} records are counted, ${ends} of them ends`,
  );
  for (const line of prometheusText(metrics.counts, {}).trimEnd().split('\n'))
    hold(/^(?:# (?:HELP|TYPE) |[a-z_]+ \d+$)/.test(line), () => `no number: ${line}`);
  statsdPacket(metrics.counts, undefined, {});
}

export const campaign: Campaign = {
  about: 'a plugin’s standard input, text or binary, and what plugins make of its events',
  seeds: () => [
    ...trails().slice(0, 120),
    ...trails()
      .slice(0, 40)
      .map((log) => binaryOf(log, true)),
    ...trails()
      .slice(0, 40)
      .map((log) => binaryOf(log, false)),
    Buffer.from('current plugin queue depth = 7\nmax plugin queue depth used = 8\n'),
  ],
  words: () => [
    ...recordWords(),
    '\0\0\0\0\x10\0\0\0\x14\x05\0\0\x05\0\0\0',
    '\x01\0\0\0',
    '\x10\0\0\0',
    ' = 99999999999999',
  ],
  open: () => ({ check }),
};

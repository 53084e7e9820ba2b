// Fields of records, their interpretation, and every way to print an event: the list of fields and the text between them give
// the line back, nothing throws, JSON is JSON, and what is stored of an event can be read again.
import { C_TIME } from '../../src/base/index.ts';
import { type AuditEvent, problemsOf, readEvents } from '../../src/event/index.ts';
import { accountsOf, localTime } from '../../src/host/index.ts';
import { decodedValue, type EscapeMode, interpretContext, interpretField } from '../../src/interpret/index.ts';
import {
  csvPrinter,
  defaultPrinter,
  type EventPrinter,
  ecsPrinter,
  interpretedPrinter,
  jsonPrinter,
  ocsfPrinter,
  rawPrinter,
  safeCsvPrinter,
  shownPrinter,
  textPrinter,
} from '../../src/print/index.ts';
import { type AuditRecord, fieldsOf, fieldText, textOf } from '../../src/record/index.ts';
import { columnsOf, eventOf, rawOf } from '../../src/store/row.ts';
import { type Campaign, hold, holdSame } from '../kit/campaign.ts';
import { kernelWords, recordWords, trails } from '../kit/material.ts';

const accounts = accountsOf('root:x:0:0::/:/bin/sh\nalice:x:1001:1001::/:/bin/sh\n', 'root:x:0:\nstaff:x:50:\n');
const contextOf = (mode: EscapeMode) => interpretContext({ accounts, escape: mode });
const dates = { localTime, locale: C_TIME };
const raw = contextOf('raw');
const contexts = (['raw', 'tty', 'shell', 'shell_quote'] as const).map(contextOf);

const lines: readonly EventPrinter[] = [
  rawPrinter,
  ...contexts.flatMap((context) => [interpretedPrinter({ dates, context }), textPrinter({ dates, context })]),
  defaultPrinter({ dates, escape: 'tty' }),
  shownPrinter({ context: raw, localTime }),
  csvPrinter({ dates, context: contexts[1]!, keys: true, labels: true, obj2: true, time: true }),
  safeCsvPrinter(raw, dates),
];
const documents: readonly EventPrinter[] = [jsonPrinter(raw), ecsPrinter(raw), ocsfPrinter(raw)];
const utf8 = new TextDecoder('utf-8', { fatal: true });

function check(input: Buffer): void {
  for (const event of readEvents([input])) {
    for (const record of event.records) checkFields(record);
    checkPrinters(event);
    checkRow(event);
    problemsOf(event);
  }
}

function checkFields(record: AuditRecord): void {
  const text = textOf(record);
  let rebuilt = text.slice(0, record.body);
  for (const field of fieldsOf(record)) {
    const { value, start, end, part } = field;
    // The older name of a field is read as today's.
    const name = field.name === 'nametype' && text.startsWith('objtype', start) ? 'objtype' : field.name;
    const equals = name === '' ? '' : '=';
    hold(text.slice(start, end) === `${name}${equals}${value}`, () => `${name}=${value} does not stand at ${start}`);
    if (part !== 'message') {
      hold(start >= rebuilt.length, () => `${name} begins at ${start}, in what is before it`);
      rebuilt += text.slice(rebuilt.length, start) + name + equals + value;
    }
    fieldText(name, value);
    decodedValue(record, field);
    for (const context of contexts) interpretField(record, field, context);
  }
  holdSame(rebuilt + text.slice(rebuilt.length), text, 'the line, from its fields');
}

function checkPrinters(event: AuditEvent): void {
  for (const print of lines) hold(/[^\0-\xff]/.test(print(event)) === false, 'text is of one character a byte');
  for (const print of documents) {
    const line = print(event);
    if (line === '') continue;
    hold(line.indexOf('\n') === line.length - 1, 'a document is one line');
    JSON.parse(utf8.decode(Buffer.from(line, 'latin1')));
  }
}

/** What the store keeps of an event says the same when it is read again. */
function checkRow(event: AuditEvent): void {
  const columns = columnsOf(event);
  const again = eventOf(rawOf(event));
  hold(
    again.records.length === event.records.length,
    () => `${again.records.length} of ${event.records.length} records`,
  );
  holdSame(rawOf(again), rawOf(event), 'the stored lines');
  holdSame(JSON.stringify(columnsOf(again)), JSON.stringify(columns), 'the columns');
}

export const campaign: Campaign = {
  about: 'records: their fields, interpreted and printed in every form, and stored',
  seeds: trails,
  words: () => [...recordWords(), ...kernelWords()],
  caches: 40 << 20, // four contexts that remember 2,048 values of each kind, and what printers remember
  open: () => ({ check }),
};

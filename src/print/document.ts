// What the formats for other systems (ECS, OCSF) share: an event's facts, its records in full, what it means in a sentence,
// and one line of JSON. What goes where is for each of them.

import type { InterpretContext } from '../interpret/context.ts';
import type { FilesOf } from '../paths/index.ts';
import { type Facts, FactsReader, mainOf } from './facts.ts';
import { ownFiles } from './files.ts';
import { callParts, JsonRecordWriter } from './json-record.ts';
import { json, type RawJson, type Value } from './json-value.ts';
import type { EventPrinter } from './printer.ts';
import { sentenceOf } from './text.ts';
import { Readable } from './values.ts';

/** What every document holds beside its own members. */
export interface Whole {
  /** A list of every record in full. */
  readonly records: RawJson;
  /** The event in a sentence. */
  readonly message: string | undefined;
}

/** A printer of the documents that `write` makes. `context` must escape nothing (interpretContext with `escape: 'raw'`). */
export function documentPrinter(
  context: InterpretContext,
  files: FilesOf = ownFiles,
  write: (facts: Facts, whole: Whole) => Value,
): EventPrinter {
  const writer = new JsonRecordWriter(context);
  const readable = new Readable(context);
  const reader = new FactsReader(context, files);
  return (event) => {
    const main = mainOf(event);
    const parts = callParts(main);
    const facts = reader.read(event, main, parts);
    let records = '';
    for (const record of event.records) {
      const object = writer.object(record, record === main ? parts : callParts(record));
      records += records === '' ? object : `,${object}`;
    }
    const message = facts.meaning && sentenceOf(readable, facts.meaning, facts.meaning.outcome, facts.objects).trim();
    return `${json(write(facts, { records: { json: `[${records}]` }, message: message || undefined }))}\n`;
  };
}

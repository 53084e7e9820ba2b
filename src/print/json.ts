// `--format json`: one object an event on a line of its own: when, what it means, and every record with its raw fields
// and interpreted names side by side. The schema is in docs/json.md.

import { milliText } from '../base/event-id.ts';
import { hasDate, isoSecond, isTimed } from '../base/moment.ts';
import type { AuditEvent } from '../event/event.ts';
import { argvOf } from '../event/execve.ts';
import { problemsOf } from '../event/problems.ts';
import type { InterpretContext } from '../interpret/context.ts';
import { decodedValue, interpretValue, type Reading, readingOf } from '../interpret/interpret.ts';
import { normalize } from '../normalize/normalize.ts';
import type { FieldAt, Normalized } from '../normalize/types.ts';
import type { FilesOf } from '../paths/index.ts';
import type { AuditRecord } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import { NO_FILES, type ObjectFiles, objectFiles, ownFiles } from './files.ts';
import { type CallParts, callParts, JsonRecordWriter } from './json-record.ts';
import { jsonString } from './json-text.ts';
import { type EventPrinter, eachSecond } from './printer.ts';
import { Recall } from './recall.ts';

/** A printer of JSON lines. `context` must escape nothing (interpretContext with `escape: 'raw'`); `files` gives the paths of
 * an event's files. */
export function jsonPrinter(context: InterpretContext, files: FilesOf = ownFiles): EventPrinter {
  const writer = new JsonRecordWriter(context);
  const meanings = new Recall<Recall<string>>();
  const second = eachSecond(isoSecond);

  /** A call without further records means the same whatever its numbers, unless one of them is part of the meaning. */
  const meaningOf = (event: AuditEvent, parts: CallParts | undefined): string => {
    if (!parts || event.records.length !== 2 || event.records[1]!.type !== RECORD.PROCTITLE) {
      const meaning = normalize(event);
      return meaningMembers(meaning, context, objectFiles(event, meaning, files));
    }
    const known = meanings
      .get(parts.process, () => new Recall())
      .get(parts.head, () => {
        const meaning = normalize(event);
        return meaning?.object.second ? '' : meaningMembers(meaning, context);
      });
    return known === '' ? meaningMembers(normalize(event), context) : known;
  };

  return (event) => {
    const { sec, serial, node, records } = event;
    const ms = milliText(event.ms);
    const parts = callParts(records[0]!);
    const time = isTimed(sec) ? `"${second(sec)}.${ms}${hasDate(sec) ? 'Z' : ''}"` : 'null';
    let line = `{"id":"${sec}.${ms}:${serial}","time":${time},"serial":${serial}`;
    if (node !== '') line += `,"node":${jsonString(node)}`;
    line += meaningOf(event, parts);
    const argv = argvOf(event);
    if (argv) line += `,"argv":[${argv.map(jsonString).join(',')}]`;
    line += `,"records":[${writer.object(records[0]!, parts)}`;
    for (let i = 1; i < records.length; i++) {
      const record = records[i]!;
      line += `,${writer.object(record, callParts(record))}`;
    }
    const problems = problemsOf(event);
    return problems.length === 0 ? `${line}]}\n` : `${line}],"problems":${JSON.stringify(problems)}}\n`;
  };
}

/** The members of what an event means, each with a comma before it. */
function meaningMembers(
  meaning: Normalized | undefined,
  context: InterpretContext,
  files: ObjectFiles = NO_FILES,
): string {
  if (!meaning) return '';
  const { subject, object, how, key } = meaning;
  // Most of the values stand in one record, and what its values depend on is found once.
  let record: AuditRecord | undefined;
  let reading: Reading | undefined;
  const some = (name: string, at: FieldAt | undefined): string => {
    if (!at) return '';
    if (at.record !== record) reading = readingOf((record = at.record), context);
    return `,"${name}":${jsonString(interpretValue(reading!, at.field.name, at.field.value))}`;
  };
  const word = (name: string, text: string | undefined): string => (text ? `,"${name}":${jsonString(text)}` : '');
  const who = some('primary', subject.primary) + some('secondary', subject.secondary) + word('kind', subject.kind);
  const what =
    some('primary', object.primary) +
    some('secondary', object.secondary) +
    some('second', object.second) +
    word('kind', object.kind) +
    pathMembers(files);
  return (
    word('kind', meaning.kind) +
    word('action', meaning.action) +
    word('outcome', meaning.outcome) +
    some('session', meaning.session) +
    (who === '' ? '' : `,"subject":{${who.slice(1)}}`) +
    (what === '' ? '' : `,"object":{${what.slice(1)}}`) +
    (typeof how === 'string' ? word('how', how) : some('how', how)) +
    (key && key.field.value !== '(null)' ? `,"keys":[${keys(key).map(jsonString).join(',')}]` : '')
  );
}

/** Where the object stands, and where it went; of a name in a folder that nothing names, the folder's inode. */
function pathMembers({ primary, second }: ObjectFiles): string {
  let text = '';
  if (primary?.path !== undefined) text += `,"path":${jsonString(primary.path)}`;
  else if (primary?.folder?.file !== undefined) {
    const [device = '', inode = ''] = primary.folder.file.split(' ');
    text += `,"folder":{"device":${jsonString(device)},"inode":${jsonString(inode)}}`;
  }
  return second?.path === undefined ? text : `${text},"newPath":${jsonString(second.path)}`;
}

const keys = (at: FieldAt): string[] => decodedValue(at.record, at.field).split('\x01');

// `--format text`: one English sentence an event; with a `classic` context byte for byte as ausearch 4.2.2 prints it, else with
// what the event means to us.
//
//   On NODE at TIME DATE WHO, acting as WHOM, successfully ACTION OBJECT to SECOND using HOW

import { strftime } from '../base/strftime.ts';
import type { AuditEvent } from '../event/event.ts';
import type { InterpretContext } from '../interpret/context.ts';
import { classicEvents } from '../normalize/classic.ts';
import { idOf } from '../normalize/ids.ts';
import { normalize } from '../normalize/normalize.ts';
import type { Normalized, Outcome } from '../normalize/types.ts';
import type { FilesOf } from '../paths/index.ts';
import { type ObjectFiles, objectFiles, ownFiles } from './files.ts';
import { type DateStyle, type EventPrinter, eachSecond } from './printer.ts';
import { classicOutcome, Readable } from './values.ts';

export interface TextOptions {
  readonly context: InterpretContext;
  readonly dates: DateStyle;
  /** Not asked with a `classic` context. Default: as far as each event alone tells. */
  readonly files?: FilesOf;
}

/** One sentence an event. */
export function textPrinter({ context, dates, files = ownFiles }: TextOptions): EventPrinter {
  const readable = new Readable(context);
  const stamp = eachSecond((sec) => strftime('%T %x', dates.localTime(sec), dates.locale));
  const headOf = ({ node, sec }: AuditEvent): string => `${node === '' ? 'At' : `On ${node} at`} ${stamp(sec)} `;
  const classicLine = (event: AuditEvent): string => {
    const meaning = normalize(event, { attributes: false, classic: true });
    const said = meaning ? sentenceOf(readable, meaning, classicOutcome(meaning.result)) : ' did-unknown ';
    return `${headOf(event)}${said}\n`;
  };
  if (context.classic) return (event) => classicEvents(event).map(classicLine).join('');
  return (event) => {
    const meaning = normalize(event, { attributes: false });
    const paths = objectFiles(event, meaning, files);
    return `${headOf(event)}${meaning ? sentenceOf(readable, meaning, meaning.outcome, paths) : ' did-unknown '}\n`;
  };
}

const UNSET = -1;

/** Actions that say by themselves by what means. */
const WITHOUT_HOW = new Set(['did-unknown', 'executed', 'ended-session']);
const RESULTS = { success: 'successfully ', failed: 'unsuccessfully ' } as const;

/** The sentence without its time: who did what, and whether it succeeded. `files` are the paths of the object; without them
 * they are made as the reference makes them. */
export function sentenceOf(
  readable: Readable,
  meaning: Normalized,
  outcome: Outcome | undefined,
  files?: ObjectFiles,
): string {
  const { subject, object, how } = meaning;
  const who = readable.subject(subject.primary);
  const whom = readable.value(subject.secondary);
  const second = readable.object(object, 'second', files);
  const means = typeof how === 'string' ? how : readable.value(how);
  let text = who;
  const acting = idOf(subject.secondary);
  if (who !== '' && subject.secondary && acting !== UNSET && idOf(subject.primary) !== acting)
    text += `, acting as ${whom},`;
  text += ` ${outcome ? RESULTS[outcome] : ''}${meaning.action} `;
  text += objectText(readable, meaning, files);
  if (second !== '') text += `to ${second} `;
  return how === undefined || WITHOUT_HOW.has(meaning.action) ? text : `${text}using ${means}`;
}

function objectText(readable: Readable, { object }: Normalized, files: ObjectFiles | undefined): string {
  if (!object.primary) return '';
  if (object.primary.field.name === 'opid') return `(${pids(readable, object)}) `;
  const value = readable.object(object, 'primary', files);
  if (object.kind === 'socket' && object.primary.field.name === 'saddr') return addressText(value);
  return value === '' && object.primary.field.name === 'name' ? '' : `${value} `;
}

/** The processes that were sent a signal. */
function pids(readable: Readable, { primary, members }: Normalized['object']): string {
  return (members.length > 0 ? members : [primary]).map((at) => readable.value(at)).join(',');
}

/** Of `{ saddr_fam=inet laddr=192.0.2.1 lport=80 }` the address, or the family where there is none. */
function addressText(value: string): string {
  const address = /\bladdr=(\S+)/.exec(value)?.[1] ?? /\bsaddr_fam=(\S+)/.exec(value)?.[1];
  return address === undefined ? '' : `${address} `;
}

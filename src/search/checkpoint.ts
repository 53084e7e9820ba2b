// The checkpoint file of ausearch(8): which event was the last one handed out, and in which file it stood.
//
//   dev=0xFE00
//   inode=5374030
//   output=NODE SEC.MS:SERIAL 0xTYPE offset=N         NODE is - for none, TYPE that of the event's first record
//
// `offset` is ours (the reference reads past it): the byte from which the search goes on, so that what lies before is
// not read again. It is a hint: where it does not lead to the event, the file is read from its start.

import { AuditError } from '../base/error.ts';
import { type EventId, stampText } from '../base/event-id.ts';
import { readOwn, replaceFile } from '../host/files.ts';

export interface Checkpoint {
  readonly dev: number;
  readonly inode: number;
  /** Undefined where no event has been handed out yet. */
  readonly event: CheckpointEvent | undefined;
}

export interface CheckpointEvent extends EventId {
  readonly type: number;
  readonly offset?: number;
}

/** Characters of a line that a message repeats: a file that is no checkpoint may be one line of 100 MB. */
const MOST_SHOWN = 200;

/** The text of a checkpoint file (latin1). */
export function checkpointText({ dev, inode, event }: Checkpoint): string {
  const last = event ?? { node: '', sec: 0, ms: 0, serial: 0, type: 0, offset: undefined };
  const { node, type, offset } = last;
  const more = offset === undefined ? '' : ` offset=${offset}`;
  const hex = (n: number): string => n.toString(16).toUpperCase();
  return `dev=0x${hex(dev)}\ninode=${inode}\noutput=${node || '-'} ${stampText(last)} 0x${hex(type)}${more}\n`;
}

/** Reads the text of a checkpoint file. Throws AuditError `checkpoint-data`. */
export function parseCheckpoint(text: string, file: string): Checkpoint {
  let dev: number | undefined;
  let inode: number | undefined;
  let event: CheckpointEvent | undefined;
  text.split('\n').forEach((line, index) => {
    if (line === '' && index > 0) return;
    const [, name, value] = /^(dev|inode|output)=(.*)$/.exec(line) ?? [];
    if (name === 'dev') dev = whole(value!);
    else if (name === 'inode') inode = whole(value!);
    else if (name === 'output') event = parseEvent(value!, file, index + 1);
    else throw bad(file, `unknown line [${line.slice(0, MOST_SHOWN)}]`, index + 1);
  });
  if (dev === undefined || inode === undefined) throw bad(file, 'its dev= or inode= line is missing or no number');
  return { dev, inode, event: event && (event as CheckpointEvent).serial + event.sec > 0 ? event : undefined };
}

function parseEvent(value: string, file: string, line: number): CheckpointEvent {
  const match = /^(\S+) (\d{1,15})\.(\d{1,3}):(\d{1,15}) 0x([0-9a-fA-F]{1,8})(?: offset=(\d{1,15}))?\s*$/.exec(value);
  if (!match) throw bad(file, `malformed output line [${value}]`, line);
  const [, node, sec, ms, serial, type, offset] = match;
  return {
    node: node === '-' ? '' : node!,
    sec: Number(sec),
    ms: Number(ms),
    serial: Number(serial),
    type: Number.parseInt(type!, 16),
    ...(offset !== undefined && { offset: Number(offset) }),
  };
}

const whole = (text: string): number | undefined =>
  /^(0[xX][0-9a-fA-F]{1,13}|\d{1,16})$/.test(text) ? Number(text) : undefined;

const bad = (file: string, what: string, line?: number): AuditError =>
  new AuditError('checkpoint-data', `Cannot use checkpoint file ${file}: ${what}`, {
    position: { file, ...(line !== undefined && { line }) },
  });

/** The checkpoint of a file; undefined when there is none yet. One that another user made is refused, for it says what is
 * passed over. Throws `checkpoint-data`, `checkpoint`. */
export function loadCheckpoint(file: string): Checkpoint | undefined {
  let text: string;
  try {
    text = readOwn(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AuditError('checkpoint', `Cannot open checkpoint file ${file}: ${(cause as Error).message}`, { cause });
  }
  return parseCheckpoint(text, file);
}

/** Writes it whole or not at all. Throws AuditError `checkpoint`. */
export function saveCheckpoint(file: string, checkpoint: Checkpoint): void {
  try {
    replaceFile(file, Buffer.from(checkpointText(checkpoint), 'latin1'), { mode: 0o600 });
  } catch (cause) {
    throw new AuditError('checkpoint', `Cannot write checkpoint file ${file}: ${(cause as Error).message}`, { cause });
  }
}

// What an event says, gathered once for the formats that other systems read (ECS, OCSF): names and numbers apart, text
// decoded, file names absolute. Nothing here knows either format.

import { ownText } from '../base/bytes.ts';
import type { AuditEvent } from '../event/event.ts';
import { argvOf } from '../event/execve.ts';
import type { InterpretContext } from '../interpret/context.ts';
import { decodedValue, interpretField, interpretValue, type Reading, readingOf } from '../interpret/interpret.ts';
import { socketAddress } from '../interpret/sockaddr.ts';
import { actorFields, callName, fileKind, normalize } from '../normalize/index.ts';
import type { EventObject, FieldAt, Normalized, ObjectKind } from '../normalize/types.ts';
import { type FilesOf, lastPart } from '../paths/index.ts';
import type { Field } from '../record/fields.ts';
import { type AuditRecord, fieldsOf, textOf } from '../record/record.ts';
import { idOf, isAbsent, isSet, wholeOf } from '../record/value.ts';
import { RECORD } from '../tables/records.ts';
import { type ObjectFiles, objectFiles, ownFiles } from './files.ts';
import { type CallParts, isCallHead, isCallName } from './json-record.ts';
import type { Value } from './json-value.ts';
import { Recall } from './recall.ts';

/** A user or group: the number as text, and its name where one is known. */
export interface Id {
  readonly id: string | undefined;
  readonly name: string | undefined;
}

export interface FileFacts {
  /** Absolute; undefined where the trail does not name its folder. */
  readonly path: string | undefined;
  /** The last part of its name. */
  readonly name: string;
  readonly target: string | undefined;
  readonly inode: string | undefined;
  readonly device: string | undefined;
  /** Octal, without the type bits. */
  readonly mode: string | undefined;
  readonly owner: Id;
  readonly group: Id;
  readonly kind: ObjectKind;
}

export interface AddressFacts {
  readonly family: string | undefined;
  readonly ip: string | undefined;
  readonly port: number | undefined;
  readonly path: string | undefined;
}

export interface Facts {
  readonly event: AuditEvent;
  readonly meaning: Normalized | undefined;
  /** The record that tells of the process: SYSCALL, or the first. */
  readonly main: AuditRecord;
  /** The system call's name. */
  readonly call: string | undefined;
  /** A user or group field of the main record. */
  readonly id: (name: string) => Id;
  /** A decoded field of the main record; undefined where it is missing, empty, `?` or `(null)`. */
  readonly text: (name: string) => string | undefined;
  readonly number: (name: string) => number | undefined;
  /** What `make` makes of the process alone, which most events of a trail share: made once for each process and `kind`. */
  readonly ofTask: <T extends Value>(kind: string, make: () => T) => T;
  /** A field of the meaning as people read it. */
  readonly read: (at: FieldAt | undefined) => string | undefined;
  readonly argv: readonly string[] | undefined;
  readonly title: string | undefined;
  readonly cwd: string | undefined;
  /** The files that the meaning's object is. */
  readonly objects: ObjectFiles;
  readonly file: FileFacts | undefined;
  readonly address: AddressFacts | undefined;
  readonly keys: readonly string[];
  /** The records as they stand in the log, a line each. */
  readonly original: string;
}

/** The record that tells of the process. */
export const mainOf = ({ records }: AuditEvent): AuditRecord =>
  records.find(({ type }) => type === RECORD.SYSCALL) ??
  (records[0]!.type === RECORD.LANDLOCK_ACCESS
    ? records.find(({ type }) => type === RECORD.LANDLOCK_DOMAIN)
    : undefined) ??
  records[0]!;

/** Reads what events say; one for a whole trail, since it remembers processes. `context` must escape nothing. */
export class FactsReader {
  private readonly context: InterpretContext;
  private readonly files: FilesOf;
  private readonly tasks = new Recall<Task>();
  private readonly texts = new Recall<string>();

  constructor(context: InterpretContext, files: FilesOf = ownFiles) {
    this.context = context;
    this.files = files;
  }

  /** What `event` says, whose main record has these `parts` (callParts). */
  read(event: AuditEvent, main: AuditRecord, parts: CallParts | undefined): Facts {
    const known = parts && isCallHead(parts.head) ? this.tasks.get(parts.process, newTask) : undefined;
    const own = new TaskFields(main, this.context, known);
    const first: FirstOf = (type, name) => this.decoded(event.records, type, name);
    return factsOf(event, main, own, first, { context: this.context, files: this.files });
  }

  /** A decoded field of the first record of a type; most of a trail's titles and working directories repeat. */
  private decoded(records: readonly AuditRecord[], type: number, name: string): string | undefined {
    const record = recordOf(records, type);
    if (!record) return undefined;
    return some(this.texts.get(textOf(record).slice(record.body), () => decoded(fieldAt(record, name)), type));
  }
}

type FirstOf = (type: number, name: string) => string | undefined;

function factsOf(
  event: AuditEvent,
  main: AuditRecord,
  own: TaskFields,
  first: FirstOf,
  { context, files }: { readonly context: InterpretContext; readonly files: FilesOf },
): Facts {
  const { records } = event;
  const meaning = normalize(event);
  const objects = objectFiles(event, meaning, files);
  const text = (name: string): string | undefined => own.text(name);
  const cwd = first(RECORD.CWD, 'cwd');
  return {
    event,
    meaning,
    main,
    call: main.type === RECORD.SYSCALL ? callName(main) : undefined,
    id: (name) => own.id(name),
    text,
    number: (name) => wholeOf(text(name)),
    ofTask: (kind, make) => own.made(kind, make),
    read: (field) => (field ? own.read(field) : undefined),
    argv: argvOf(event),
    title: first(RECORD.PROCTITLE, 'proctitle'),
    cwd,
    objects,
    file: meaning && fileFacts(meaning, objects, context),
    address: addressFacts(fieldAt(recordOf(records, RECORD.SOCKADDR), 'saddr')),
    keys: meaning?.key ? decodedValue(meaning.key.record, meaning.key.field).split('\x01') : [],
    original: records.map(textOf).join('\n'),
  };
}

const recordOf = (records: readonly AuditRecord[], type: number): AuditRecord | undefined =>
  records.find((record) => record.type === type);

function fieldAt(record: AuditRecord | undefined, name: string): FieldAt | undefined {
  if (!record) return undefined;
  const field = fieldsOf(record).find((f) => f.name === name && f.part !== 'enriched');
  return field && { record, field };
}

const decoded = (at: FieldAt | undefined): string => (at ? decodedValue(at.record, at.field) : '');
const some = (text: string): string | undefined => (isAbsent(text) ? undefined : text);

/** The fields of one record, looked up by name; the first of a name counts. */
class Fields {
  private readonly record: AuditRecord;
  private readonly context: InterpretContext;
  private readonly byName = new Map<string, Field>();
  private reading: Reading | undefined;

  constructor(record: AuditRecord, context: InterpretContext) {
    this.record = record;
    this.context = context;
    for (const field of actorFields(record)) {
      if (field.part === 'enriched') break;
      if (!this.byName.has(field.name)) this.byName.set(field.name, field);
    }
  }

  decoded(name: string): string {
    const field = this.byName.get(name);
    return field ? decodedValue(this.record, field) : '';
  }

  id(name: string): Id {
    const value = this.byName.get(name)?.value;
    if (value === undefined || !isSet(idOf(value))) return NOBODY;
    this.reading ??= readingOf(this.record, this.context);
    const text = interpretValue(this.reading, name, value);
    return { id: ownText(value), name: text === 'unset' || text.startsWith('unknown(') ? undefined : some(text) };
  }
}

/** What was read of the process half of a SYSCALL record; it is the same for all records with the same text there. */
interface Task {
  readonly texts: Map<string, string | undefined>;
  readonly ids: Map<string, Id>;
  readonly made: Map<string, Value>;
}

const newTask = (): Task => ({ texts: new Map(), ids: new Map(), made: new Map() });

/** The fields of the main record: what is of the process is looked for once for all records that have the same. */
class TaskFields {
  private readonly record: AuditRecord;
  private readonly context: InterpretContext;
  private readonly task: Task;
  /** Whether the task is this record's only, its call's fields with it. */
  private readonly alone: boolean;
  private fields: Fields | undefined;

  constructor(record: AuditRecord, context: InterpretContext, task: Task | undefined) {
    this.record = record;
    this.context = context;
    this.task = task ?? newTask();
    this.alone = task === undefined;
  }

  text(name: string): string | undefined {
    const { texts } = this.task;
    const known = texts.get(name);
    if (known !== undefined || texts.has(name)) return known;
    const text = some(ownText(this.own().decoded(name)));
    if (this.alone || !isCallName(name)) texts.set(name, text);
    return text;
  }

  id(name: string): Id {
    let id = this.task.ids.get(name);
    if (!id) this.task.ids.set(name, (id = this.own().id(name)));
    return id;
  }

  made<T extends Value>(kind: string, make: () => T): T {
    const { made } = this.task;
    if (!made.has(kind)) made.set(ownText(kind), make());
    return made.get(kind) as T;
  }

  /** A field of any record as people read it. */
  read({ record, field }: FieldAt): string | undefined {
    const look = (): string | undefined => some(ownText(interpretField(record, field, this.context)));
    return record !== this.record || isCallName(field.name) ? look() : this.made(`${field.name}=${field.value}`, look);
  }

  private own(): Fields {
    this.fields ??= new Fields(this.record, this.context);
    return this.fields;
  }
}

const NOBODY: Id = { id: undefined, name: undefined };

function fileFacts(meaning: Normalized, files: ObjectFiles, context: InterpretContext): FileFacts | undefined {
  const { object, action } = meaning;
  const { primary, second } = object;
  if (primary && DECIDED.has(primary.record.type)) return decidedFile(object, primary);
  const name = files.primary && primary ? some(decoded(primary)) : undefined;
  if (name === undefined || !primary) return undefined;
  const fields = new Fields(primary.record, context);
  const mode = fieldAt(primary.record, 'mode');
  const { path } = files.primary!;
  return {
    path,
    name: path === undefined ? name : lastPart(path) || path,
    target: files.second ? files.second.path : action === 'symlinked' && second ? some(decoded(second)) : undefined,
    inode: some(fields.decoded('inode')),
    device: some(fields.decoded('dev')),
    mode: mode && (Number.parseInt(mode.field.value, 8) & 0o7777).toString(8).padStart(4, '0'),
    owner: fields.id('ouid'),
    group: fields.id('ogid'),
    kind: fileKind(mode) ?? object.kind,
  };
}

/** Types in which a security module names a file. */
const DECIDED: ReadonlySet<number> = new Set([
  RECORD.AVC,
  RECORD.LANDLOCK_ACCESS,
  RECORD.APPARMOR_AUDIT,
  RECORD.APPARMOR_ALLOWED,
  RECORD.APPARMOR_DENIED,
  RECORD.APPARMOR_KILL,
]);

/** The file of AppArmor's or Landlock's record, whose names are absolute. */
function decidedFile(object: EventObject, at: FieldAt): FileFacts | undefined {
  const path = decoded(at);
  if ((object.kind !== 'file' && object.kind !== 'directory') || !path.startsWith('/')) return undefined;
  return {
    path,
    name: lastPart(path) || path,
    target: undefined,
    inode: some(decoded(fieldAt(at.record, 'ino'))),
    device: some(decoded(fieldAt(at.record, 'dev'))),
    mode: undefined,
    owner: NOBODY,
    group: NOBODY,
    kind: object.kind,
  };
}

function addressFacts(at: FieldAt | undefined): AddressFacts | undefined {
  const address = at && socketAddress(at.field.value);
  if (!address) return undefined;
  const { familyName: family, address: ip, port, path } = address;
  return { family, ip: family === 'inet' || family === 'inet6' ? ip : undefined, port, path: path || undefined };
}

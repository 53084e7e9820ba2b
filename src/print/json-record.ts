// One record as a JSON object. Most of a trail repeats, so the object of a whole body is remembered; of a SYSCALL, whose
// arguments hardly repeat, what stands before ` exit=` and what stands from ` ppid=` on.
//
//   {"type":"PATH","raw":{"item":"0","name":"/etc/shadow","mode":"0100640"},"text":{"mode":"file,640"}}

import { ownText } from '../base/bytes.ts';
import { argumentKind, plainHex } from '../interpret/arguments.ts';
import { callNamed } from '../interpret/call.ts';
import type { Call, InterpretContext } from '../interpret/context.ts';
import { interpretValue, type Reading, readingOf } from '../interpret/interpret.ts';
import { ENRICHMENT_SEPARATOR, parseFields } from '../record/fields.ts';
import { type AuditRecord, fieldsOf, textOf, typeNameOf } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import { type Members, membersOf } from './json-members.ts';
import { jsonString } from './json-text.ts';
import { Recall } from './recall.ts';

/** A SYSCALL record in the shape the kernel writes, cut where it repeats. The strings are keys for what is remembered. */
export interface CallParts {
  /** `arch=c000003e syscall=257 success=yes`, with a `per=` where there is one. */
  readonly head: string;
  /** exit, a0, a1, a2, a3, items. */
  readonly numbers: readonly string[];
  /** From ` ppid=` to the end of the line, enriched tail included. */
  readonly process: string;
}

// kernel/auditsc.c audit_log_exit, kernel 6.18. Numbers all, so that nothing needs an escape.
const HEAD = /^arch=([0-9a-f]+) syscall=(\d+)(?: per=([0-9a-f]+))?(?: success=(yes|no))?$/;
const NUMBERS = /^exit=(-?\d+) a0=([0-9a-f]+) a1=([0-9a-f]+) a2=([0-9a-f]+) a3=([0-9a-f]+) items=(\d+)$/;
const NAMES = ['exit', 'a0', 'a1', 'a2', 'a3', 'items'] as const;
const HEAD_NAMES = ['arch', 'syscall', 'per', 'success'] as const;

/** Arches (x86_64, aarch64, riscv64) on which no call is many calls told apart by an argument, as socketcall is. */
const SINGLE = ['arch=c000003e ', 'arch=c00000b7 ', 'arch=c00000f3 '];

/** The parts of a SYSCALL record; undefined for one of another type, arch or shape. */
export function callParts(record: AuditRecord): CallParts | undefined {
  if (record.type !== RECORD.SYSCALL) return undefined;
  const text = textOf(record);
  if (!SINGLE.some((arch) => text.startsWith(arch, record.body))) return undefined;
  const exit = text.indexOf(' exit=', record.body);
  const process = exit < 0 ? -1 : text.indexOf(' ppid=', exit);
  if (process < 0) return undefined;
  const numbers = NUMBERS.exec(text.slice(exit + 1, process));
  return numbers ? { head: text.slice(record.body, exit), numbers, process: text.slice(process) } : undefined;
}

/** What is remembered of a call's head under one enriched tail. */
interface Head {
  readonly raw: string;
  readonly text: string;
  readonly call: Call;
}

/** Makes the objects of records; one for a whole search, since it remembers what it made. */
export class JsonRecordWriter {
  private readonly context: InterpretContext;
  private readonly bodies = new Recall<string>();
  private readonly processes = new Recall<Members & { readonly reading: Reading }>();
  private readonly heads = new Recall<Head>();

  /** `context` escapes nothing (`raw`): JSON has its own way. */
  constructor(context: InterpretContext) {
    this.context = context;
  }

  /** The object of a record; `parts` are its callParts. */
  object(record: AuditRecord, parts: CallParts | undefined): string {
    if (parts) return this.call(parts) ?? this.whole(record);
    if (record.type === RECORD.SYSCALL || record.type < 0) return this.whole(record);
    return this.bodies.get(textOf(record).slice(record.body), () => this.whole(record), record.type);
  }

  private whole(record: AuditRecord): string {
    const members = membersOf(readingOf(record, this.context), fieldsOf(record));
    const text = members.text === '' ? '' : `,"text":{${members.text}}`;
    return `{"type":${jsonString(typeNameOf(record))},"raw":{${members.raw}}${text}${members.more}}`;
  }

  /** Undefined when a field of the head repeats in the process part. */
  private call({ head, numbers, process }: CallParts): string | undefined {
    const known = this.processes.get(process, (text) => this.processPart(text));
    if (known.names.some(isCallName)) return undefined;
    const tail = process.indexOf(ENRICHMENT_SEPARATOR);
    const begin = this.heads.get(tail < 0 ? head : head + process.slice(tail), () =>
      this.headPart(head, known.reading),
    );
    if (begin.raw === '') return undefined;
    const call: Call = { ...begin.call, a0: numbers[2]!, a1: numbers[3]! };
    const reading: Reading = { ...known.reading, call };
    let raw = begin.raw;
    let text = begin.text;
    for (let i = 0; i < NAMES.length; i++) {
      const name = NAMES[i]!;
      const value = numbers[i + 1]!;
      raw += `"${name}":"${value}",`;
      // Addresses and the like: nothing to look up, and nothing worth remembering.
      if (i > 0 && i < 5 && argumentKind(call, i - 1) === plainHex) text += `"${name}":"0x${value}",`;
      else {
        const word = interpretValue(reading, name, value);
        if (word !== value) text += `"${name}":${jsonString(word)},`;
      }
    }
    const end = known.text === '' ? text.slice(0, -1) : text + known.text;
    return `{"type":"SYSCALL","raw":{${raw}${known.raw}},"text":{${end}}${known.more}}`;
  }

  private processPart(text: string): Members & { readonly reading: Reading } {
    const record = { type: RECORD.SYSCALL, body: 0, text } as AuditRecord;
    const reading = readingOf(record, this.context);
    const members = membersOf(reading, parseFields(text));
    return { ...members, raw: ownText(members.raw), text: ownText(members.text), reading };
  }

  private headPart(head: string, process: Reading): Head {
    const match = HEAD.exec(head);
    if (!match) return { raw: '', text: '', call: process.call };
    const call = callNamed(match[1]!, match[2]!);
    let raw = '';
    let text = '';
    for (let i = 0; i < HEAD_NAMES.length; i++) {
      const value = match[i + 1];
      if (value === undefined) continue;
      const name = HEAD_NAMES[i]!;
      raw += `"${name}":"${value}",`;
      const word = interpretValue({ ...process, call }, name, value);
      if (word !== value) text += `"${name}":${jsonString(word)},`;
    }
    return { raw: ownText(raw), text: ownText(text), call };
  }
}

/** Whether a call's head is in the kernel's shape: none but its own fields stand in it. */
export const isCallHead = (head: string): boolean => HEAD.test(head);

const CALL_NAMES: ReadonlySet<string> = new Set([...HEAD_NAMES, ...NAMES]);
export const isCallName = (name: string): boolean => CALL_NAMES.has(name);

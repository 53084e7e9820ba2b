// The journal's entries as lines of an audit log. journald takes the kernel's audit messages apart: type, serial and time
// become fields of their own, MESSAGE keeps `SYSCALL arch=…` (systemd.journal-fields(7), journald-audit.c). Here they are
// put together again. Messages that went through the kernel log come with their stamp: `audit: type=1400 audit(…): …`.
// What the kernel and a few programs else wrote becomes a line of syslog, for who-killed.
//
//   export   FIELD=text\n … or FIELD\n<size, 8 bytes little endian><bytes>\n …, an empty line behind each entry
//   json     one object a line; a value is text, or an array of bytes where it is no text

import { fromUtf8, latin1 } from '../base/bytes.ts';
import { isoTime } from '../base/moment.ts';
import { unreadKind } from './unread-kinds.ts';

export type JournalFormat = 'export' | 'json';

/** The longest field (export) or entry (JSON) that is kept; a longer one is passed over to its end, for programs write
 * what they like into theirs, other entries' lines too. */
const LARGEST = 4 << 20;

/** Fields that make an audit line; the others of an entry are not kept, however many there are. */
const WANTED: ReadonlySet<string> = new Set([
  'MESSAGE',
  '_TRANSPORT',
  '_AUDIT_TYPE',
  '_AUDIT_TYPE_NAME',
  '_AUDIT_ID',
  '_SOURCE_REALTIME_TIMESTAMP',
  '__REALTIME_TIMESTAMP',
  'SYSLOG_IDENTIFIER',
  '_COMM',
  '_PID',
]);

/** Programs whose other messages are handed on as lines of syslog: they tell of ends of processes (explain/daemon-log.ts). */
const TELLERS: ReadonlySet<string> = new Set(['systemd', 'systemd-oomd', 'earlyoom']);
/** Letters that the kernel keeps of a program's name (TASK_COMM_LEN). */
const COMM = 15;

/** Which of the journal's formats a stream begins with; undefined for any other text. */
export function journalFormat(head: Uint8Array): JournalFormat | undefined {
  const text = latin1(head, 0, Math.min(head.length, 64));
  if (/^__CURSOR=|^__REALTIME_TIMESTAMP=/.test(text)) return 'export';
  return /^\s*\{\s*"[A-Z_]/.test(text) ? 'json' : undefined;
}

type Fields = Readonly<Record<string, string>>;

/** Bytes of a journal stream in, audit log lines (latin1, newline included) out. */
export class JournalDecoder {
  private readonly format: JournalFormat;
  private rest = '';
  private entry: Record<string, string> = {};
  /** What is passed over: so many bytes, or, when infinite, what comes before the next newline. */
  private over = 0;

  constructor(format: JournalFormat) {
    this.format = format;
  }

  push(chunk: Uint8Array): string {
    this.rest += this.passOver(latin1(chunk));
    const lines = this.format === 'json' ? this.objects() : this.entries();
    if (this.rest.length > LARGEST && this.over === 0) {
      this.over = Number.POSITIVE_INFINITY;
      this.rest = '';
    }
    return lines;
  }

  /** The last entry may lack its empty line or newline. */
  end(): string {
    const text = this.rest;
    this.rest = '';
    if (this.format === 'json') return objectLine(text);
    this.field(text);
    return entryLine(this.entry);
  }

  /** The text without what is still to be passed over. */
  private passOver(text: string): string {
    if (this.over === 0) return text;
    if (this.over === Number.POSITIVE_INFINITY) {
      const newline = text.indexOf('\n');
      if (newline < 0) return '';
      this.over = 0;
      return text.slice(newline + 1);
    }
    const gone = Math.min(this.over, text.length);
    this.over -= gone;
    return text.slice(gone);
  }

  private objects(): string {
    const last = this.rest.lastIndexOf('\n');
    if (last < 0) return '';
    const texts = this.rest.slice(0, last).split('\n');
    this.rest = this.rest.slice(last + 1);
    return texts.map(objectLine).join('');
  }

  private entries(): string {
    let out = '';
    let at = 0;
    for (let end = this.rest.indexOf('\n', at); end >= 0; end = this.rest.indexOf('\n', at)) {
      const line = this.rest.slice(at, end);
      if (line === '') {
        out += entryLine(this.entry);
        this.entry = {};
      } else if (!this.field(line)) {
        const size = sizeAt(this.rest, end + 1);
        if (size === undefined) break;
        const from = end + 9;
        if (size > LARGEST) {
          at = Math.min(this.rest.length, from + size + 1);
          this.over = from + size + 1 - at;
          continue;
        }
        if (from + size >= this.rest.length) break;
        this.keep(line, this.rest.slice(from, from + size));
        end = from + size;
      }
      at = end + 1;
    }
    this.rest = this.rest.slice(at);
    return out;
  }

  /** Takes `NAME=text`; false for a line without `=`, behind which a size and bytes stand. */
  private field(line: string): boolean {
    const equals = line.indexOf('=');
    if (equals > 0) this.keep(line.slice(0, equals), line.slice(equals + 1));
    return equals > 0;
  }

  private keep(name: string, value: string): void {
    if (WANTED.has(name)) this.entry[name] = value;
  }
}

/** Eight bytes, little endian; undefined while they have not all come. */
function sizeAt(text: string, at: number): number | undefined {
  if (at + 8 > text.length) return undefined;
  let size = 0;
  for (let i = 7; i >= 0; i--) size = size * 256 + text.charCodeAt(at + i);
  return size;
}

/** A member that every entry of a journal has. */
const ENTRY = /"(?:__CURSOR|__REALTIME_TIMESTAMP|_BOOT_ID|_TRANSPORT|MESSAGE|_AUDIT_ID)"/;

function objectLine(text: string): string {
  if (text.startsWith('{') && !ENTRY.test(text)) return `${text}\n`; // another program's: who reads lines tells of it
  // A message that is no UTF-8 is written as its bytes, in which no word shows.
  if (!/audit|_AUDIT_|"MESSAGE"\s*:\s*(?:\[|"[A-Z][A-Z0-9_]+ )|"(?:kernel|systemd|systemd-oomd|earlyoom)"/.test(text))
    return '';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.startsWith('{') ? `${text}\n` : ''; // cut: who reads lines tells of it
  }
  if (typeof value !== 'object' || value === null) return '';
  const fields: Record<string, string> = {};
  // The text was taken as latin1: a string's characters are its UTF-8 bytes, but for those written as \u escapes.
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === 'string') fields[name] = /[^\0-\xff]/.test(field) ? fromUtf8(field) : field;
    else if (Array.isArray(field) && field.every((b) => Number.isInteger(b) && b >= 0 && b <= 255))
      fields[name] = latin1(Uint8Array.from(field as number[]));
  }
  return entryLine(fields);
}

/** An entry as a line of the audit log, or of syslog (`lineOf`); '' for one of no use here. */
function entryLine(fields: Fields): string {
  const message = fields.MESSAGE?.replaceAll('\n', ' ');
  if (message === undefined) return '';
  // Every program can send such a message to the journal, which tells by the transport that it was not the kernel.
  const { _TRANSPORT: transport = 'kernel' } = fields;
  if (/^audit: type=\d+ audit\(/.test(message)) return transport === 'kernel' ? `${message}\n` : '';
  const { _AUDIT_TYPE: type, _AUDIT_ID: serial, _SOURCE_REALTIME_TIMESTAMP: micro } = fields;
  if (!/^\d{1,9}$/.test(type ?? '') || !/^\d{1,15}$/.test(serial ?? '') || !/^\d{4,18}$/.test(micro ?? ''))
    return unstamped(message, fields._TRANSPORT) || lineOf(fields, message);
  const name = fields._AUDIT_TYPE_NAME ?? message.split(' ', 1)[0]!;
  const body = message.startsWith(`${name} `) ? message.slice(name.length + 1) : message;
  const known = /^[A-Z][A-Z0-9_]*$/.test(name) ? name : `UNKNOWN[${type}]`;
  return `type=${known} msg=audit(${micro!.slice(0, -6) || '0'}.${micro!.slice(-6, -3).padStart(3, '0')}:${serial}): ${body}\n`;
}

/**
 * A message of the kernel, or of a program that tells of ends, as a line of syslog; '' for any other. The journal itself says
 * who wrote it: by the transport, and by the name that the kernel had for the process (fields with `_`, which nobody else
 * can write). A message that could be taken for a record is left out.
 */
function lineOf(fields: Fields, message: string): string {
  const { _TRANSPORT: transport, SYSLOG_IDENTIFIER: identifier = '', _COMM: comm, _PID: pid = '' } = fields;
  if (transport === undefined || message.includes('audit(')) return '';
  const micro = fields.__REALTIME_TIMESTAMP ?? '';
  const date = /^\d{7,18}$/.test(micro) ? `${isoTime(Number(micro.slice(0, -6)), Number(micro.slice(-6, -3)))} ` : '';
  if (transport === 'kernel') return `${date}journal kernel: ${message}\n`;
  if (!TELLERS.has(identifier) || comm !== identifier.slice(0, COMM) || !/^\d{1,10}$/.test(pid)) return '';
  return `${date}journal ${identifier}[${pid}]: ${message}\n`;
}

/** An audit message whose number or time is not in the entry (`--output-fields`), for who tells what could not be read; ''
 * for any other message, and for one that could be taken for a record. */
function unstamped(message: string, transport: string | undefined): string {
  if (transport !== undefined && transport !== 'audit') return '';
  return !message.includes('audit(') && unreadKind(message) === 'journal-text' ? `${message}\n` : '';
}

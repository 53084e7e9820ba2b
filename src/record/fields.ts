// A message body as an ordered list of fields. Nothing is interpreted here: a value is the text that stands in the line,
// so that the list and the text between its entries give the line back byte for byte.
//
//   op=PAM:session acct="root" msg='a=1 b="x y"'<0x1d>UID="root"
//   name=value     name=quoted  nested message      enriched tail (auditd log_format=ENRICHED)
//
// Words without `=` belong to the value before them (`op=adding user`); before any field they stand alone with the
// name '' (`avc:  denied  { read } for`). Source: audit record format as written by kernel/audit.c and libaudit.

import { ENRICHMENT_SEPARATOR, enrichmentOf } from './enrichment.ts';
import { decoded, unquoted } from './value.ts';

export { ENRICHMENT_SEPARATOR, enrichmentOf };

/** Which part of the record a field stands in. */
export type Part = 'body' | 'message' | 'enriched';

export interface Field {
  /** '' for a word that is no `name=value`. */
  readonly name: string;
  /** As written, quotes included. For the field that opens a nested message (`msg='…'`) the whole quoted text. */
  readonly value: string;
  /** Offset in the line of the name, and one past the value. */
  readonly start: number;
  readonly end: number;
  readonly part: Part;
}

const SPACE = 32;
const COMMA = 44;
const QUOTE = 34;
const BRACKET = 40;
const APOSTROPHE = 39;

/** Messages within messages that are taken apart; what is quoted deeper stays one plain value. Programs write one level. */
const DEEPEST = 4;

/** Text whose fields are being read: from `at` to `end`; `first` is where its fields begin in the list. */
interface Stretch {
  at: number;
  readonly end: number;
  readonly part: Part;
  readonly first: number;
  /** No ` }` stands from here on: looking for one from each `{ ` again would take the square of the line's length. */
  bare: number;
  /** Nothing stands behind it: a quote that is open there was cut. */
  readonly last: boolean;
}

const stretch = (at: number, end: number, part: Part, first: number): Stretch => ({
  at,
  end,
  part,
  first,
  bare: Number.POSITIVE_INFINITY,
  last: false,
});

/**
 * The fields of `text` from offset `from` on. Never throws; any text has a list, made in time and stack that do not
 * depend on how its quotes and brackets are nested. A quote that nothing closes, of a record that was cut, keeps the text up
 * to the end, `to`.
 */
export function parseFields(text: string, from = 0, to = text.length): Field[] {
  const fields: Field[] = [];
  const { end, tail } = enrichmentOf(text, from);
  readPart(text, { ...stretch(from, Math.min(end, to), 'body', 0), last: end >= to }, fields);
  if (tail < to) readPart(text, { ...stretch(tail, to, 'enriched', fields.length), last: true }, fields);
  return fields;
}

/** Reads a part; the messages it opens are read before what follows them. */
function readPart(text: string, part: Stretch, fields: Field[]): void {
  const around: Stretch[] = [];
  for (let now: Stretch | undefined = part; now; now = around.pop()) {
    const inner = readUntilMessage(text, now, around.length < DEEPEST, fields);
    if (inner) around.push(now, inner);
  }
}

/** Reads fields to the end of `now`, or to a message that is to be taken apart: that is returned, and `now` stands behind it. */
function readUntilMessage(text: string, now: Stretch, opens: boolean, fields: Field[]): Stretch | undefined {
  const { end, part } = now;
  for (let at = now.at; ; ) {
    while (at < end && (isSeparator(text.charCodeAt(at)) || opensGroup(text, at, end))) at++;
    if (at >= end) return undefined;
    const equals = nameEnd(text, at, end);
    if (equals < 0) {
      at = looseWord(text, at, now, fields);
      continue;
    }
    const name = nameOf(text.slice(at, equals));
    const from = equals + 1;
    if (text.charCodeAt(from) === APOSTROPHE && from < end) {
      const close = text.lastIndexOf("'", end - 1);
      const past = close > from ? close + 1 : end;
      fields.push({ name, value: text.slice(from, past), start: at, end: past, part });
      at = past;
      if (name !== 'msg' || !opens) continue;
      now.at = past;
      const inner = stretch(from + 1, close > from ? close : end, 'message', fields.length);
      return close > from ? inner : { ...inner, last: now.last };
    }
    const past = valueEnd(text, from, now);
    fields.push({ name, value: text.slice(from, past), start: at, end: past, part });
    at = past;
  }
}

const isSeparator = (code: number): boolean =>
  code === SPACE || code === COMMA || code === 9 || code === 10 || code === 0;

/** Names that older kernels gave a field, and today's: RHEL 7 and Linux before 3.9 have `objtype` in PATH records. */
const nameOf = (name: string): string => (name === 'objtype' ? 'nametype' : name);

/** A bracket before a name: programs wrote `acct=root : exe="/x" (hostname=?, addr=?, res=success)` once. */
const opensGroup = (text: string, at: number, end: number): boolean =>
  text.charCodeAt(at) === BRACKET && nameEnd(text, at + 1, end) > 0;

/** Offset of the `=` that ends the name beginning at `at`; -1 when the word there is no `name=`. */
function nameEnd(text: string, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 61) return i > at ? i : -1;
    if (code === SPACE || code === QUOTE || code === APOSTROPHE || code === COMMA) return -1;
  }
  return -1;
}

function valueEnd(text: string, at: number, now: Stretch): number {
  const { end, part } = now;
  if (text.charCodeAt(at) === QUOTE) {
    const close = text.indexOf('"', at + 1);
    if (close >= 0 && close < end) return close + 1;
    if (now.last) return end;
  }
  if (at < now.bare && text.startsWith('{ ', at)) {
    const close = text.indexOf(' }', at + 1);
    if (close >= 0 && close < end) return close + 2;
    if (now.last && part === 'enriched') return end;
    now.bare = at;
  }
  let i = at;
  while (i < end && text.charCodeAt(i) !== SPACE) i++;
  while (i > at && text.charCodeAt(i - 1) === COMMA) i--;
  return i;
}

/** A word that is no field: part of the value before it, or a field of its own without a name. Returns its end. */
function looseWord(text: string, at: number, { end, part, first }: Stretch, fields: Field[]): number {
  let past = text.indexOf(' ', at);
  if (past < 0 || past > end) past = end;
  const before = fields.length > first ? fields[fields.length - 1]! : undefined;
  if (before && before.name !== '' && before.part === part && joins(before.value)) {
    const start = before.end - before.value.length;
    fields[fields.length - 1] = { ...before, value: text.slice(start, past), end: past };
  } else {
    fields.push({ name: '', value: text.slice(at, past), start: at, end: past, part });
  }
  return past;
}

/** Whether loose words may extend this value: a quoted or bracketed one is finished. */
function joins(value: string): boolean {
  const code = value.charCodeAt(0);
  return code !== QUOTE && code !== APOSTROPHE && !value.startsWith('{ ');
}

/** Fields the kernel and libaudit write as untrusted strings: quoted when plain, hex otherwise. */
const UNTRUSTED = new Set(
  (
    'acct cmd comm cwd data dir exe file grp key name new_group ocomm old_group path proctitle root_dir ' + 'vm watch'
  ).split(' '),
);

/** A value as text: its quotes taken off, hex undone where a field of that name holds an untrusted string. */
export function fieldText(name: string, value: string): string {
  return UNTRUSTED.has(name) ? decoded(value) : unquoted(value);
}

// The names auditd adds behind a record when log_format = ENRICHED (auditd.conf(5)): a 0x1d byte, then for each id,
// architecture, system call and socket address its field's name in upper case and its meaning as of now, in the order
// of the fields. Works on the line as text: a hit costs a look-up, everything else is passed over.
// A value that is no number gets no name: nothing is made up.

import { idOf, UNSET } from '../base/ids.ts';
import { TextMemo } from '../base/memo.ts';
import type { Accounts } from '../base/types.ts';
import { fieldsOfKind } from '../interpret/fields.ts';
import { type Arch, archName, archOf } from '../tables/arch.ts';
import { syscallName } from '../tables/syscalls.ts';

type Kind = 'user' | 'group' | 'arch' | 'syscall' | 'saddr';

const KINDS = new Map<string, Kind>([
  ...fieldsOfKind('uid').map((name) => [name, 'user'] as const),
  ...fieldsOfKind('gid').map((name) => [name, 'group'] as const),
  ['arch', 'arch'],
  ['syscall', 'syscall'],
  ['saddr', 'saddr'],
]);

/** No name above is longer. */
const LONGEST_NAME = Math.max(...[...KINDS.keys()].map((name) => name.length));

export interface EnrichContext {
  readonly accounts: Accounts;
  /** Meaning of a hex socket address: `{ saddr_fam=inet laddr=… lport=… }`. */
  readonly sockaddr: (hex: string) => string;
}

export type Enricher = (line: string, from: number) => string;

/** Pieces of lines remembered at most; a machine's processes share a few dozen. */
const REMEMBERED = 4096;
/** No piece or id of a true record is longer. */
const LONGEST = 1024;

/**
 * Makes the function that gives a line's enrichment, '' or the 0x1d byte and the names; `from` is where its `type=` is.
 * Names of ids are remembered: make a new one now and then.
 *
 * Same as `plainEnricher`, but for the records that come by the million: the ids of a SYSCALL or PATH record stand
 * together and recur with the process, so their names are looked up as one piece of text (the daemon's CPU for 374,000
 * records of a compile: 2.7 s instead of 3.3 s). Only the kernel writes these types, in this order of fields.
 */
export function enricher(context: EnrichContext): Enricher {
  const plain = plainEnricher(context);
  const known = new TextMemo<string>(REMEMBERED, LONGEST);
  const piece = (text: string, start: number, end: number): string => {
    const key = text.slice(start, end);
    return known.find(key) ?? known.keep(key, plain(key, 0));
  };
  return (text, from) => {
    const type = from + 5;
    if (text.startsWith('SYSCALL ', type)) {
      const arch = text.indexOf(' arch=', type);
      const call = arch < 0 ? -1 : text.indexOf(' syscall=', arch);
      const past = call < 0 ? -1 : text.indexOf(' ', call + 9);
      const ids = past < 0 ? -1 : text.indexOf(' auid=', past);
      const end = ids < 0 ? -1 : text.indexOf(' tty=', ids);
      if (end < 0) return plain(text, from);
      const names = piece(text, ids + 1, end);
      return piece(text, arch + 1, past) + (names === '' ? '' : ` ${names.slice(1)}`);
    }
    if (text.startsWith('PATH ', type)) {
      const ids = text.indexOf(' ouid=', type);
      const end = ids < 0 ? -1 : text.indexOf(' rdev=', ids);
      return end < 0 ? plain(text, from) : piece(text, ids + 1, end);
    }
    return NAMELESS.test(text.slice(type, type + 10)) ? '' : plain(text, from);
  };
}

/** Types whose fields are never ids. */
const NAMELESS = /^(?:PROCTITLE|CWD|EXECVE|EOE) /;

/** The machine whose calls a line's numbers are: as told last, else as the line's first field says, looked for once. */
interface LineState {
  arch: Arch | undefined;
  first: { readonly arch: Arch | undefined } | undefined;
}

/** The same, field by field. */
export function plainEnricher(context: EnrichContext): Enricher {
  const users = new TextMemo<string>(4096, LONGEST);
  const groups = new TextMemo<string>(4096, LONGEST);

  const idName = (value: string, known: TextMemo<string>, look: (id: number) => string | undefined): string =>
    known.find(value) ?? known.keep(value, nameOfId(value, look));

  const meaning = (kind: Kind, value: string, state: LineState, text: string): string => {
    switch (kind) {
      case 'user':
        return idName(value, users, context.accounts.userName);
      case 'group':
        return idName(value, groups, context.accounts.groupName);
      case 'arch': {
        const arch = /^[0-9a-f]{1,8}$/i.test(value) ? archOf(Number.parseInt(value, 16)) : undefined;
        state.arch = arch;
        return arch ? archName(arch) : `unknown-elf-type(${value})`;
      }
      case 'syscall':
        return syscallMeaning(value, state.arch ?? (state.first ??= { arch: archIn(text) }).arch);
      case 'saddr':
        return context.sockaddr(value);
    }
  };

  return (text: string, from: number): string => {
    if (text.startsWith('TRUSTED_APP ', from + 5)) return ''; // free text: its fields have no agreed meaning
    let out = '';
    const state: LineState = { arch: undefined, first: undefined };
    for (let equals = text.indexOf('=', from); equals >= 0; ) {
      const name = text.slice(nameStart(text, equals, from), equals);
      const end = valueEnd(text, equals + 1);
      const kind = KINDS.get(name);
      if (kind !== undefined && end > equals + 1) {
        const value = text.slice(equals + 1, end);
        const said = meaning(kind, value, state, text);
        if (said !== '') out += `${out === '' ? '\x1d' : ' '}${name.toUpperCase()}=${said}`;
      }
      // `msg='op=x …'`: the fields inside count, so go on right behind the apostrophe.
      equals = text.indexOf('=', text.charCodeAt(equals + 1) === 39 ? equals + 2 : Math.max(end, equals + 1));
    }
    return out;
  };
}

/** A name begins after a space, an apostrophe or a comma-less start; inside anything else it is none. Looks back no
 * further than where what stands there is longer than any name. */
function nameStart(text: string, equals: number, from: number): number {
  let at = equals;
  const last = Math.max(from, equals - LONGEST_NAME - 1);
  while (at > last) {
    const code = text.charCodeAt(at - 1);
    if (code === 32 || code === 39) break;
    at--;
  }
  return at;
}

/** A quoted value ends at its quote, any other at a space, comma or apostrophe. */
function valueEnd(text: string, at: number): number {
  if (text.charCodeAt(at) === 34) {
    const close = text.indexOf('"', at + 1);
    if (close >= 0) return close + 1;
  }
  let i = at;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 32 || code === 39 || code === 44) break;
  }
  return i;
}

function nameOfId(value: string, look: (id: number) => string | undefined): string {
  const id = idOf(value);
  if (id === undefined) return '';
  return id === UNSET ? '"unset"' : `"${look(id) ?? `unknown(${id})`}"`;
}

function archIn(text: string): Arch | undefined {
  const match = / arch=([0-9a-f]{1,8})\b/i.exec(text);
  return match ? archOf(Number.parseInt(match[1]!, 16)) : undefined;
}

function syscallMeaning(value: string, arch: Arch | undefined): string {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : -1;
  return (arch && number >= 0 && syscallName(arch, number)) || `unknown-syscall(${value})`;
}

// Where the names begin that auditd adds behind a record (log_format = ENRICHED, auditd.conf(5)). It writes a 0x1d byte
// before them; on the way through syslog, a terminal or a copy that byte becomes `#035`, `^]`, a blank, or nothing:
//
//   … key="fs"<0x1d>ARCH=x86_64 …     … key="fs"#035ARCH=x86_64 …     … ses=4294967295AUID="unset" …

/** Separates the record the kernel or a program wrote from the names auditd added. */
export const ENRICHMENT_SEPARATOR = '\x1d';

/** Where the record itself ends, and where its names begin: the text's length when it has none. */
export interface Enrichment {
  readonly end: number;
  readonly tail: number;
}

/** Where the names of a record's text stand (`textOf` has put the separator back where it was lost); `from` is where its
 * message begins. */
export function enrichmentOf(text: string, from = 0): Enrichment {
  const split = text.indexOf(ENRICHMENT_SEPARATOR, from);
  return split < 0 ? { end: text.length, tail: text.length } : { end: split, tail: split + 1 };
}

/** The names auditd gives: those of the ids, the arch, the call and the address, in upper case. */
const NAME = /(?:OLD-)?(?:ARCH|SYSCALL|SADDR|URING_OP|(?:[AEFOSI]|FS|OA|SA|NEW_)?[UG]?ID)=(?=["{\w?(])/y;
/** What stands in place of the separator: how syslog, a terminal, less and a JSON writer show the byte. */
const SHOWN =
  /(?:#035|#29|\\035|\\x1d|\\u001d|\\u\{1d\}|&#(?:29|x1d);|%1d|\^\]|<1d>|[<[]GS[>\]]|\xe2\x90\x9d|\xef\xbf\xbd|[ \t]{1,8})$/i;

const QUOTE = 34;
const APOSTROPHE = 39;
const LETTER_A = 65;
const LETTER_U = 85;

/** Names that no separator parts from the record: the first of them that stands outside of quotes. */
function unseparated(text: string, from: number): Enrichment {
  let inValue = false;
  let inMessage = false;
  for (let i = from; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    if (letter === QUOTE) inValue = !inValue;
    else if (inValue) continue;
    else if (letter === APOSTROPHE) inMessage = !inMessage;
    else if (!inMessage && i > from && letter >= LETTER_A && letter <= LETTER_U) {
      NAME.lastIndex = i;
      if (NAME.test(text)) return { end: i - (SHOWN.exec(text.slice(i - 8, i))?.[0].length ?? 0), tail: i };
    }
  }
  return { end: text.length, tail: text.length };
}

/**
 * A record's text with its names behind the separator again, where something else or nothing stands in its place: every
 * reader of the text finds them where auditd put them. `from` is where the message begins; what stands before it and in it
 * stays where it is.
 */
export function withSeparator(text: string, from: number): string {
  if (!endsInName(text, from) || text.indexOf(ENRICHMENT_SEPARATOR, from) >= 0) return text;
  const { end, tail } = unseparated(text, from);
  return tail === text.length ? text : `${text.slice(0, end)}${ENRICHMENT_SEPARATOR}${text.slice(tail)}`;
}

const CLOSING_BRACE = 125;
const LETTER_Z = 90;

/** Whether the last `name=` is one in upper case, or an address in braces ends the text. Asked of every record. */
function endsInName(text: string, from: number): boolean {
  if (text.charCodeAt(text.length - 1) === CLOSING_BRACE) return true;
  const at = text.lastIndexOf('=');
  const letter = text.charCodeAt(at - 1);
  return at > from && letter >= LETTER_A && letter <= LETTER_Z;
}

// What may stand before a record on its line: the envelope that syslog, dmesg, logcat, journalctl, grep and their like
// put around it. By rule, not by a list of programs: an envelope is made of dates, one place (host, tag), brackets and
// the words the kernel's own path uses, and of nothing else up to the record (docs/envelopes.md). Text of a program that
// quotes a record has other words before it, or quotes, or `name=`, and stays text.
//
//   <5>Jan  1 15:09:04 box kernel: [ 1911.569682] audit: type=1400 audit(1357024144.556:6300): apparmor=…
//   pri date          host tag    bracket        tag    record

/** What stood before a record. */
export interface Envelope {
  /** A program that is not of the kernel's path wrote the line: it is not believed the kernel's own form of a record. */
  readonly foreign: boolean;
}

const CLOCK = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?`;
/** After a clock: half of the day, zone, year. */
const ZONE = String.raw`(?:Z\b|\s?[+-]\d\d:?\d\d(?!\d)|\s(?:UTC|GMT|[A-Z]{2,4}T)(?=[\s\]:]))`;
const AFTER = String.raw`(?:\s?[AaPp][Mm]\b)?${ZONE}?(?:\s+(?:19|20)\d\d(?=[\s\]:]))?`;
/** Before a clock: days and months as numbers or words of any language (bytes above 0x7f are letters). */
const DAY = String.raw`(?:\d[\d./-]*|[A-Za-z\x80-\xff]{1,24})[\x80-\xff]{0,12}[.,]{0,2}`;

/** A date with its clock, a clock alone, or seconds (since 1970, or since the machine started). */
const DATE = new RegExp(
  String.raw`\d{2,4}[-/.]\d\d?[-/.]\d\d?[T ]\s*${CLOCK}${AFTER}|(?:${DAY}\s+){0,5}?${CLOCK}${AFTER}(?=[\s\]:|]|$)|\d{1,10}\.\d{3,9}(?=[\s:])`,
  'y',
);

/** Copies of a line: `> ` of a mail, `+` of a diff, a number of grep -n or cat -n, a file's name of grep -H, `len[357], `. */
const COPY = /[>|*+-]\s?(?=\S|$)|\d{1,9}(?:[:-](?=\S|$)|\t|\s+$)|len\[\d{1,6}\],?\s?/y;
const FILE = /[^\s:"'=<>[\](){}]{1,255}(?::\d{1,9}:|-\d{1,9}-|:|-)(?=\S|$)/y;
const PRIORITY = /<\d{1,3}>(1(?= ))?/y;
/** `kern  :notice:`, `kern.notice`, `kern: notice:` */
const FACILITY = /(?:kern|user|daemon|auth|authpriv|syslog|local[0-7])\s*[.:]\s*[a-z]{2,7}\s*(?::(?=[\s[]|$)|(?=\s))/y;
/** `[ 79.638573]`, `[Thu May  1 13:07:21 2025]`, `[  T123]`, `(2)[123:kauditd]`, `I[0:  swapper/0:  1]`: no text, no fields. */
const BRACKET = /[.A-Z]?(?:\(\d\))?\[[^\]"'={}]{1,80}\]:?/y;
const LOGCAT_THREAD =
  /(?:\w{1,16}\s+)?\d{1,7}\s+\d{1,7}\s+[VDIWEFS]\s+[^"'={}]{1,64}?\s*:(?=\s)|[VDIWEFS]\s+[^\s"'={}]{1,64}\s*:(?=\s)/y;
const LOGCAT_BRIEF = /[VDIWEFS](?:\/[^"'={}()]{1,64}?)?\s*(?:\(\s*\d{1,7}\)|:(?=\s)|(?=\())\s*:?(?=\s|$)/y;
/** RFC 5424 after its date: host, program, process, kind of message, structured data. */
const RFC5424 =
  /[^\s"'=]+ ([^\s"'=]+) [^\s"'=]+ [^\s"'=]+ (?:-|(?:\[[^\s"=\]]{1,32}(?: [^\s"=\]]{1,32}="(?:[^"\\\]]|\\.){0,255}")*\])+)(?: \xef\xbb\xbf| |$)/y;
/** The kernel's path: its own name, and the programs that take its records on. */
const KNOWN =
  /(?:kernel|kauditd|audit|auditd|audispd|audisp-(?:syslog|remote|json)|klogd|vmunix|auditctl)(?:\[[\w.-]*\])?\s*(?::|(?=[\s[]))/y;
const TAG = /[^\s:"'=[\](){}<>|]{1,64}(\[[\w.-]{1,16}\]|\(\w{1,16}\))?\s*(?::(?=[\s[]|$)|\s\|(?=\s))/y;
const WORD = /[^\s"'={}|<>[\]]{1,255}(?=\s)/y;
/** Blanks, and the colours of a terminal. */
const BLANKS = /(?:\s|\x1b\[[\d;]{0,12}m)*/y;

/** Words that are host and tag, no more. */
const MOST_WORDS = 2;
/** Pieces of an envelope, no more. */
const MOST_PIECES = 16;

/** Reads `text` as an envelope from its first character to its last; undefined where it is none. */
export function readEnvelope(text: string): Envelope | undefined {
  return text === '' ? { foreign: false } : new EnvelopeReader(text).read();
}

class EnvelopeReader {
  private readonly text: string;
  private at = 0;
  private words = 0;
  private dated = false;
  private syslog5424 = false;
  /** A tag ended the place; `foreign`: that of a program which is not of the kernel's path. */
  private tagged = false;
  private foreign = false;
  /** That tag names a process: not even `kern.notice` behind it makes it the kernel. */
  private process = false;
  private found: RegExpExecArray | undefined;

  constructor(text: string) {
    this.text = text;
  }

  read(): Envelope | undefined {
    for (let pieces = 0; pieces <= MOST_PIECES; pieces++) {
      this.takes(BLANKS);
      if (this.at === this.text.length) return { foreign: this.foreign };
      if (!(this.tagged ? this.kernelPiece() : this.headPiece() || this.kernelPiece() || this.placePiece()))
        return undefined;
    }
    return undefined;
  }

  private takes(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return false;
    this.found = found;
    this.at += found[0].length;
    return true;
  }

  /** What copies of a line, and the transport, put first. */
  private headPiece(): boolean {
    if (this.takes(PRIORITY)) {
      this.syslog5424 = this.found![1] !== undefined;
      return (this.dated = true);
    }
    if (this.words <= 1 && this.takes(DATE)) return (this.dated = true);
    if (this.words === 0 && (this.takes(LOGCAT_THREAD) || this.takes(LOGCAT_BRIEF))) return (this.tagged = true);
    return this.words === 0 && !this.dated && (this.takes(COPY) || (!this.startsTag() && this.takes(FILE)));
  }

  private startsTag(): boolean {
    KNOWN.lastIndex = this.at;
    return KNOWN.test(this.text);
  }

  /** Pieces that may stand anywhere: what the kernel and those that take its log on write themselves. */
  private kernelPiece(): boolean {
    if (this.takes(BRACKET)) return (this.dated = true);
    if (this.takes(FACILITY)) {
      this.foreign = this.process;
      return (this.dated = true);
    }
    if (this.takes(KNOWN)) return (this.tagged = true);
    return this.tagged && this.takes(DATE);
  }

  /** Host and tag. */
  private placePiece(): boolean {
    if (this.dated && this.words === 0 && this.takes(RFC5424)) {
      this.foreign = this.syslog5424 && !/^(?:kernel|audit\w*|audispd|-)$/.test(this.found![1]!);
      return (this.tagged = true);
    }
    if (this.takes(TAG)) {
      this.foreign = true;
      this.process = this.found![1] !== undefined;
      return (this.tagged = true);
    }
    return this.dated && this.words++ < MOST_WORDS && this.takes(WORD);
  }
}

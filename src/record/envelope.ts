// Where the record begins in a line that does not begin with it: what syslog, dmesg, logcat, journalctl and grep put in
// front. Programs write into such logs too, and what they write may quote a record, so not every line in which `type=…
// audit(…)` stands holds one: only what an envelope is made of may stand before it. After a program's tag (`sshd[5]:`)
// nothing may but the kernel's own time and `audit:`; without a tag's colon, a time and three words at most.
//
//   Jan  1 15:09:04 box kernel: [ 1911.5] audit: type=…   апр 28 01:23:28 PC kernel: type=…   2013-01-01T15:09:04Z box tag type=…
//   <13>1 2024-05-01T10:00:00Z box app 5 id [x@1 a="b"] type=…   [  79.6] type=…   [Thu May  1 13:07:21 2025] audit: type=…
//   04-01 20:46:28.364   587   587 E audit   : type=…   52:type=…   /var/log/audit/audit.log-52-type=…   audit(…): type=1503 …

/** A record's header, wherever it stands: as auditd writes it, as the kernel's log has it, and with the stamp first. */
const HEAD =
  /(?:node=\S{1,255} +)?type=[\w[\]]{1,40} +(?:msg=)?audit\(\d{1,12}\.\d{1,3}:\d{1,15}\)|audit\(\d{1,12}\.\d{1,3}:\d{1,15}\): +type=\d{1,5} /;

/** The longest text before a record; a date, a host's name of 253 characters and a tag are shorter. */
const LONGEST_ENVELOPE = 600;

/** Where the record begins in a line (latin1): 0 where nothing stands before it, -1 where the line holds none. */
export function recordStart(line: string): number {
  const found = line.includes('audit(') ? HEAD.exec(line) : null;
  if (!found) return -1;
  return found.index === 0 || isEnvelope(line.slice(0, found.index)) ? found.index : -1;
}

/** A colour of the terminal (`dmesg --color=always`). */
const COLOUR = /\x1b\[[0-9;]*m/g;
/** Structured data of RFC 5424, its values quoted. */
const STRUCTURED = /\[[\w.@-]{1,64}(?: [\w.@-]{1,64}="[^"]*")+\]/g;
/** `grep -n`, `-H`, `-A`: a file's name, a line's number, or both, each with `:` or `-` behind it. */
const GREP = /^(?:[^\s:"'=]{1,255}[:-](?=\d+[:-]|$)|(?=\d))(?:\d{1,10}[:-])?/;
/** Behind a tag: the kernel's clock, in seconds or as a date, and what the kernel and old dispatchers write. */
const BEHIND_TAG = /^(?:\[ *\d+\.\d+\]|\[[^[\]]*\d:\d\d[^[\]]*\])? *(?:audit: ?)?(?:len\[\d+\], ?)?$/;
/** The kernel's clock behind anything. */
const KERNEL_CLOCK = / *\[ *\d+\.\d+\]$/;
const TIME = /^\[?\d{4}-\d\d-\d\d[T_]\d\d:\d\d|^\[?\d{1,2}:\d\d(?::\d\d|$)|^\d{9,13}(?:\.\d+)?$/;

/** Words of a date, a host, a tag and process numbers (logcat has six before its colon). */
const MOST_WORDS = 10;
/** Words between a time and a record: host, tag, process. RFC 5424 has five: host, program, process, message, data. */
const WORDS_BEHIND_TIME = 3;
const WORDS_OF_RFC5424 = 5;

/** Whether a text is what may stand before a record. */
function isEnvelope(before: string): boolean {
  if (before.length > LONGEST_ENVELOPE) return false;
  const plain = before.replace(COLOUR, '').replace(STRUCTURED, '-').replace('\xef\xbb\xbf', '');
  return !/["'=]/.test(plain) && (isPrefix(plain) || isPrefix(plain.replace(GREP, '')));
}

function isPrefix(text: string): boolean {
  const priority = /^\s*<\d{1,3}>(1 )?/.exec(text);
  const rest = text
    .slice(priority?.[0].length ?? 0)
    .trim()
    .replace(KERNEL_CLOCK, '');
  if (rest === '' || BEHIND_TAG.test(rest)) return true;
  const words = rest.split(/\s+/);
  const tag = words.findIndex((word) => word.endsWith(':') || word === '|');
  const time = words.findLastIndex((word, i) => (tag < 0 || i < tag) && TIME.test(word));
  if (tag >= 0) {
    const behind = words.slice(tag + 1).join(' ');
    return tag < (time < 0 ? 4 : MOST_WORDS) && BEHIND_TAG.test(behind);
  }
  if (time < 0) return false;
  return words.length - 1 - time <= (priority?.[1] ? WORDS_OF_RFC5424 : WORDS_BEHIND_TIME);
}

/** What a line of several records is looked for by: each but the first stands behind something. */
export const INNER_TYPE = 'type=';

/**
 * Where each record of a line begins, for lines that hold several: `… key="x" type=PATH msg=audit(…): …`. What stands in
 * quotes is a value, whatever it looks like. The first may have an envelope: it begins at 0.
 */
export function recordStarts(line: string): number[] {
  const starts = [0];
  const head = new RegExp(HEAD, 'g');
  head.lastIndex = 1;
  let quotes = { at: 0, open: 0 };
  for (let found = head.exec(line); found; found = head.exec(line)) {
    quotes = quotesAt(line, found.index, quotes);
    if (quotes.open !== 0) continue;
    // The first of them is the line's own record, behind its envelope.
    if (starts.length > 1 || recordStart(line.slice(0, found.index)) >= 0) starts.push(found.index);
  }
  return starts;
}

const QUOTE = 34;
const APOSTROPHE = 39;
/** Bits: a message's apostrophe is open, a value's quote is. */
const IN_MESSAGE = 1;
const IN_VALUE = 2;

/** Which quotes are open at `to`, from what was open at a place before. An apostrophe in a quoted value is a letter. */
function quotesAt(line: string, to: number, from: { at: number; open: number }): { at: number; open: number } {
  let { open } = from;
  for (let i = from.at; i < to; i++) {
    const code = line.charCodeAt(i);
    if (code === QUOTE) open ^= IN_VALUE;
    else if (code === APOSTROPHE && (open & IN_VALUE) === 0) open ^= IN_MESSAGE;
  }
  return { at: to, open };
}

// What a line is that was not understood although it is about audit, and what to do about it. A line of another program
// in the same file (sshd, cron, the kernel's drivers) is no such line: it hides nothing. Nothing is parsed here; record/
// parse.ts has said no already.

import { recordTypeNumber } from '../tables/records.ts';

/** How a kind is told: what one line and several lines of it are, and the remedy. */
interface Telling {
  readonly one: string;
  readonly many: string;
  readonly remedy: string;
}

const same = (what: string, remedy: string): Telling => ({ one: what, many: what, remedy });

/** The kinds, each as it is told. */
export const UNREAD_KINDS = {
  'journal-text': same(
    'journalctl’s text, which has no event number',
    'Use `journalctl -o export` or `-o json` instead.',
  ),
  interpreted: same('interpreted output of `ausearch -i`', 'Give the log itself, or the output of `ausearch --raw`.'),
  'ausearch-text': same(
    'output of `ausearch --format text`',
    'Give the log itself, or the output of `ausearch --raw`.',
  ),
  'ausearch-csv': same('output of `ausearch --format csv`', 'Give the log itself, or the output of `ausearch --raw`.'),
  aureport: same('output of aureport', 'Give the log itself, or the output of `ausearch --raw`.'),
  strace: same(
    'part of a log of strace',
    '`auspex who-killed`, `tree` and `summary` read such logs; this command reads audit records.',
  ),
  json: same(
    'JSON that a program made of records',
    'Give the log it was made from; a log line within a member comes out with `jq -r .MEMBER`.',
  ),
  damaged: {
    one: 'a record whose stamp is not audit(SECONDS.MILLISECONDS:NUMBER)',
    many: 'records whose stamp is not audit(SECONDS.MILLISECONDS:NUMBER)',
    remedy: 'If a copy of the log exists, give that; else look at the lines with `auspex search --debug`.',
  },
  cut: {
    one: 'a record cut off before its event number',
    many: 'records cut off before their event number',
    remedy: 'Give the whole log.',
  },
  headless: {
    one: 'a part of a record without its beginning',
    many: 'parts of records without their beginning',
    remedy: 'Give the log with each record on one line, as auditd wrote it.',
  },
  stampless: {
    one: 'a denial without time and event number',
    many: 'denials without time and event number',
    remedy: 'Give the audit log or the kernel’s log, where each has its audit(…) stamp.',
  },
  'end-message': {
    one: 'a message about the end of a process, in words that are not known',
    many: 'messages about ends of processes, in words that are not known',
    remedy: 'Look at the lines themselves.',
  },
  compressed: same('compressed bytes', 'Undo the compression first, or name the file where it is gzip, xz or zstd.'),
  'utf-16': same('text in UTF-16', 'Use `iconv -f UTF-16 -t UTF-8` first.'),
  'journal-file': same('a file of systemd’s journal', 'Use `journalctl --file FILE -o export`.'),
  'event-log': same('a Windows event log', 'It holds no records of Linux Audit.'),
  binary: same('bytes that are no text', 'Give the log itself, as text.'),
  overlong: {
    one: 'longer than 1 MB, and only read up to there',
    many: 'longer than 1 MB, and only read up to there',
    remedy: 'Give the log with each record on one line, as auditd wrote it.',
  },
  file: {
    one: 'a file that could not be read to its end',
    many: 'files that could not be read to their end',
    remedy: 'See the error.',
  },
  unknown: {
    one: 'a line about audit in a form that is not known',
    many: 'lines about audit in a form that is not known',
    remedy: 'Give the log itself, or the output of `journalctl -o export`.',
  },
} as const satisfies Readonly<Record<string, Telling>>;

/** Which kind of line was not understood. */
export type UnreadKind = keyof typeof UNREAD_KINDS;

/** Characters of a line that are looked at. */
export const LOOKED_AT = 2048;

/** Without one of these a line is not about audit; most lines of a syslog file end here. */
const ABOUT =
  /audit|type=|avc:|apparmor="|_AUDIT_|[A-Z_]{3,} \S|^[\s,\x1e[]*\{|: \{\s*"|^NODE,EVENT|^[^,]*,[A-Z0-9_]+,\d|^(?:On \S+ )?[Aa]t \d|^\d+\. \d|^# date|^Number of|[a-z]+=.*[a-z]+=/;

/**
 * What a line is (latin1, its first `LOOKED_AT` bytes; `whole` when that is all of it) that holds no record which could
 * be read; undefined where it is not about audit.
 */
export function unreadKind(text: string, whole = true): UnreadKind | undefined {
  if (/^\s*$|^----|^time->/.test(text)) return undefined;
  if (ABOUT.test(text)) {
    const kind = textKind(text, whole);
    if (kind) return kind;
  }
  return isBinary(text) ? 'binary' : undefined;
}

function textKind(text: string, whole: boolean): UnreadKind | undefined {
  if (/_AUDIT_(?:ID|TYPE)/.test(text)) return /^\{.*[^}\s]\s*$/s.test(text) ? 'cut' : 'journal-text';
  if (/^[\s,\x1e[]*\{|^\s*"[\w.@-]+"\s*:|[\]:-] \{\s*"/.test(text)) return jsonKind(text);
  if (text.startsWith('#') && !text.startsWith('# date')) return undefined;
  return stampKind(text, whole) ?? typeKind(text) ?? tableKind(text) ?? partKind(text);
}

/** Members that records have in auditbeat, laurel, go-audit, audisp-json, our own formats, and lines within a member. */
const JSON_OF_RECORDS =
  /"(?:auditd?|auid|SYSCALL|EXECVE|PROCTITLE|record_type)"\s*:|audit\(\d|"ID"\s*:\s*"\d+\.\d+:\d+"|"sequence"\s*:\s*\d+.*"messages"|"serial"\s*:\s*\d.*"records"/;

function jsonKind(text: string): UnreadKind | undefined {
  const message = /"message"\s*:\s*"([A-Z][A-Z0-9_]{2,}) [a-z]/i.exec(text);
  if (message && isType(message[1]!)) return 'journal-text';
  if (JSON_OF_RECORDS.test(text)) return 'json';
  const type = /"type"\s*:\s*"([A-Z][A-Z0-9_]{2,})"/.exec(text);
  return type && isType(type[1]!) && /"(?:serial|arch|pid|msg|stamp)"/.test(text) ? 'json' : undefined;
}

/** A date in any locale, or `@SECONDS` where there is none, with milliseconds and the event number behind. */
const DATED = /(?:\d:\d\d:\d\d|[\x80-\xff]|^@\d+).*\.\d{1,3}:\d+$/;

/** Lines with something like a stamp, `audit(…)`. */
function stampKind(text: string, whole: boolean): UnreadKind | undefined {
  const found = /(msg=|type=\S+ )?audit\(([^()]{0,80})(\)?)/.exec(text);
  if (!found) return undefined;
  const [all, opening, stamp, close] = found as unknown as [string, string | undefined, string, string];
  if (DATED.test(stamp)) return 'interpreted';
  if (close === '' && whole && found.index + all.length === text.length && /^[\d.:]*$/.test(stamp)) return 'cut';
  if (close !== '' && /^\d{1,12}\.\d{3}:\d+$/.test(stamp)) return 'unknown';
  return opening !== undefined || /\d/.test(stamp) ? 'damaged' : undefined;
}

const isType = (name: string): boolean => /^[A-Z]/.test(name) && recordTypeNumber(name) !== undefined;

/** Lines that name a record type, and have no stamp. */
function typeKind(text: string): UnreadKind | undefined {
  if (/^<audit-\d+> \S/.test(text)) return 'journal-text';
  const kernel = /(?:^|[\s\])>|-])audit(?:\[\d+\])?:? (?:<audit-\d+>|([A-Z][A-Z0-9_]*(?:\[\d+\])?)) /.exec(text);
  if (kernel && (kernel[1] === undefined || isType(kernel[1]))) return 'journal-text';
  const bare = /^([A-Z][A-Z0-9_]{2,}(?:\[\d+\])?) (?:[a-z][a-z0-9_-]*=|avc:)/.exec(text);
  if (bare && isType(bare[1]!) && hasField(text)) return 'journal-text';
  const typed = /^\s*(?:node=\S+ )?type=([A-Z][A-Z0-9_]*(?:\[\d+\])?|\d{4})(.*)/s.exec(text);
  const named = typed && (/^\d/.test(typed[1]!) || isType(typed[1]!));
  if (named) return /^ ?m?s?g?=?a?u?d?i?t?$/.test(typed[2]!) ? 'cut' : 'damaged';
  return undefined;
}

/** Tables and sentences that the classic tools print of records. */
function tableKind(text: string): UnreadKind | undefined {
  const date = String.raw`\d{1,4}[./-]\d{1,2}[./-]\d{1,4}`;
  if (/^NODE,EVENT,DATE,TIME/.test(text)) return 'ausearch-csv';
  if (new RegExp(`^[^,]*,(?:[A-Z][A-Z0-9_]*(?:\\[\\d+\\])?|\\d+),${date},\\d\\d:\\d\\d:\\d\\d,\\d+,`).test(text))
    return 'ausearch-csv';
  if (new RegExp(`^(?:On \\S+ )?[Aa]t \\d\\d:\\d\\d:\\d\\d(?: [AP]M)? ${date} `).test(text)) return 'ausearch-text';
  if (new RegExp(`^\\d+\\. ${date} \\d\\d:\\d\\d:\\d\\d `).test(text)) return 'aureport';
  return /^# date time |^Number of (?:changes in configuration|(?:failed )?(?:logins|authentications|syscalls)|AVC's|MAC events|anomaly events|responses to anomaly events|crypto events|integrity events|virt events|process IDs): \d+\s*$/.test(
    text,
  )
    ? 'aureport'
    : undefined;
}

/** Fields that hardly anything but a record has. */
const FIELDS =
  /(?:^|[\s,'])(auid|ses|syscall|nametype|proctitle|fsuid|fsgid|a[0-3]|rdev|ogid|ouid|cap_f[pievr]\w*|saddr|scontext|tcontext|tclass|(?:subj|obj)(?==\w+:\w+:))=/g;
/** Fields that other programs write too. */
const OTHER_FIELDS = /(?:^|[\s,'])(?:arch|exe|comm|key|ppid|items|inode|dev|mode|success|exit|sgid|suid|subj|obj)=/;

const hasField = (text: string): boolean =>
  /(?:^|[\s,'])(?:arch|pid|item|cwd|argc|table|op|apparmor|prog-id|lsm|pkt|fver|fd0|fam|family|data)=|avc:/.test(
    text,
  ) || fieldsIn(text) > 0;

const fieldsIn = (text: string): number => new Set([...text.matchAll(FIELDS)].map(([, name]) => name)).size;

/** What is left of records whose beginning, or whose stamp, is lost. */
function partKind(text: string): UnreadKind | undefined {
  if (/\bavc:\s+(?:denied|granted)\s+\{|\bapparmor="[A-Z]+" operation=/.test(text)) return 'stampless';
  const fields = fieldsIn(text);
  return fields >= 2 || (fields === 1 && OTHER_FIELDS.test(text)) ? 'headless' : undefined;
}

/** Whether control characters that text has no use for stand in it: NUL, or more than one in ten. */
function isBinary(text: string): boolean {
  let odd = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0) return true;
    if (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 27 && code !== 29) odd++;
  }
  return odd * 10 > text.length;
}

/** What a stream as a whole is by the text (latin1) it begins with, where that is no text of lines; undefined otherwise. */
export function wholeKind(head: string): UnreadKind | undefined {
  if (/^(?:\x1f\x8b|\x28\xb5\x2f\xfd|\xfd7zXZ|BZh[1-9]|\x04\x22\x4d\x18|PK\x03\x04|7z\xbc\xaf)/.test(head))
    return 'compressed';
  if (/^(?:\xff\xfe|\xfe\xff)|^(?:[\x01-\x7f]\0){4}|^(?:\0[\x01-\x7f]){4}/.test(head)) return 'utf-16';
  if (head.startsWith('LPKSHHRH')) return 'journal-file';
  if (head.startsWith('ElfFile\0')) return 'event-log';
  return undefined;
}

// Which fields of which record types the classic options look at (learnt by running ausearch 4.2.2 on made records).
// Data only: items.ts reads it. Types not listed have nothing that an option looks at.

import type { IdItem, StringItem } from './predicate.ts';

export type Item = IdItem | StringItem | 'success';

/** How a value stands after its `name=`. */
export type Shape =
  /** Decimal digits, perhaps with a minus sign; what is none is 0. */
  | 'number'
  /** Hex digits. */
  | 'hex'
  /** A quoted or hex string; anything else is no value, but words in parentheses. */
  | 'text'
  /** The same, but what is not all hex stands for itself. */
  | 'loose-text'
  /** Up to the next blank. */
  | 'word'
  /** The same, but nothing where the message ends with it. */
  | 'inner-word'
  /** Up to a blank, a comma or the end of the message. */
  | 'listed'
  /** Several strings in one, parted by the byte 1. */
  | 'keys'
  /** A file name: beginning with a dot, it is taken below the event's working directory. */
  | 'path'
  /** A socket address in hex. */
  | 'socket'
  /** `yes`, `1`, `failed`, …: see items.ts. */
  | 'yes'
  | 'one'
  | 'not-failed'
  /** `Success`, else not: what older programs wrote as `result=`. */
  | 'success'
  /** The same of a word; a number says nothing. */
  | 'word-not-failed'
  | 'granted';

export interface Where {
  readonly item: Item;
  /** Names in order of preference: the next is looked at where the one before is missing or `?`. */
  readonly names: readonly string[];
  readonly shape: Shape;
  /** The last field of that name counts, not the first. */
  readonly last?: true;
  /** Looked for only in the nested message. */
  readonly nested?: true;
  /** Counts only where no earlier record of the event gave a value. */
  readonly weak?: true;
}

const at = (item: Item, names: string, shape: Shape, more: Partial<Where> = {}): Where => ({
  item,
  names: names.split(' '),
  shape,
  ...more,
});

const IDS = [
  at('pid', 'pid', 'number'),
  at('uid', 'uid', 'number'),
  at('auid', 'auid', 'number'),
  at('session', 'ses', 'number'),
];
const GROUP = at('gid', 'gid', 'number');
const COMM = at('comm', 'comm', 'text');
const EXE = at('exe', 'exe', 'text');
const TTY = at('terminal', 'tty', 'word');
const SUBJECT = at('subject', 'subj', 'word');
const OBJECT = at('object', 'obj', 'word');
const KEY = at('key', 'key', 'keys');
const RES = at('success', 'res', 'one');

/** Who makes a call, and how it ended. */
const CALLER = [
  ...IDS,
  at('ppid', 'ppid', 'number'),
  at('euid', 'euid', 'number'),
  GROUP,
  at('egid', 'egid', 'number'),
];
const OUTCOME = [at('exit', 'exit', 'number'), at('success', 'success', 'yes'), COMM, EXE, TTY, SUBJECT, KEY];
const SYSCALL = [...CALLER, at('arch', 'arch', 'hex'), at('syscall', 'syscall', 'number'), ...OUTCOME];
/** An io_uring operation; the kernel writes no `auid`, `ses`, `comm` and `exe`. */
const URINGOP = [...CALLER, at('syscall', 'uring_op', 'number'), ...OUTCOME];
const PROCESS = [
  ...IDS,
  at('ppid', 'ppid', 'number'),
  at('euid', 'euid', 'number'),
  GROUP,
  at('egid', 'egid', 'number'),
  COMM,
  EXE,
  TTY,
  SUBJECT,
  RES,
];
const CONFIG = [at('auid', 'auid', 'number'), at('session', 'ses', 'number'), KEY, SUBJECT, RES];
const USER = [
  at('pid', 'pid', 'number'),
  at('uid', 'uid', 'number', { last: true }),
  at('auid', 'auid', 'number'),
  at('session', 'ses', 'number'),
  COMM,
  at('exe', 'exe', 'loose-text'),
  SUBJECT,
  at('host', 'hostname addr', 'listed'),
  at('terminal', 'terminal', 'inner-word'),
  at('vm', 'vm', 'text'),
  at('uuid', 'uuid', 'listed'),
  at('success', 'res', 'not-failed', { nested: true }),
  at('success', 'result', 'success', { nested: true, weak: true }),
];
const USER_CWD = [...USER, at('file', 'cwd', 'loose-text')];
const ACCOUNT_GROUP = [...USER_CWD, at('gid', 'id gid', 'number')];
/** Older kernels wrote `login pid=2 uid=0 old auid=4294967295 new auid=500 old ses=4294967295 new ses=1`. */
const LOGIN = [
  at('pid', 'pid', 'number'),
  at('uid', 'uid', 'number'),
  at('auid', '', 'number', { names: ['new auid', 'auid'] }),
  at('session', '', 'number', { names: ['new ses', 'ses'] }),
  SUBJECT,
  RES,
];
const DAEMON = [...IDS, SUBJECT, at('success', 'res', 'word-not-failed')];

/** First and last type of a range, and what its records hold; the first range that has a type answers. */
export const SOURCES: readonly (readonly [first: number, last: number, where: readonly Where[]])[] = [
  [1300, 1300, SYSCALL],
  [1302, 1302, [at('file', 'name', 'path'), OBJECT]],
  [1307, 1307, [at('file', 'cwd', 'text')]],
  [1306, 1306, [at('host', 'saddr', 'socket'), at('file', 'saddr', 'socket')]],
  [1303, 1303, [OBJECT]],
  [1318, 1318, [OBJECT]],
  [1324, 1324, [OBJECT]],
  [1305, 1305, [...CONFIG, at('file', 'path', 'text')]],
  [1319, 1319, [...IDS, COMM]],
  [1325, 1325, [...IDS, COMM, EXE, TTY, SUBJECT, RES]],
  [1335, 1335, [...IDS, COMM, EXE, TTY, SUBJECT, RES]],
  [1326, 1326, [...IDS, GROUP, at('arch', 'arch', 'hex'), at('syscall', 'syscall', 'number'), COMM, EXE, SUBJECT]],
  [1336, 1336, URINGOP],
  [1328, 1328, PROCESS],
  [1338, 1338, PROCESS],
  [1702, 1702, PROCESS],
  [
    1400,
    1400,
    [
      at('pid', 'pid', 'number'),
      at('comm', 'comm', 'text', { weak: true }),
      at('file', 'path name', 'text'),
      at('subject', 'scontext', 'word'),
      at('object', 'tcontext', 'word'),
      at('success', '', 'granted', { weak: true }),
    ],
  ],
  [1402, 1402, [at('file', 'path', 'text')]],
  [1403, 1417, CONFIG],
  [1006, 1006, LOGIN],
  [1207, 1208, [at('host', 'addr', 'listed'), at('success', 'res', 'word-not-failed')]],
  [1200, 1203, DAEMON],
  [1205, 1206, DAEMON],
  [1700, 1700, [at('uid', 'uid', 'number'), at('auid', 'auid', 'number'), GROUP, at('session', 'ses', 'number')]],
  [1701, 1701, [...IDS, GROUP, COMM, EXE, SUBJECT, RES]],
  [1800, 1805, [...IDS, COMM, at('file', 'name', 'text'), SUBJECT, RES]],
  [1107, 1107, [...USER_CWD, at('object', 'tcontext', 'word'), at('success', '', 'granted', { weak: true })]],
  [1116, 1117, ACCOUNT_GROUP],
  [1132, 1132, ACCOUNT_GROUP],
  [1005, 1005, USER_CWD],
  [1100, 1199, USER_CWD],
  [2501, 2501, [...USER, at('file', 'path new-disk', 'text')]],
  [2502, 2502, [...USER_CWD, at('subject', 'vm-ctx', 'word'), at('object', 'img-ctx', 'word')]],
  [2100, 2999, USER_CWD],
];

/** Types whose success is taken for granted where the record does not tell: LOGIN and CONFIG_CHANGE. */
export const ASSUMED_SUCCESS: ReadonlySet<number> = new Set([1006, 1305]);

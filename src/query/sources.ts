// Which fields of which record types the classic options look at (learnt by running ausearch 4.2.2 on made records).
// Data only: items.ts reads it. Types not listed have nothing that an option looks at.

import { RECORD_RANGE } from '../tables/record-ranges.ts';
import { RECORD } from '../tables/records.ts';
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
  [RECORD.SYSCALL, RECORD.SYSCALL, SYSCALL],
  [RECORD.PATH, RECORD.PATH, [at('file', 'name', 'path'), OBJECT]],
  [RECORD.CWD, RECORD.CWD, [at('file', 'cwd', 'text')]],
  [RECORD.SOCKADDR, RECORD.SOCKADDR, [at('host', 'saddr', 'socket'), at('file', 'saddr', 'socket')]],
  [RECORD.IPC, RECORD.IPC, [OBJECT]],
  [RECORD.OBJ_PID, RECORD.OBJ_PID, [OBJECT]],
  [RECORD.NETFILTER_PKT, RECORD.NETFILTER_PKT, [OBJECT]],
  [RECORD.CONFIG_CHANGE, RECORD.CONFIG_CHANGE, [...CONFIG, at('file', 'path', 'text')]],
  [RECORD.TTY, RECORD.TTY, [...IDS, COMM]],
  [RECORD.NETFILTER_CFG, RECORD.NETFILTER_CFG, [...IDS, COMM, EXE, TTY, SUBJECT, RES]],
  [RECORD.EVENT_LISTENER, RECORD.EVENT_LISTENER, [...IDS, COMM, EXE, TTY, SUBJECT, RES]],
  [
    RECORD.SECCOMP,
    RECORD.SECCOMP,
    [...IDS, GROUP, at('arch', 'arch', 'hex'), at('syscall', 'syscall', 'number'), COMM, EXE, SUBJECT],
  ],
  [RECORD.URINGOP, RECORD.URINGOP, URINGOP],
  [RECORD.FEATURE_CHANGE, RECORD.FEATURE_CHANGE, PROCESS],
  [RECORD.DM_CTRL, RECORD.DM_CTRL, PROCESS],
  [RECORD.ANOM_LINK, RECORD.ANOM_LINK, PROCESS],
  [
    RECORD.AVC,
    RECORD.AVC,
    [
      at('pid', 'pid', 'number'),
      at('comm', 'comm', 'text', { weak: true }),
      at('file', 'path name', 'text'),
      at('subject', 'scontext', 'word'),
      at('object', 'tcontext', 'word'),
      at('success', '', 'granted', { weak: true }),
    ],
  ],
  [RECORD.AVC_PATH, RECORD.AVC_PATH, [at('file', 'path', 'text')]],
  [RECORD.MAC_POLICY_LOAD, RECORD.MAC_UNLBL_STCDEL, CONFIG],
  [RECORD.LOGIN, RECORD.LOGIN, LOGIN],
  [RECORD.DAEMON_ACCEPT, RECORD.DAEMON_CLOSE, [at('host', 'addr', 'listed'), at('success', 'res', 'word-not-failed')]],
  [RECORD.DAEMON_START, RECORD.DAEMON_CONFIG, DAEMON],
  [RECORD.DAEMON_ROTATE, RECORD.DAEMON_RESUME, DAEMON],
  [
    RECORD.ANOM_PROMISCUOUS,
    RECORD.ANOM_PROMISCUOUS,
    [at('uid', 'uid', 'number'), at('auid', 'auid', 'number'), GROUP, at('session', 'ses', 'number')],
  ],
  [RECORD.ANOM_ABEND, RECORD.ANOM_ABEND, [...IDS, GROUP, COMM, EXE, SUBJECT, RES]],
  [RECORD.INTEGRITY_DATA, RECORD.INTEGRITY_RULE, [...IDS, COMM, at('file', 'name', 'text'), SUBJECT, RES]],
  [
    RECORD.USER_AVC,
    RECORD.USER_AVC,
    [...USER_CWD, at('object', 'tcontext', 'word'), at('success', '', 'granted', { weak: true })],
  ],
  [RECORD.ADD_GROUP, RECORD.DEL_GROUP, ACCOUNT_GROUP],
  [RECORD.GRP_MGMT, RECORD.GRP_MGMT, ACCOUNT_GROUP],
  [RECORD.USER, RECORD.USER, USER_CWD],
  [...RECORD_RANGE.userMessages, USER_CWD],
  [RECORD.VIRT_RESOURCE, RECORD.VIRT_RESOURCE, [...USER, at('file', 'path new-disk', 'text')]],
  [
    RECORD.VIRT_MACHINE_ID,
    RECORD.VIRT_MACHINE_ID,
    [...USER_CWD, at('subject', 'vm-ctx', 'word'), at('object', 'img-ctx', 'word')],
  ],
  [...RECORD_RANGE.moreUserMessages, USER_CWD],
];

/** The same of records that ausearch 4.2.2 does not look at: AppArmor's own types, and Landlock's. */
export const MORE_SOURCES: typeof SOURCES = [
  [RECORD.LANDLOCK_ACCESS, RECORD.LANDLOCK_ACCESS, [at('file', 'path', 'text'), at('comm', 'ocomm', 'text')]],
  [RECORD.LANDLOCK_DOMAIN, RECORD.LANDLOCK_DOMAIN, [...IDS, COMM, EXE]],
  [RECORD.APPARMOR, RECORD.APPARMOR_KILL, [at('pid', 'pid', 'number'), COMM, at('file', 'name', 'text')]],
];

/** Types whose success is taken for granted where the record does not tell: LOGIN and CONFIG_CHANGE. */
export const ASSUMED_SUCCESS: ReadonlySet<number> = new Set([RECORD.LOGIN, RECORD.CONFIG_CHANGE]);

// What the classic reports know of an event: one value each of who, what, where and how, gathered from its records in
// their order. A later record may say it better than an earlier one (SECCOMP after SYSCALL); the readers say which wins.

/** Values a report may want, as bits: only these are looked for, and only these can make a record malformed. */
export const WANT = {
  auid: 1,
  uid: 2,
  ses: 4,
  comm: 8,
  exe: 16,
  terminal: 32,
  host: 64,
  file: 128,
  key: 256,
  subject: 512,
  /** A system call without its machine's name cannot be named. */
  arch: 1024,
  /** What audit-userspace does not read counts too: a verdict of AppArmor or Landlock (`auspex report`). */
  verdict: 2048,
} as const;

/** How an event or an access decision ended. */
export type Outcome = 'unset' | 'yes' | 'no';

/** An access vector: what SELinux (or dbus in its name) decided. */
export interface Decision {
  result: 'unset' | 'denied' | 'granted';
  permissions: string | undefined;
  subject: string | undefined;
  object: string | undefined;
  class: string | undefined;
}

/** Text is latin1; undefined where no record said it. */
export interface Facts {
  /** The type of the event's first record. */
  type: number;
  /** The types of all its records. */
  types: readonly number[];
  sec: number;
  ms: number;
  serial: number;
  node: string;
  /** Signed, as reports print it: -1 is unset, -2 is not known. */
  auid: number;
  /** Undefined when no record had one. */
  uid: number | undefined;
  /** Signed; -1 when no record had one. */
  pid: number;
  /** -2 when no record had one. */
  ses: number;
  /** 0 where there was no system call (and for number 0: `called` tells them apart). */
  syscall: number;
  /** Whether a record named a system call or an io_uring operation. */
  called: boolean;
  /** AUDIT_ARCH_* of the system call; 0 when not known. */
  arch: number;
  success: Outcome;
  acct: string | undefined;
  comm: string | undefined;
  exe: string | undefined;
  terminal: string | undefined;
  host: string | undefined;
  /** Context of the SYSCALL or user message. */
  subject: string | undefined;
  cwd: string | undefined;
  files: string[];
  /** So many of the first files are folders that hold the event's file. */
  parents: number;
  keys: string[];
  decisions: Decision[];
  /** What a person typed (TTY, USER_TTY): whole records' data fields, raw. */
  typed: string[];
}

/** Facts of an event of which nothing is known but when it was. */
export function unknownFacts(
  event: { sec: number; ms: number; serial: number; node: string },
  types: readonly number[],
): Facts {
  return {
    type: types[0]!,
    types,
    sec: event.sec,
    ms: event.ms,
    serial: event.serial,
    node: event.node,
    auid: -2,
    uid: undefined,
    pid: -1,
    ses: -2,
    syscall: 0,
    called: false,
    arch: 0,
    success: 'unset',
    acct: undefined,
    comm: undefined,
    exe: undefined,
    terminal: undefined,
    host: undefined,
    subject: undefined,
    cwd: undefined,
    files: [],
    parents: 0,
    keys: [],
    decisions: [],
    typed: [],
  };
}

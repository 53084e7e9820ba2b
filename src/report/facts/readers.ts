// One reader per shape of record: which fields the classic reports take from it, in which order they must stand, and
// what makes it malformed (its event is then left out of the report, as the classic tools do; `--debug` prints the
// number). Records that no report asks anything of have no reader. Found by running the reference on records with each
// field removed, moved, cut and mistyped.

import { isUserMessage } from '../../tables/record-ranges.ts';
import { RECORD } from '../../tables/records.ts';
import type { Decision, Facts } from './facts.ts';
import { WANT } from './facts.ts';
import {
  aside,
  pathAt,
  type Reader,
  readAuid,
  readDecision,
  readKeys,
  readNumber,
  readResult,
  signed,
  socketPathAt,
} from './reader.ts';
import { readAvcPath, readChange, readCwd, readPath, readSockaddr, readSyscall, readUringop } from './readers-call.ts';
import { readResource, readUser, readUserAvc, readUserTty } from './readers-user.ts';
import { hexNumber, Malformed, need, number, type Scan, seek, skip, untrusted, word } from './scan.ts';

const readAvc: Reader = (s, facts, wants) => {
  const decision = readDecision(s, facts);
  if (seek(s, ' pid=')) facts.pid = signed(number(s, 3));
  if (wants & WANT.comm) {
    need(s, 'comm=', 5);
    const comm = untrusted(s, 6);
    if (comm === undefined) throw new Malformed(11);
    facts.comm ??= comm;
  }
  if (wants & WANT.file)
    aside(s, () => {
      if (seek(s, ' path=') || seek(s, ' name=')) facts.files.push(socketPathAt(s, facts));
    });
  if (wants & WANT.subject) readContexts(s, decision);
  need(s, 'tclass=', 9);
  decision.class = word(s, 0);
  facts.decisions.push(decision);
};

function readContexts(s: Scan, decision: Decision): void {
  if (seek(s, 'scontext=')) decision.subject = word(s, 7);
  if (seek(s, 'tcontext=')) decision.object = word(s, 8);
}

const readLogin: Reader = (s, facts, wants) => {
  need(s, 'pid=', 1, s.from);
  facts.pid = signed(number(s, 2));
  if (wants & WANT.uid && seek(s, 'uid=')) facts.uid = signed(number(s, 4));
  if (wants & WANT.subject && seek(s, 'subj=')) facts.subject = word(s, 12);
  if (wants & WANT.auid) {
    if (!seek(s, 'new auid=')) need(s, ' auid=', 7);
    facts.auid = signed(number(s, 0));
  }
  if (wants & WANT.ses) {
    if (!seek(s, 'new ses=')) need(s, ' ses=', 14, s.from);
    facts.ses = signed(number(s, 0));
  }
  facts.success = 'yes';
  readResult(s, facts, 9);
};

const readDaemon: Reader = (s, facts, wants) => {
  if (wants & WANT.auid) readAuid(s, facts, 1, 2);
  need(s, 'pid=', 4);
  facts.pid = signed(number(s, 5));
  if (wants & WANT.uid && seek(s, ' uid=', s.from)) facts.uid = signed(number(s, 7));
  if (wants & WANT.ses && seek(s, 'ses=')) facts.ses = signed(number(s, 9));
  if (wants & WANT.subject && seek(s, 'subj=')) facts.subject = word(s, 0);
  if (!seek(s, 'res=', s.from)) return;
  if (!/[a-z]/i.test(s.text.charAt(s.at))) throw new Malformed(12);
  facts.success = s.text.startsWith('failed', s.at) ? 'no' : 'yes';
};

const readConnection: Reader = (s, facts, wants) => {
  if (wants & WANT.host && seek(s, 'addr=')) {
    const end = s.text.slice(s.at, s.end).search(/[: ]/);
    if (end < 0) throw new Malformed(1);
    facts.host = s.text.slice(s.at, s.at + end);
  }
  if (!seek(s, 'res=')) return;
  if (!/[a-z]/i.test(s.text.charAt(s.at))) throw new Malformed(2);
  facts.success = s.text.startsWith('failed', s.at) ? 'no' : 'yes';
};

const KEY = { open: 6, plain: 8 };

const readConfig: Reader = (s, facts, wants) => {
  if (wants & WANT.auid && seek(s, 'auid=')) facts.auid = signed(number(s, 0));
  if (wants & WANT.key) readKeys(s, facts, KEY);
  if (wants & WANT.file && seek(s, 'path=', s.from)) facts.files.push(untrusted(s, 2) ?? '');
  facts.success = 'yes';
  s.at = s.from;
  readResult(s, facts, 7);
};

const readMac: Reader = (s, facts, wants) => {
  if (wants & WANT.auid) {
    need(s, 'auid=', 1);
    facts.auid = signed(number(s, 0));
  }
  if (wants & WANT.key) readKeys(s, facts, KEY);
  readResult(s, facts, 7);
};

/** Of some records no report asks whose uid it was, only that there is one: the user report has a row for them. */
const OF_SOMEONE = 0;

const readTty: Reader = (s, facts, wants) => {
  if (seek(s, 'pid=', s.from)) facts.pid = signed(number(s, 1));
  if (wants & WANT.uid && seek(s, ' uid=')) {
    skip(s, 3);
    facts.uid = OF_SOMEONE;
  }
  if (wants & WANT.auid) {
    need(s, 'auid=', 5);
    facts.auid = signed(number(s, 0));
  }
  if (wants & WANT.ses && seek(s, 'ses=')) facts.ses = signed(number(s, 7));
  if (wants & WANT.comm && seek(s, 'comm=')) facts.comm = untrusted(s, 8);
  if (wants & WANT.ses && seek(s, 'data=', s.from)) facts.typed.push(word(s, 0));
};

/** Packet filter changes and multicast listeners: what a system call's record has said already is not asked for. */
const readListener: Reader = (s, facts, wants) => {
  if (facts.pid === -1) {
    need(s, 'pid=', 54);
    facts.pid = signed(number(s, 52));
  }
  if (wants & WANT.uid && facts.uid === undefined) facts.uid = seek(s, 'uid=') ? signed(number(s, 55)) : 0;
  if (facts.auid === -2) facts.auid = wants & WANT.auid && seek(s, 'auid=') ? signed(number(s, 57)) : -1;
  if (wants & WANT.terminal) facts.terminal ??= seek(s, 'tty=') ? word(s, 59) : '(none)';
  if (wants & WANT.ses && seek(s, 'ses=')) facts.ses = signed(number(s, 60));
  if (wants & WANT.subject && facts.subject === undefined) {
    need(s, 'subj=', 64);
    facts.subject = word(s, 62);
  }
  if (wants & WANT.comm && facts.comm === undefined) {
    need(s, 'comm=', 66);
    facts.comm = untrusted(s, 67);
  }
  if (wants & WANT.exe && facts.exe === undefined) facts.exe = seek(s, 'exe=') ? untrusted(s, 68) : '(null)';
  readResult(s, facts, 69);
};

const readSeccomp: Reader = (s, facts, wants) => {
  readVictim(s, facts, wants);
  if (wants & WANT.exe) {
    need(s, 'exe=', 14);
    facts.exe = untrusted(s, 13);
  }
  if (!seek(s, 'arch=')) return;
  facts.arch = Number.parseInt(s.text.slice(s.at, s.at + 8), 16) || 0;
  hexNumber(s, 15);
  need(s, 'syscall=', 17);
  readNumber(s, facts, 18);
  readResult(s, facts, 68);
};

const readAbend: Reader = (s, facts, wants) => {
  readVictim(s, facts, wants);
  if (wants & WANT.exe && seek(s, 'exe=')) facts.exe = untrusted(s, 13);
  readResult(s, facts, 68);
};

/** Whom an anomaly befell: auid to comm. */
function readVictim(s: Scan, facts: Facts, wants: number): void {
  if (wants & WANT.auid) {
    need(s, 'auid=', 1);
    facts.auid = signed(number(s, 0));
  }
  if (wants & WANT.uid && wants & WANT.auid && seek(s, ' uid=')) facts.uid = signed(number(s, 3));
  if (wants & WANT.subject && seek(s, 'subj=')) facts.subject = word(s, 8);
  if (seek(s, ' pid=')) facts.pid = signed(number(s, 10));
  if (wants & WANT.comm && seek(s, 'comm=')) facts.comm = untrusted(s, 12);
}

const readPromiscuous: Reader = (s, facts, wants) => {
  if (wants & WANT.auid) {
    need(s, 'auid=', 1);
    facts.auid = signed(number(s, 0));
  }
  if (wants & WANT.uid && seek(s, ' uid=')) facts.uid = signed(number(s, 3));
};

const readIntegrity: Reader = (s, facts, wants) => {
  if (seek(s, 'pid=', s.from)) facts.pid = signed(number(s, 1));
  if (wants & WANT.uid && seek(s, ' uid=')) {
    skip(s, 3);
    facts.uid = OF_SOMEONE;
  }
  if (wants & WANT.auid && seek(s, 'auid=', s.from)) facts.auid = signed(number(s, 5));
  if (wants & WANT.ses && seek(s, 'ses=')) facts.ses = signed(number(s, 10));
  if (wants & WANT.subject && seek(s, 'subj=')) facts.subject = word(s, 12);
  if (wants & WANT.comm && seek(s, 'comm=')) facts.comm = untrusted(s, 13);
  if (wants & WANT.file)
    aside(s, () => {
      if (seek(s, ' name=')) facts.files.push(pathAt(s, facts));
    });
  readResult(s, facts, 9);
};

const MAC_TYPES = [
  RECORD.MAC_POLICY_LOAD,
  RECORD.MAC_STATUS,
  RECORD.MAC_CONFIG_CHANGE,
  RECORD.MAC_UNLBL_ALLOW,
  RECORD.MAC_CIPSOV4_ADD,
  RECORD.MAC_CIPSOV4_DEL,
  RECORD.MAC_MAP_ADD,
  RECORD.MAC_MAP_DEL,
  RECORD.MAC_IPSEC_ADDSA,
  RECORD.MAC_IPSEC_DELSA,
  RECORD.MAC_IPSEC_ADDSPD,
  RECORD.MAC_IPSEC_DELSPD,
  RECORD.MAC_IPSEC_EVENT,
  RECORD.MAC_UNLBL_STCADD,
  RECORD.MAC_UNLBL_STCDEL,
];
const INTEGRITY_TYPES = [
  RECORD.INTEGRITY_DATA,
  RECORD.INTEGRITY_METADATA,
  RECORD.INTEGRITY_STATUS,
  RECORD.INTEGRITY_HASH,
  RECORD.INTEGRITY_PCR,
  RECORD.INTEGRITY_RULE,
];
const DAEMON_TYPES = [
  RECORD.DAEMON_START,
  RECORD.DAEMON_END,
  RECORD.DAEMON_ABORT,
  RECORD.DAEMON_CONFIG,
  RECORD.DAEMON_ROTATE,
  RECORD.DAEMON_RESUME,
];

const readers = new Map<number, Reader>([
  [RECORD.LOGIN, readLogin],
  [RECORD.USER_AVC, readUserAvc],
  [RECORD.DAEMON_ACCEPT, readConnection],
  [RECORD.DAEMON_CLOSE, readConnection],
  [RECORD.SYSCALL, readSyscall],
  [RECORD.PATH, readPath],
  [RECORD.CONFIG_CHANGE, readConfig],
  [RECORD.SOCKADDR, readSockaddr],
  [RECORD.CWD, readCwd],
  [RECORD.TTY, readTty],
  [RECORD.USER_TTY, readUserTty],
  [RECORD.NETFILTER_CFG, readListener],
  [RECORD.EVENT_LISTENER, readListener],
  [RECORD.SECCOMP, readSeccomp],
  [RECORD.FEATURE_CHANGE, readChange],
  [RECORD.DM_CTRL, readChange],
  [RECORD.ANOM_LINK, readChange],
  [RECORD.URINGOP, readUringop],
  [RECORD.AVC, readAvc],
  [RECORD.VIRT_RESOURCE, readResource],
  [RECORD.AVC_PATH, readAvcPath],
  [RECORD.ANOM_PROMISCUOUS, readPromiscuous],
  [RECORD.ANOM_ABEND, readAbend],
  ...MAC_TYPES.map((type) => [type, readMac] as const),
  ...INTEGRITY_TYPES.map((type) => [type, readIntegrity] as const),
  ...DAEMON_TYPES.map((type) => [type, readDaemon] as const),
]);

const isMessage = (type: number): boolean => type === RECORD.USER || isUserMessage(type);

/** The reader of a record type; undefined when no report asks anything of it. */
export function readerOf(type: number): Reader | undefined {
  return readers.get(type) ?? (isMessage(type) ? readUser : undefined);
}

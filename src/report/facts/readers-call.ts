// Readers of the records of a system call or an io_uring operation: who made it, and the files and addresses it named.
// What they take and how a record breaks the rules of its type: readers.ts.

import { peerAddress } from './address.ts';
import { type Facts, WANT } from './facts.ts';
import {
  aside,
  pathAt,
  type Reader,
  readAuid,
  readKeys,
  readNumber,
  readResult,
  signed,
  socketPathAt,
} from './reader.ts';
import {
  hexBytes,
  hexEnd,
  hexNumber,
  Malformed,
  need,
  number,
  type Scan,
  seek,
  skip,
  untrusted,
  word,
} from './scan.ts';

/** The process half of SYSCALL and its like: pid to exe. Its codes are 16 to 41. */
function readTask(s: Scan, facts: Facts, wants: number): void {
  need(s, ' pid=', 16, s.from);
  facts.pid = signed(number(s, 17));
  if (wants & WANT.auid) readAuid(s, facts, 19, 20);
  if (wants & WANT.uid) {
    needUid(s);
    facts.uid = signed(number(s, 23));
  }
  if (wants & WANT.terminal && seek(s, 'tty=')) facts.terminal = word(s, 34);
  if (wants & WANT.ses && seek(s, 'ses=')) facts.ses = signed(number(s, 35));
  if (wants & WANT.comm) {
    need(s, 'comm=', 38);
    facts.comm = untrusted(s, 39);
  }
  if (wants & WANT.exe)
    aside(s, () => {
      need(s, 'exe=', 40, s.from);
      facts.exe = untrusted(s, 41);
    });
  if (wants & WANT.subject && seek(s, 'subj=')) facts.subject = word(s, 41);
}

/** The uid is the first that is no auid. */
function needUid(s: Scan): void {
  do need(s, 'uid=', 22);
  while (s.text.charAt(s.at - 5) === 'a');
}

const KEY = { open: 44, plain: 45 };

export const readSyscall: Reader = (s, facts, wants) => {
  if (seek(s, 'arch=')) facts.arch = Number.parseInt(s.text.slice(s.at, s.at + 8), 16) || 0;
  else if (wants & WANT.arch) throw new Malformed(1);
  need(s, 'syscall=', 4, wants & WANT.arch ? s.at : s.from);
  readNumber(s, facts, 5);
  readOutcome(s, facts);
  for (const name of ['a0=', 'a1=']) {
    need(s, name, 11);
    hexNumber(s, 12);
  }
  readTask(s, facts, wants);
  if (wants & WANT.key) readKeys(s, facts, KEY);
  readResult(s, facts, 43);
};

function readOutcome(s: Scan, facts: Facts): void {
  if (seek(s, 'success=')) {
    facts.success = s.text.startsWith('yes', s.at) ? 'yes' : 'no';
    skip(s, 7);
  }
}

export const readUringop: Reader = (s, facts, wants) => {
  need(s, 'uring_op=', 4);
  readNumber(s, facts, 5);
  readOutcome(s, facts);
  readTask(s, facts, wants);
  if (wants & WANT.key) readKeys(s, facts, KEY);
  readResult(s, facts, 43);
};

export const readChange: Reader = (s, facts, wants) => {
  readTask(s, facts, wants);
  readResult(s, facts, 43);
};

export const readPath: Reader = (s, facts, wants) => {
  if (!(wants & WANT.file) || !seek(s, ' name=', s.from)) return;
  // The last field before Linux 3.15, and in RHEL 7, as `objtype`. Elsewhere the reference does not see it.
  const isParent = s.text.slice(0, s.end).endsWith('type=PARENT');
  if (isParent && facts.parents === facts.files.length) facts.parents++;
  facts.files.push(pathAt(s, facts));
};

export const readCwd: Reader = (s, facts, wants) => {
  if (!(wants & WANT.file) || !seek(s, ' cwd=', s.from)) return;
  const cwd = untrusted(s, 1);
  facts.cwd ??= cwd;
};

export const readAvcPath: Reader = (s, facts, wants) => {
  if (!(wants & WANT.file)) return;
  need(s, ' path=', 1, s.from);
  facts.files.push(socketPathAt(s, facts));
};

export const readSockaddr: Reader = (s, facts, wants) => {
  if (!(wants & (WANT.host | WANT.file)) || !seek(s, 'saddr=')) return;
  const bytes = hexBytes(s.text.slice(s.at, hexEnd(s)));
  if (bytes === undefined) throw new Malformed(4);
  const address = peerAddress(bytes);
  if (address === 'short') throw new Malformed(1);
  if (address?.path !== undefined && wants & WANT.file) facts.files.push(address.path);
  if (address?.host !== undefined && wants & WANT.host) facts.host = address.host;
};

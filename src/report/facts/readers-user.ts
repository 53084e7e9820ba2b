// Readers of messages that programs send (pid, uid, auid, ses, then `msg='…'`), and of what they share. The rules are those
// of readers.ts.

import { type Facts, WANT } from './facts.ts';
import { aside, commAt, type Reader, readAuid, readDecision, signed } from './reader.ts';
import { Malformed, need, number, type Scan, seek, untrusted, word } from './scan.ts';

export const readUser: Reader = (s, facts, wants) => {
  readUserHead(s, facts, wants);
  if (wants & WANT.uid) readInnerUid(s, facts);
  if (seek(s, 'acct=')) facts.acct = untrusted(s, { open: 24, unended: 0, plain: 0 });
  if (wants & WANT.comm && seek(s, 'comm=')) facts.comm = commAt(s, 23);
  readUserTail(s, facts, wants);
  readUserResult(s, facts, true);
};

/** What a virtual machine was given: of its resources, only disks are files. */
export const readResource: Reader = (s, facts, wants) => {
  if (wants & WANT.file && (seek(s, 'new-disk=') || seek(s, 'path=')))
    facts.files.push(untrusted(s, { open: 27, unended: 0, plain: 0 }));
  s.at = s.from;
  readUser(s, facts, wants);
};

/** Who sent the message: pid to subj. */
function readUserHead(s: Scan, facts: Facts, wants: number): void {
  need(s, 'pid=', 1, s.from);
  facts.pid = signed(number(s, 2));
  if (wants & WANT.uid && seek(s, 'uid=')) facts.uid = signed(number(s, 4));
  if (wants & WANT.auid) readAuid(s, facts, 7, 8);
  if (wants & WANT.ses && seek(s, 'ses=')) facts.ses = signed(number(s, 10));
  if (wants & WANT.subject && seek(s, 'subj=')) facts.subject = word(s, 12);
}

/** A second uid, inside the message, is whom the message is about; the end of another name is a mistake. */
function readInnerUid(s: Scan, facts: Facts): void {
  if (!seek(s, 'uid=')) return;
  const before = s.text.charCodeAt(s.at - 5);
  if (before === 97 || before === 115 || before === 117) return;
  if (before !== 32) throw new Malformed(25);
  if (!/[-\d]/.test(s.text.charAt(s.at))) throw new Malformed(14);
  facts.uid = signed(number(s, 0));
}

function readUserTail(s: Scan, facts: Facts, wants: number): void {
  if (wants & WANT.exe)
    aside(s, () => {
      if (seek(s, 'exe=')) facts.exe = untrusted(s, { open: 26, unended: 0, plain: 0 });
    });
  if (wants & WANT.host && seek(s, 'hostname=')) {
    facts.host = peer(s, 17);
    if (facts.host.startsWith('?') && seek(s, 'addr=')) facts.host = peer(s, 18);
  }
  if (wants & WANT.terminal && seek(s, 'terminal=')) facts.terminal = word(s, 19);
}

/** A host name up to a space, a comma or a bracket. */
function peer(s: Scan, code: number): string {
  const text = word(s, code);
  const end = text.search(/[,)]/);
  return end < 0 ? text : text.slice(0, end);
}

/** `res=success'` today, `result=Success)'` long ago. */
function readUserResult(s: Scan, facts: Facts, strict: boolean): void {
  if (seek(s, 'res=')) {
    if (s.text.indexOf("'", s.at) < 0 && s.text.indexOf(')', s.at) < 0) {
      if (strict) throw new Malformed(21);
      return;
    }
    facts.success = s.text.startsWith('failed', s.at) ? 'no' : 'yes';
  } else if (seek(s, 'result=')) {
    const close = s.text.indexOf(')', s.at);
    if (close < 0 || close >= s.end) throw new Malformed(22);
    facts.success = /^success/i.test(s.text.slice(s.at, close)) ? 'yes' : 'no';
  }
}

export const readUserAvc: Reader = (s, facts, wants) => {
  readUserHead(s, facts, wants);
  if (wants & WANT.uid) readInnerUid(s, facts);
  const decision = readDecision(s, facts, false);
  if (wants & WANT.subject) {
    decision.subject = facts.subject;
    if (seek(s, 'tcontext=')) decision.object = word(s, 0);
    if (seek(s, 'tclass=')) decision.class = word(s, 0);
    facts.decisions.push(decision);
  }
  if (wants & WANT.comm && seek(s, 'comm=')) facts.comm = commAt(s, 23);
  readUserTail(s, facts, wants);
  readUserResult(s, facts, false);
};

/** What a shell says was typed: everything up to the result. */
export const readUserTty: Reader = (s, facts, wants) => {
  readUser(s, facts, wants);
  if (!(wants & WANT.ses) || !seek(s, 'data=', s.from)) return;
  const result = s.text.indexOf(' res=', s.at);
  facts.typed.push(result < 0 ? word(s, 0) : s.text.slice(s.at, result));
};

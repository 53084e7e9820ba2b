// Readers of messages that programs send (pid, uid, auid, ses, then `msg='…'`), and of what they share. The rules are those
// of readers.ts.

import { type Facts, WANT } from './facts.ts';
import { aside, pathAt, type Reader, readAuid, readDecision, seekField, signed } from './reader.ts';
import { Malformed, named, need, number, type Scan, seek, untrusted, word } from './scan.ts';

export const readUser: Reader = (s, facts, wants) => {
  readUserHead(s, facts, wants);
  if (wants & WANT.uid) readInnerUid(s, facts);
  if (wants & WANT.comm && seek(s, 'comm=')) facts.comm = untrusted(s, 23);
  if (seek(s, 'acct=')) facts.acct = openEnded(s) ?? named(s, 0);
  readUserTail(s, facts, wants);
  readUserResult(s, facts, true);
};

/** An account whose quote is never closed takes all that follows. */
function openEnded(s: Scan): string | undefined {
  if (s.text.charAt(s.at) !== '"') return undefined;
  const close = s.text.indexOf('"', s.at + 1);
  if (close >= 0 && close < s.end) return undefined;
  const text = s.text.slice(s.at + 1, s.end);
  s.at = s.end;
  return text;
}

/** What a virtual machine was given: of its resources, only disks are files. */
export const readResource: Reader = (s, facts, wants) => {
  if (wants & WANT.file && (seek(s, 'new-disk=') || seek(s, 'path='))) facts.files.push(pathAt(s, facts));
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
  if (before !== 32 && before !== 39) throw new Malformed(25);
  if (!/[-\d]/.test(s.text.charAt(s.at))) throw new Malformed(14);
  facts.uid = signed(number(s, 0));
}

function readUserTail(s: Scan, facts: Facts, wants: number): void {
  if (wants & WANT.exe)
    aside(s, () => {
      if (seek(s, 'exe=')) facts.exe = named(s, 26);
    });
  if (wants & WANT.host)
    aside(s, () => {
      if (!seek(s, 'hostname=')) return;
      facts.host = peer(s, 17);
      if (facts.host.startsWith('?') && seek(s, 'addr=')) facts.host = peer(s, 18);
    });
  if (wants & WANT.terminal && seek(s, 'terminal=')) facts.terminal = terminalAt(s);
}

/** A terminal up to a blank, or to the bracket that ends the message. */
function terminalAt(s: Scan): string {
  const space = s.text.indexOf(' ', s.at);
  const close = space >= 0 && space < s.end ? space : s.text.indexOf(')', s.at);
  if (close < 0 || close >= s.end) throw new Malformed(19);
  const text = s.text.slice(s.at, close);
  s.at = close;
  return text;
}

/** A host name up to a blank or, as it was written once, a comma. */
function peer(s: Scan, code: number): string {
  const comma = s.text.slice(s.at, s.end).search(/[ ,]/);
  if (comma < 0) throw new Malformed(code);
  const text = s.text.slice(s.at, s.at + comma);
  s.at += comma;
  return text;
}

/** `res=success'` today, `result=Success)'` long ago. */
function readUserResult(s: Scan, facts: Facts, strict: boolean): void {
  if (seekField(s, 'res=')) {
    if (s.text.indexOf("'", s.at) < 0) {
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
  const decision = readDecision(s, facts);
  // What follows is looked for behind it, behind a `sauid=` too: an exe before that is not seen.
  if (wants & WANT.uid) readInnerUid(s, facts);
  if (wants & WANT.subject) {
    decision.subject = facts.subject;
    if (seek(s, 'tcontext=')) decision.object = word(s, 0);
    if (seek(s, 'tclass=')) decision.class = word(s, 0);
    facts.decisions.push(decision);
  }
  if (wants & WANT.comm && seek(s, 'comm=')) facts.comm = untrusted(s, 23);
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

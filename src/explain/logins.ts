// Who logged in: sessions by the kernel's number (`ses=`), with account, address, terminal and program as the login's own
// records tell them, and the failures that came before. Records: LOGIN of the kernel; USER_AUTH, USER_LOGIN, USER_START,
// USER_END, USER_LOGOUT of sshd, login, su, sudo and other users of PAM.

import { msOf } from '../base/event-id.ts';
import { forgetOldest } from '../base/oldest.ts';
import type { AuditEvent } from '../event/index.ts';
import { type AuditRecord, fieldsOf, fieldText, idOf, isAbsent, isSet } from '../record/index.ts';
import { RECORD } from '../tables/records.ts';

export interface Session {
  readonly node: string;
  readonly ses: number;
  auid: number;
  /** The account's name where a record of the login says it. */
  account: string;
  /** '' when no record says it. */
  address: string;
  terminal: string;
  /** The program that let the user in: `/usr/sbin/sshd`. */
  exe: string;
  /** The process that logged in. */
  readonly pid: number;
  /** ms since 1970 UTC; undefined when the login itself is not in the trail. */
  start: number | undefined;
  end: number | undefined;
  lastSeen: number;
  /** Failed attempts for this account or from this address since the success before. */
  failuresBefore: number;
}

/** A login or authentication that failed. */
export interface LoginFailure {
  readonly at: number;
  readonly node: string;
  readonly account: string;
  readonly address: string;
  readonly terminal: string;
  readonly exe: string;
}

/** The fields of a user message. */
export interface Message {
  readonly pid: number;
  readonly uid: number;
  readonly auid: number;
  readonly ses: number;
  readonly ok: boolean | undefined;
  /** A field's text; '' when absent, `?` or `(none)`. */
  text(name: string): string;
}

/** Reads a user message once; the body's ids come before those in `msg='…'`. */
export function messageOf(record: AuditRecord): Message {
  const values = new Map<string, string>();
  for (const field of fieldsOf(record)) {
    if (field.part !== 'enriched' && !values.has(field.name)) values.set(field.name, field.value);
  }
  const number = (name: string): number => idOf(values.get(name)) ?? -1;
  const result = values.get('res') ?? values.get('success');
  return {
    pid: number('pid'),
    uid: number('uid'),
    auid: number('auid'),
    ses: number('ses'),
    ok: result === undefined ? undefined : result === 'success' || result === '1' || result === 'yes',
    text(name) {
      const value = values.get(name) ?? '';
      return isAbsent(value) ? '' : fieldText(name, value);
    },
  };
}

const MOST_FAILURES = 100_000;

export class LoginBook {
  readonly sessions = new Map<string, Session>();
  readonly failures: LoginFailure[] = [];
  /** Failed attempts not yet followed by a success, by machine and account. */
  private readonly open = new Map<string, number>();
  private readonly failedPids = new Map<number, number>();

  find(node: string, ses: number): Session | undefined {
    return this.sessions.get(`${node} ${ses}`);
  }

  /** A record that came alone. */
  message(record: AuditRecord, event: AuditEvent): void {
    if (record.type === RECORD.LOGIN) this.login(record, event);
    else if (record.type === RECORD.USER_AUTH || record.type === RECORD.USER_LOGIN) this.attempt(record, event);
    else if (record.type === RECORD.USER_START) this.started(record, event);
    else if (record.type === RECORD.USER_END || record.type === RECORD.USER_LOGOUT) this.ended(record, event);
  }

  /** A session some record belongs to, begun now if it is new. */
  session(node: string, ses: number, at: number, pid: number): Session {
    const key = `${node} ${ses}`;
    let session = this.sessions.get(key);
    if (!session) {
      session = {
        node,
        ses,
        auid: -1,
        account: '',
        address: '',
        terminal: '',
        exe: '',
        pid,
        start: undefined,
        end: undefined,
        lastSeen: at,
        failuresBefore: 0,
      };
      this.sessions.set(key, session);
    }
    if (at > session.lastSeen) session.lastSeen = at;
    return session;
  }

  private login(record: AuditRecord, event: AuditEvent): void {
    const message = messageOf(record);
    if (!isSet(message.ses)) return;
    const at = msOf(event);
    const session = this.session(event.node, message.ses, at, message.pid);
    session.auid = message.auid;
    session.start = at;
    session.terminal ||= message.text('tty');
  }

  private attempt(record: AuditRecord, event: AuditEvent): void {
    const message = messageOf(record);
    const account = message.text('acct') || (message.text('id') && `uid ${message.text('id')}`);
    if (message.ok === false) {
      // sshd tells each wrong password (USER_AUTH), and then once more that the login failed (USER_LOGIN).
      const told = this.failedPids.get(message.pid);
      if (record.type === RECORD.USER_LOGIN && told !== undefined && msOf(event) - told < 600_000) return;
      this.failedPids.set(message.pid, msOf(event));
      forgetOldest(this.failedPids, 10_000);
      this.fail(event, account, message);
    } else if (record.type === RECORD.USER_LOGIN && isSet(message.ses)) {
      const session = this.session(event.node, message.ses, msOf(event), message.pid);
      session.auid = message.auid;
      session.start ??= msOf(event);
      this.describe(session, message);
    }
  }

  private fail(event: AuditEvent, account: string, message: Message): void {
    if (this.failures.length < MOST_FAILURES)
      this.failures.push({
        at: msOf(event),
        node: event.node,
        account,
        address: message.text('addr') || message.text('hostname'),
        terminal: message.text('terminal'),
        exe: message.text('exe'),
      });
    const key = `${event.node} ${account}`;
    this.open.set(key, (this.open.get(key) ?? 0) + 1);
    forgetOldest(this.open, 10_000);
  }

  private started(record: AuditRecord, event: AuditEvent): void {
    const message = messageOf(record);
    if (!isSet(message.ses) || message.ok === false) return;
    const session = this.session(event.node, message.ses, msOf(event), message.pid);
    if (session.pid !== message.pid && session.exe !== '') return; // sudo or su within the session
    if (session.pid !== message.pid && session.start !== undefined) return;
    session.auid = message.auid;
    session.start ??= msOf(event);
    this.describe(session, message);
  }

  private describe(session: Session, message: Message): void {
    session.account ||= message.text('acct');
    session.address ||= message.text('addr') || message.text('hostname');
    session.terminal ||= message.text('terminal');
    session.exe ||= message.text('exe');
    const key = `${session.node} ${session.account}`;
    session.failuresBefore += this.open.get(key) ?? 0;
    this.open.delete(key);
  }

  private ended(record: AuditRecord, event: AuditEvent): void {
    const message = messageOf(record);
    const session = this.find(event.node, message.ses);
    if (!session) return;
    session.lastSeen = Math.max(session.lastSeen, msOf(event));
    if (session.pid === message.pid) session.end = msOf(event);
  }
}

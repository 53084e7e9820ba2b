// Who was logged in when, as aulast(8) tells it: sessions from LOGIN to USER_END, the machine's own from SYSTEM_BOOT to
// SYSTEM_SHUTDOWN, and the logins that failed. A session appears in the report when it ends, however it ends. Pure.

import type { AuditTime } from '../base/types.ts';
import type { AuditEvent } from '../event/event.ts';
import { fieldText } from '../record/fields.ts';
import { type AuditRecord, fieldValue } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';

/** Types of the records that tell of sessions. */
export const SESSION_TYPES: ReadonlySet<number> = new Set([
  RECORD.LOGIN,
  RECORD.USER_END,
  RECORD.USER_LOGIN,
  RECORD.SYSTEM_BOOT,
  RECORD.SYSTEM_SHUTDOWN,
  RECORD.DAEMON_START,
]);

/** How a session ended: `gone` was replaced without a logout, `crash` was cut off by a boot, `open` has not ended. */
export type Ending = 'logout' | 'crash' | 'gone' | 'open';

/** A session that is told of: a login's, or the machine's own. Text is latin1. */
export interface Stay {
  /** undefined for the machine itself. */
  readonly auid: number | undefined;
  readonly ses: number;
  readonly pid: number;
  readonly start: AuditTime;
  terminal: string;
  host: string;
  ending: Ending;
  end: AuditTime | undefined;
  /** Serials of the events that began, confirmed and ended it; 0 for none. */
  readonly serials: [number, number, number];
}

/** A login that failed. */
export interface Failure {
  /** The account's name, as the program wrote it. */
  readonly account: string | undefined;
  readonly uid: number | undefined;
  readonly terminal: string;
  readonly host: string;
  readonly at: AuditTime;
  readonly serial: number;
}

export interface LastHandlers {
  /** A session has ended, or the trail has. */
  readonly stay?: (stay: Stay) => void;
  readonly failure?: (failure: Failure) => void;
  /** A record the report was made from. */
  readonly used?: (record: AuditRecord) => void;
  /** A login that fits no session. */
  readonly stray?: () => void;
  /** A login that does not say whose. */
  readonly nameless?: (serial: number) => void;
}

const id = (record: AuditRecord, name: string): number | undefined => {
  const value = fieldValue(record, name);
  return value === undefined || !/^-?\d+$/.test(value) ? undefined : Number(value) | 0;
};

const text = (record: AuditRecord, name: string): string | undefined => {
  const value = fieldValue(record, name);
  return value === undefined ? undefined : fieldText(name, value).replace(/'$/, '');
};

/** The other end: its name, or its address where the name is not known. */
function hostOf(record: AuditRecord): string {
  const host = text(record, 'hostname') ?? '?';
  return host === '?' ? (text(record, 'addr') ?? '?') : host;
}

const terminalOf = (record: AuditRecord): string => (text(record, 'terminal') ?? '?').replace(/^\/dev\//, '');

/** Follows logins through a trail; call `end` after its last event. */
export class LastLogins {
  /** Those that have not ended, in the order in which they began. */
  private readonly stays = new Set<Stay>();
  /** Logins among them by their session's number: a login ends the session that had it, so there is one of each. */
  private readonly bySession = new Map<number, Stay>();
  /** All there were since the last boot, from `oldest` on also those that have ended. */
  private began: Stay[] = [];
  private oldest = 0;
  private kernel = '?';
  private readonly on: LastHandlers;

  constructor(handlers: LastHandlers) {
    this.on = handlers;
  }

  add(event: AuditEvent): void {
    for (const record of event.records) {
      if (!SESSION_TYPES.has(record.type)) continue;
      this.on.used?.(record);
      this.take(record);
    }
  }

  private take(record: AuditRecord): void {
    const at = { sec: record.sec, ms: record.ms };
    if (record.type === RECORD.LOGIN) this.login(record, at);
    else if (record.type === RECORD.USER_LOGIN) this.confirm(record, at);
    else if (record.type === RECORD.USER_END) this.logout(record, at);
    else if (record.type === RECORD.SYSTEM_BOOT) this.boot(record, at);
    else if (record.type === RECORD.SYSTEM_SHUTDOWN) this.shutdown(record, at);
    else this.kernel = text(record, 'kernel') ?? this.kernel;
  }

  /** What has not ended stays open. */
  end(): void {
    for (const stay of this.stays) this.tell(stay, 'open');
    this.stays.clear();
    this.bySession.clear();
  }

  private login(record: AuditRecord, at: AuditTime): void {
    const auid = id(record, 'auid');
    const ses = id(record, 'ses');
    if (auid === undefined || ses === undefined || auid === -1) return;
    const old = this.bySession.get(ses);
    if (old) this.finish(old, 'gone', at, 0);
    const pid = id(record, 'pid') ?? -1;
    this.begin(newStay({ auid, ses, pid, start: at, serial: record.serial, host: '?', terminal: '?' }));
  }

  private confirm(record: AuditRecord, at: AuditTime): void {
    const uid = id(record, 'id');
    const failed = /^failed/.test(text(record, 'res') ?? '');
    if (failed && this.on.failure) {
      const account = text(record, 'acct');
      this.on.failure({
        account,
        uid: account === undefined ? (uid ?? -1) : undefined,
        terminal: terminalOf(record),
        host: hostOf(record),
        at,
        serial: record.serial,
      });
      return;
    }
    if (uid === undefined && !failed) {
      this.on.nameless?.(record.serial);
      return;
    }
    const stay = this.find(record, uid);
    if (!stay) {
      this.on.stray?.();
      return;
    }
    stay.terminal = terminalOf(record);
    stay.host = hostOf(record);
    stay.serials[1] = record.serial;
  }

  private logout(record: AuditRecord, at: AuditTime): void {
    const stay = this.find(record);
    if (stay) this.finish(stay, 'logout', at, record.serial);
  }

  private boot(record: AuditRecord, at: AuditTime): void {
    for (const stay of [...this.stays]) this.finish(stay, 'crash', at, record.serial);
    this.began = [];
    this.oldest = 0;
    const machine = { auid: undefined, ses: -1, pid: -1, start: at, serial: record.serial, terminal: 'system boot' };
    this.begin(newStay({ ...machine, host: this.kernel }));
  }

  /** Ends the oldest session: the machine's, in a trail that has its boot. */
  private shutdown(record: AuditRecord, at: AuditTime): void {
    while (this.began[this.oldest]?.end) this.oldest++;
    const oldest = this.began[this.oldest];
    if (oldest) this.finish(oldest, 'logout', at, record.serial);
  }

  /** The session of that user that the record is about. */
  private find(record: AuditRecord, auid = id(record, 'auid')): Stay | undefined {
    const pid = id(record, 'pid');
    const ses = id(record, 'ses');
    const stay = auid === undefined ? this.began[0] : ses === undefined ? undefined : this.bySession.get(ses);
    return stay && !stay.end && stay.auid === auid && stay.pid === pid && stay.ses === ses ? stay : undefined;
  }

  private begin(stay: Stay): void {
    this.stays.add(stay);
    this.began.push(stay);
    if (this.began.length > 2 * this.stays.size + 1024) {
      this.began = [...this.stays];
      this.oldest = 0;
    }
    if (stay.auid !== undefined) this.bySession.set(stay.ses, stay);
  }

  private finish(stay: Stay, ending: Ending, at: AuditTime, serial: number): void {
    this.stays.delete(stay);
    if (stay.auid !== undefined) this.bySession.delete(stay.ses);
    stay.end = at;
    stay.serials[2] = serial;
    this.tell(stay, ending);
  }

  /** A session of which only the kernel told was no login of a person. */
  private tell(stay: Stay, ending: Ending): void {
    if (stay.auid !== undefined && stay.serials[1] === 0) return;
    stay.ending = ending;
    this.on.stay?.(stay);
  }
}

function newStay(begin: Pick<Stay, 'auid' | 'ses' | 'pid' | 'start' | 'terminal' | 'host'> & { serial: number }): Stay {
  const { serial, ...stay } = begin;
  return { ...stay, ending: 'open', end: undefined, serials: [serial, 0, 0] };
}

/** The last login of an account. */
export interface LastLogin {
  readonly at: AuditTime;
  /** As the program wrote them: `/dev/pts/1`. */
  readonly terminal: string;
  readonly host: string;
}

/** Remembers each account's latest login that succeeded (USER_LOGIN). */
export function addLastLogin(logins: Map<number, LastLogin>, event: AuditEvent): void {
  for (const record of event.records) {
    if (record.type !== RECORD.USER_LOGIN || /^failed/.test(text(record, 'res') ?? '')) continue;
    const auid = id(record, 'auid');
    if (auid === undefined || auid === -1) continue;
    const known = logins.get(auid >>> 0);
    if (known && (known.at.sec > record.sec || (known.at.sec === record.sec && known.at.ms > record.ms))) continue;
    logins.set(auid >>> 0, {
      at: { sec: record.sec, ms: record.ms },
      terminal: text(record, 'terminal') ?? '?',
      host: text(record, 'hostname') ?? '?',
    });
  }
}

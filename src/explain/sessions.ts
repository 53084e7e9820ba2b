// Logins with what they did: the commands run in each session, as whom, and who it really was (auid survives sudo and su);
// and the attempts that failed. One pass; commands of a session beyond a limit are counted, not kept.

import { msOf } from '../base/event-id.ts';
import { visible } from '../base/index.ts';
import type { AuditEvent } from '../event/index.ts';
import { type AuditRecord, fieldText, fieldValue, isSet } from '../record/index.ts';
import { RECORD } from '../tables/records.ts';
import type { Watcher } from './acts.ts';
import { ancestorsOf, commandOf, type Image, imageAt, type Life, programOf } from './life.ts';
import { LoginBook, type LoginFailure, messageOf, type Session } from './logins.ts';
import { isoTime, type Words } from './words.ts';

export interface SessionCommand {
  readonly at: number;
  readonly life: Life;
  readonly image: Image;
  /** Effective user when it was run. */
  readonly euid: number;
  /** `sudo`, `su`, … when it ran as another user through one of them. */
  readonly through: string | undefined;
  /** Depth below the session's first process. */
  readonly depth: number;
}

/** A command sudo itself reports, also one it refused. */
export interface SudoCommand {
  readonly at: number;
  readonly command: string;
  readonly cwd: string;
  readonly ok: boolean;
}

export interface SessionStory {
  readonly session: Session;
  readonly commands: readonly SessionCommand[];
  readonly sudo: readonly SudoCommand[];
  /** Commands beyond the limit. */
  readonly more: number;
}

interface Kept {
  commands: SessionCommand[];
  sudo: SudoCommand[];
  more: number;
}

const MOST_COMMANDS = 20_000;
const SWITCHERS: ReadonlySet<string> = new Set([
  'sudo',
  'su',
  'doas',
  'pkexec',
  'runuser',
  'sudoedit',
  'setpriv',
  'run0',
]);

export class SessionBook implements Watcher {
  readonly logins = new LoginBook();
  private readonly kept = new Map<string, Kept>();

  exec(life: Life, image: Image, at: number): void {
    const kept = this.touch(life, at);
    if (!kept) return;
    if (kept.commands.length >= MOST_COMMANDS) {
      kept.more++;
      return;
    }
    const above = ancestorsOf(life);
    const depth = above.findIndex((one) => one.ses !== life.ses);
    const through =
      life.euid === life.auid || SWITCHERS.has(programOf(image)) ? undefined : switcherOf(life, above, at);
    kept.commands.push({ at, life, image, euid: life.euid, through, depth: depth < 0 ? above.length : depth });
  }

  call(life: Life, _call: unknown, _view: unknown, event: AuditEvent): void {
    this.touch(life, msOf(event));
  }

  message(record: AuditRecord, event: AuditEvent): void {
    this.logins.message(record, event);
    if (record.type !== RECORD.USER_CMD) return;
    const message = messageOf(record);
    const kept = isSet(message.ses) ? this.keep(event.node, message.ses) : undefined;
    if (!kept || kept.sudo.length >= MOST_COMMANDS) return;
    this.logins.session(event.node, message.ses, msOf(event), message.pid);
    const command = fieldText('cmd', fieldValue(record, 'cmd') ?? '');
    kept.sudo.push({ at: msOf(event), command, cwd: message.text('cwd'), ok: message.ok !== false });
  }

  /** Sessions in order of their beginning. */
  stories(): SessionStory[] {
    const stories = [...this.logins.sessions.values()].map((session) => {
      const kept = this.keep(session.node, session.ses);
      return { session, ...kept };
    });
    return stories.sort((a, b) => beginOf(a.session) - beginOf(b.session) || a.session.ses - b.session.ses);
  }

  private touch(life: Life, at: number): Kept | undefined {
    if (!isSet(life.ses)) return undefined;
    const session = this.logins.session(life.node, life.ses, at, life.pid);
    if (session.auid < 0) session.auid = life.auid;
    if (life.tty !== '' && session.terminal === '') session.terminal = life.tty;
    return this.keep(life.node, life.ses);
  }

  private keep(node: string, ses: number): Kept {
    const key = `${node} ${ses}`;
    let kept = this.kept.get(key);
    if (!kept) this.kept.set(key, (kept = { commands: [], sudo: [], more: 0 }));
    return kept;
  }
}

/** The first program that changes users among those the life ran before, and those its ancestors ran then. */
function switcherOf(life: Life, above: readonly Life[], at: number): string | undefined {
  for (let i = 0; i < life.images.length - 1; i++) {
    const name = programOf(life.images[i]!);
    if (SWITCHERS.has(name)) return name;
  }
  return above.map((one) => programOf(imageAt(one, at))).find((name) => SWITCHERS.has(name));
}

/** When a session began, as far as known. */
export const beginOf = (session: Session): number => session.start ?? session.lastSeen;

/** A session as data. */
export function sessionJson(story: SessionStory, words: Words): object {
  const { session } = story;
  const name = (uid: number) => (isSet(uid) ? words.accounts?.userName(uid) : undefined);
  return {
    session: session.ses,
    node: session.node || undefined,
    auid: session.auid,
    user: name(session.auid) ?? (session.account || undefined),
    address: session.address ? visible(session.address) : undefined,
    terminal: session.terminal ? visible(session.terminal) : undefined,
    through: session.exe ? visible(session.exe) : undefined,
    start: session.start === undefined ? undefined : isoTime(session.start),
    end: session.end === undefined ? undefined : isoTime(session.end),
    lastSeen: isoTime(session.lastSeen),
    failuresBefore: session.failuresBefore,
    commands: story.commands.map(({ at, life, image, euid, through }) => ({
      at: isoTime(at),
      pid: life.pid,
      command: commandOf(image).map(visible),
      exe: image.exe ? visible(image.exe) : undefined,
      as: name(euid) ?? euid,
      uid: euid,
      really: name(life.auid) ?? life.auid,
      through,
      exitStatus: life.status,
    })),
    sudo: story.sudo.map(({ at, command, cwd, ok }) => ({
      at: isoTime(at),
      command: visible(command),
      cwd: visible(cwd),
      ok,
    })),
    moreCommands: story.more || undefined,
  };
}

/** A failed login as data. */
export const failureJson = ({ at, account, address, terminal, exe, node }: LoginFailure): object => ({
  failed: true,
  at: isoTime(at),
  account: visible(account),
  address: address ? visible(address) : undefined,
  terminal: terminal ? visible(terminal) : undefined,
  through: exe ? visible(exe) : undefined,
  node: node || undefined,
});

// What a borrower of the kernel has to take back, and the process that does so when it cannot itself: a shell waits on a pipe from
// us, and when the pipe ends without the word that all is well (a crash, kill -9), it runs guard.js, which undoes.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { workerUrl } from '../host/index.ts';
import { type AuditClient, openClient } from './client.ts';
import type { StatusChange } from './structs.ts';

/** Rules to delete (hex of struct audit_rule_data) and settings to put back. */
export interface Undo {
  readonly rules: readonly string[];
  readonly status: StatusChange;
  /** We were the audit daemon: its dead pid is to be cleared. */
  readonly daemon: boolean;
}

type Client = Pick<AuditClient, 'deleteRule' | 'set' | 'setPid' | 'close'>;

/** Deletes the rules (those that are gone already are no fault) and puts the settings back. */
export function undo(client: Client, what: Undo): void {
  for (const rule of what.rules)
    try {
      client.deleteRule(Buffer.from(rule, 'hex'));
    } catch (error) {
      if ((error as { code?: string }).code !== 'not-found') throw error;
    }
  if (Object.keys(what.status).length) client.set(what.status, 'put the audit settings back');
}

/**
 * What guard.js does: as `undo`, and frees the role of audit daemon that a dead process still holds. Where another
 * daemon has taken over meanwhile, role and settings are its own: only the rules go.
 */
export function undoAfterDeath(what: Undo, client: Client = openClient()): void {
  try {
    if (what.daemon && !takesRole(client)) undo(client, { ...what, status: {} });
    else {
      undo(client, what);
      if (what.daemon) client.setPid(0);
    }
  } finally {
    client.close();
  }
}

/** Takes the role from a dead process; false where a living one has it. */
function takesRole(client: Client): boolean {
  try {
    client.setPid(process.pid);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== 'held') throw error;
    return false;
  }
}

/** A guard that undoes `what` when this process ends without `stand down`. */
export class Guard {
  readonly #child: ChildProcess;

  constructor(what: Undo) {
    const script = fileURLToPath(workerUrl('./guard.ts', import.meta.url));
    // Through a pipe: Node would abort on a terminal that was hung up, which may be what ended us.
    const wait = 'read -r word <&3; [ "$word" = done ] || "$0" "$1" "$2" 2>&1 | cat >&2';
    this.#child = spawn('/bin/sh', ['-c', wait, process.execPath, script, JSON.stringify(what)], {
      detached: true, // its own session: Ctrl-C is not for it
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    this.#child.unref();
    this.#child.on('error', () => {}); // no shell: on without a guard
  }

  /** All is undone: the guard may go. */
  standDown(): void {
    const pipe = this.#child.stdio[3] as Writable | undefined;
    pipe?.on('error', () => {});
    pipe?.end('done\n');
  }
}

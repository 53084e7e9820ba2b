// What the daemon does to the machine around it, as one interface: the system log, mail, scripts, run levels, the
// service manager. `realWorld` does it; a test gives its own and looks at what was asked for.

import { spawn } from 'node:child_process';
import { safeWord } from '../base/terminal.ts';
import { programFault } from '../dispatch/trusted.ts';
import { say } from '../host/terminal.ts';
import { sendUnixDatagram } from '../libc/datagram.ts';

/** Priorities of syslog(3). */
export const PRIORITY = { alert: 1, error: 3, warning: 4, notice: 5, info: 6 } as const;

export interface World {
  /** A sentence to the system log. */
  log(priority: keyof typeof PRIORITY, text: string): void;
  mail(to: string, subject: string, text: string): void;
  /** Runs a script of `exec`; the promise resolves when it has ended, with the reason when it failed. */
  script(path: string): Promise<string>;
  /** Puts the machine into single user mode, or halts it. */
  runLevel(level: 'single' | 'halt'): void;
  /** A line to the service manager: `READY=1`, `STATUS=…` (sd_notify(3)). */
  notify(line: string): void;
  /** Milliseconds since 1970. */
  now(): number;
}

const FACILITY_DAEMON = 3;
export const SENDMAIL = '/usr/lib/sendmail';

/** A sentence to the system log, as one line that a terminal may be shown; false when there is none. */
export function toSystemLog(priority: keyof typeof PRIORITY, program: string, text: string): boolean {
  try {
    const head = `<${FACILITY_DAEMON * 8 + PRIORITY[priority]}>${program}[${process.pid}]: `;
    sendUnixDatagram('/dev/log', Buffer.from(head + safeWord(text)));
    return true;
  } catch {
    return false;
  }
}

/** `foreground`: sentences go to stderr instead of the system log (auditd -f). */
export function realWorld(foreground: boolean, program = 'auditd'): World {
  const world: World = {
    log(priority, text) {
      if (foreground) {
        say(text);
        return;
      }
      // Without a system log: better there than nowhere.
      if (!toSystemLog(priority, program, text)) say(`${program}: ${text}`);
    },
    mail(to, subject, text) {
      const child = spawn(SENDMAIL, ['-t'], { stdio: ['pipe', 'ignore', 'ignore'] });
      child.on('error', (error) => world.log('error', `cannot send mail through ${SENDMAIL}: ${error.message}`));
      child.stdin.on('error', () => {});
      child.stdin.end(`To: ${to}\nFrom: root\nSubject: ${subject}\n\n${text}\n.\n`);
    },
    script(path) {
      const fault = programFault(path);
      if (fault) return Promise.resolve(fault);
      return new Promise((done) => {
        const child = spawn(path, [], { stdio: 'ignore' });
        child.on('error', (error) => done(error.message));
        child.on('exit', (status, signal) =>
          done(status === 0 ? '' : `${path} ended ${signal ? `by ${signal}` : `with status ${status}`}`),
        );
      });
    },
    runLevel(level) {
      spawn('/sbin/init', [level === 'single' ? '1' : '0'], { stdio: 'ignore', detached: true })
        .on('error', (error) => world.log('alert', `cannot change the run level: ${error.message}`))
        .unref();
    },
    notify(line) {
      const path = process.env.NOTIFY_SOCKET;
      if (!path) return;
      try {
        sendUnixDatagram(path, Buffer.from(line));
      } catch (error) {
        world.log('warning', (error as Error).message);
      }
    },
    now: Date.now,
  };
  return world;
}

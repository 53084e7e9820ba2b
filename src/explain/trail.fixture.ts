// Writes the records of small trails for tests, as the kernel does (x86_64), and runs the collectors over them.
import { bytesOf } from '../base/index.ts';
import { readEvents } from '../event/index.ts';
import { ProcessFeed } from './feed.ts';
import { ProcessHistory } from './history.ts';
import { KillCollector } from './kills.ts';
import { LoginBook } from './logins.ts';
import { killStories, type VictimQuery } from './who-killed.ts';

export interface Actor {
  readonly pid: number;
  readonly ppid: number;
  readonly comm?: string;
  readonly exe?: string;
  readonly ses?: number;
}

/** A trail being written. Times count in ms from 1700000000.000; each call is one event. */
export class TrailWriter {
  readonly lines: string[] = [];
  private serial = 100;

  call(
    at: number,
    who: Actor,
    syscall: number,
    args: readonly number[],
    exit: number | undefined,
    more: string[] = [],
  ): this {
    const stamp = `msg=audit(${1700000000 + Math.floor(at / 1000)}.${String(at % 1000).padStart(3, '0')}:${this.serial++})`;
    const [a0, a1, a2, a3] = [0, 1, 2, 3].map((i) => ((args[i] ?? 0) >>> 0).toString(16));
    const result = exit === undefined ? '' : ` success=${exit < 0 ? 'no' : 'yes'} exit=${exit}`;
    const { comm = 'prog', exe = `/usr/bin/${comm}`, ses = 5 } = who;
    this.lines.push(
      `type=SYSCALL ${stamp}: arch=c000003e syscall=${syscall}${result} a0=${a0} a1=${a1} a2=${a2} a3=${a3} items=0 ` +
        `ppid=${who.ppid} pid=${who.pid} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ` +
        `ses=${ses} comm="${comm}" exe="${exe}" key="k"`,
    );
    for (const body of more) this.lines.push(body.replace(' ', ` ${stamp}: `));
    this.lines.push(`type=EOE ${stamp}: `);
    return this;
  }

  fork(at: number, who: Actor, child: number, flags = 0x1200011): this {
    return this.call(at, who, 56, [flags], child);
  }

  exec(at: number, who: Actor, argv: readonly string[]): this {
    const words = argv.map((word, i) => `a${i}="${word}"`).join(' ');
    return this.call(at, who, 59, [], 0, [`type=EXECVE argc=${argv.length} ${words}`]);
  }

  exit(at: number, who: Actor, status = 0): this {
    return this.call(at, who, 231, [status], undefined);
  }

  wait(at: number, who: Actor, child: number): this {
    return this.call(at, who, 61, [child, 0, 0], child);
  }

  /** kill(2); `hit` is the real pid and name of an OBJ_PID record, absent when the call failed. */
  kill(at: number, who: Actor, pid: number, signal: number, hit?: { pid: number; comm: string }): this {
    const more = hit ? [`type=OBJ_PID opid=${hit.pid} oauid=1000 ouid=0 oses=5 ocomm="${hit.comm}"`] : [];
    return this.call(at, who, 62, [pid, signal], hit ? 0 : -3, more);
  }

  get bytes(): Uint8Array {
    return bytesOf(`${this.lines.join('\n')}\n`);
  }
}

/** Runs who-killed over bytes. */
export function killsIn(bytes: Uint8Array, query: VictimQuery = {}) {
  const history = new ProcessHistory({ keep: 'all' });
  const collector = new KillCollector();
  const logins = new LoginBook();
  const feed = new ProcessFeed(history, {
    signal: (act) => collector.signal(act),
    crash: (act) => collector.crash(act),
    exec: (life, image, at) => collector.exec(life, image, at),
    call: (life, call, view, event) => collector.call(life, call, view, event),
    message: (record, event) => logins.message(record, event),
  });
  for (const event of readEvents([bytes])) feed.push(event);
  const stories = killStories(collector, [], query, (node, pid) => history.find(node, pid));
  return { history, collector, logins, stories };
}

// The kernel log (dmesg, journalctl -k, syslog) read for ends of processes: out-of-memory kills, global and of a cgroup,
// with the reason and the table of tasks; victims that were ending already; segfaults and other faults.
// Formats: mm/oom_kill.c of kernels 4.4 to 6.18; arch/*/mm/fault.c and traps.c of x86, arm64, powerpc and riscv (those of
// arm and s390 name no pid). Audit records that went to the kernel log for want of a daemon
// (`audit: type=1300 audit(…): …`) are handed on as lines of a trail.
// It reads text only; what stands before the kernel's words is kernel-line.ts's business.
import { recordTypeName } from '../tables/index.ts';
import { type DaemonKill, DaemonLog, daemonLine } from './daemon-log.ts';
import { type KernelLogOptions, splitKernelLine } from './kernel-line.ts';

export interface TaskRow {
  readonly pid: number;
  readonly uid: number;
  readonly name: string;
  /** Kilobytes of memory in use. */
  readonly rssKb: number;
  readonly scoreAdj: number;
}

export interface KernelKill {
  readonly kind: 'oom' | 'oom-cgroup' | 'oom-skip' | 'fault' | 'hardware' | 'daemon';
  /** ms since 1970 UTC; undefined where the line has no time of day. */
  readonly at: number | undefined;
  /** ms since the machine booted, where the line tells them. */
  readonly since: number | undefined;
  readonly pid: number;
  /** The kernel's name of it, at most 15 letters. */
  readonly name: string;
  readonly uid: number | undefined;
  /** Anonymous, file and shared memory in use, kilobytes. */
  readonly rssKb: number | undefined;
  readonly scoreAdj: number | undefined;
  /** Who asked for memory when there was none. */
  readonly asker: string | undefined;
  /** The cgroup whose limit was hit, and the victim's own. */
  readonly limitCgroup: string | undefined;
  readonly cgroup: string | undefined;
  readonly constraint: string | undefined;
  /** The whole group was to die (memory.oom.group). */
  readonly wholeGroup: boolean;
  /** Whom the kernel had chosen where it killed a child of that one instead (kernels before 4.19). */
  readonly chosen: { readonly pid: number; readonly name: string } | undefined;
  /** The program that says it did it (daemon), or the signal the kernel sent (hardware). */
  readonly said: Pick<DaemonKill, 'by' | 'signal' | 'unit' | 'reason'> | undefined;
  /** For a fault: `segfault`, `general protection fault`, …, where, and in which file. */
  readonly fault: string | undefined;
  readonly address: string | undefined;
  readonly object: string | undefined;
  /** The largest tasks of the dump, largest first. */
  readonly tasks: readonly TaskRow[];
}

interface Oom {
  asker?: string;
  constraint?: string;
  limitCgroup?: string;
  cgroup?: string;
  pid?: number;
  uid?: number;
  wholeGroup: boolean;
  /** Pages of each task of the dump by its number, and the largest tasks, largest first. */
  readonly pages: Map<number, number>;
  readonly largest: Task[];
  /** Whom the kernel said it would kill, `or sacrifice child`, while no line tells whom it killed. */
  chosen?: Announced | undefined;
  /** The numbers of those that were killed, and the last of them. */
  readonly killed: Set<number>;
  last: KernelKill | undefined;
}

/** `Out of memory: Kill process 1 (x) score 9 or sacrifice child` */
interface Announced {
  readonly at: number | undefined;
  readonly since: number | undefined;
  readonly pid: number;
  readonly name: string;
  readonly inCgroup: boolean;
}

/** A row of the dump, which counts memory in pages. */
type Task = Omit<TaskRow, 'rssKb'> & { readonly pages: number };

/** ms between the line that tells whom the kernel chose and the one that tells whom it killed, no more. */
const AT_ONCE = 60_000;
const MOST_TASKS = 10_000;
const LARGEST = 10;
/** Characters of a message that are looked at: the kernel writes at most 1024 (kernel/printk, LOG_LINE_MAX); audit
 * records, which may be longer, are handed on whole. */
const LONGEST = 2048;

export class KernelLog {
  readonly kills: KernelKill[] = [];
  private oom: Oom = newOom();
  private lastAt: number | undefined;
  /** Of the line that is read. */
  private since: number | undefined;
  private readonly options: KernelLogOptions;
  private readonly daemons = new DaemonLog();
  /** Takes audit records found on the way, as lines of a trail. */
  private readonly record: ((line: string) => void) | undefined;

  constructor(options: KernelLogOptions = {}, record?: (line: string) => void) {
    this.options = options;
    this.record = record;
  }

  /** One line, latin1, without its newline. */
  push(line: string): void {
    const {
      at: told,
      delta,
      since,
      message: whole,
    } = splitKernelLine(line.endsWith('\r') ? line.slice(0, -1) : line, this.options);
    const daemon = daemonLine(line.slice(0, LONGEST));
    const message = whole.slice(0, LONGEST);
    const at = delta === undefined || this.lastAt === undefined ? told : this.lastAt + delta;
    this.lastAt = at ?? this.lastAt;
    this.since = since;
    const audit = /^audit: type=(\d{4}) (?=audit\(\d+\.\d+:\d+\): )/.exec(message);
    if (daemon) this.daemon(at, daemon);
    else if (audit) this.record?.(`type=${recordTypeName(Number(audit[1]))} msg=${whole.slice(audit[0].length)}`);
    else if (message.includes('[')) this.fault(at, message) || this.memory(at, message);
    else this.memory(at, message);
  }

  private daemon(at: number | undefined, line: NonNullable<ReturnType<typeof daemonLine>>): void {
    const kill = this.daemons.read(line);
    if (!kill) return;
    const { pid, name, uid, rssKb, crash, ...said } = kill;
    if (crash !== undefined) this.add({ kind: 'fault', at, pid, name, uid, fault: crash, said });
    else this.add({ kind: 'daemon', at, pid, name, uid, rssKb, said });
  }

  /** A fault of the machine's memory (mm/memory-failure.c): SIGBUS may be handled, SIGKILL is not. */
  private hardware(at: number | undefined, message: string): boolean {
    const found = HARDWARE.exec(message);
    if (!found) return false;
    const said = {
      by: 'the kernel',
      signal: found[1] === 'Killing' ? 9 : 7,
      unit: undefined,
      reason: 'hardware memory corruption',
    };
    this.add({ kind: 'hardware', at, pid: Number(found[3]), name: found[2]!, said });
    return true;
  }

  private memory(at: number | undefined, message: string): void {
    if (this.hardware(at, message)) return;
    const asker = /^(.{1,64}?) invoked oom-killer:/.exec(message);
    if (asker) {
      this.end();
      this.oom = { ...newOom(), asker: asker[1]! };
      return;
    }
    const row = readTask(message);
    if (row) {
      addTask(this.oom, row);
      return;
    }
    const older = /^Task in (.*) killed as a result of limit of (.*)$/.exec(message);
    if (older) Object.assign(this.oom, { constraint: 'CONSTRAINT_MEMCG', cgroup: older[1]!, limitCgroup: older[2]! });
    else if (message.startsWith('oom-kill:')) this.context(message.slice(9));
    else if (/^Tasks in .* are going to be killed due to memory\.oom\.group set/.test(message)) this.wholeGroup();
    else this.killed(at, message);
  }

  /** `constraint=CONSTRAINT_MEMCG,…,oom_memcg=/a,task_memcg=/a/b,task=name,pid=1,uid=0` */
  private context(text: string): void {
    const value = (name: string) => new RegExp(`(?:^|,)${name}=(.*?)(?:,[a-z_]+=|,global_oom|$)`).exec(text)?.[1];
    const oom = this.oom;
    oom.constraint = value('constraint') ?? '';
    if (value('oom_memcg') !== undefined) oom.limitCgroup = value('oom_memcg')!;
    if (value('task_memcg') !== undefined) oom.cgroup = value('task_memcg')!;
    if (value('pid') !== undefined) oom.pid = Number(value('pid'));
    if (value('uid') !== undefined) oom.uid = Number(value('uid'));
  }

  /** Told after the first victim, and before all of them are killed: the first one, too, for a second time. */
  private wholeGroup(): void {
    this.oom.wholeGroup = true;
    const last = this.kills.at(-1);
    if (last && this.oom.last === last) this.kills[this.kills.length - 1] = { ...last, wholeGroup: true };
  }

  /** The log has ended: a victim that was announced, and of whom no other line tells, was killed. */
  end(): void {
    const { chosen } = this.oom;
    this.oom.chosen = undefined;
    if (!chosen || this.oom.killed.has(chosen.pid)) return;
    this.oom.killed.add(chosen.pid);
    const { asker, limitCgroup, cgroup, constraint } = this.oom;
    const { at, since, pid, name, inCgroup } = chosen;
    this.add({ kind: this.kindOf(inCgroup), at, since, pid, name, asker, limitCgroup, cgroup, constraint });
  }

  /** A cgroup that met its limit is not the machine, nor is a set of memory nodes. */
  private kindOf(inCgroup: boolean): 'oom' | 'oom-cgroup' {
    return inCgroup || (this.oom.constraint ?? '').includes('MEMCG') ? 'oom-cgroup' : 'oom';
  }

  /** `… or sacrifice child`: told before the kill. */
  private announced(at: number | undefined, message: string): boolean {
    const found = OOM_CHOSEN.exec(message);
    if (!found) return false;
    this.end();
    this.oom.chosen = {
      at,
      since: this.since,
      pid: Number(found[2]),
      name: found[3]!,
      inCgroup: found[1] !== undefined,
    };
    return true;
  }

  private killed(at: number | undefined, message: string): void {
    if (this.announced(at, message)) return;
    const found = OOM_END.exec(message);
    if (!found) return;
    const [, memcg, skipPid, skipName, killPid, killName] = found;
    const { chosen } = this.oom;
    const apart = Math.abs((at ?? this.since ?? 0) - (chosen?.at ?? chosen?.since ?? 0));
    if (chosen && apart > AT_ONCE) this.end();
    else this.oom.chosen = undefined;
    const skip = skipPid !== undefined;
    const pid = Number(skipPid ?? killPid);
    const { oom } = this;
    if (oom.killed.has(pid)) return;
    const number = (pattern: RegExp): number | undefined => {
      const found = pattern.exec(message)?.[1];
      return found === undefined ? undefined : Number(found);
    };
    const parts = ['anon-rss', 'file-rss', 'shmem-rss'].map((name) => number(new RegExp(`${name}:(\\d+)kB`)));
    const announced = apart > AT_ONCE ? undefined : chosen;
    const inCgroup = memcg !== undefined || announced?.inCgroup === true;
    const rssKb = parts.some((n) => n !== undefined) ? parts.reduce<number>((sum, n) => sum + (n ?? 0), 0) : undefined;
    const pageKb = pageSize(rssKb, oom.pages.get(pid));
    oom.killed.add(pid);
    oom.last = this.add({
      kind: skip ? 'oom-skip' : this.kindOf(inCgroup),
      at,
      pid,
      name: (skipName ?? killName)!,
      uid: number(/UID:(\d+)/) ?? (oom.pid === pid ? oom.uid : undefined),
      rssKb,
      scoreAdj: number(/oom_score_adj:(-?\d+)/),
      asker: oom.asker,
      limitCgroup: oom.limitCgroup,
      cgroup: oom.cgroup,
      constraint: oom.constraint,
      wholeGroup: oom.wholeGroup,
      chosen: announced && announced.pid !== pid ? { pid: announced.pid, name: announced.name } : undefined,
      tasks: oom.largest.map(({ pages, ...task }) => ({ ...task, rssKb: pages * pageKb })),
    });
  }

  private fault(at: number | undefined, message: string): boolean {
    for (const pattern of FAULTS) {
      const found = pattern.exec(message)?.groups;
      if (!found) continue;
      const { name, pid, what, address, object } = found as Record<string, string>;
      this.add({ kind: 'fault', at, pid: Number(pid), name: name!, fault: what!, address, object: object?.trim() });
      return true;
    }
    return false;
  }

  private add(kill: Pick<KernelKill, 'kind' | 'at' | 'pid' | 'name'> & Partial<KernelKill>): KernelKill {
    const full = {
      since: this.since,
      uid: undefined,
      rssKb: undefined,
      scoreAdj: undefined,
      asker: undefined,
      limitCgroup: undefined,
      cgroup: undefined,
      constraint: undefined,
      wholeGroup: false,
      chosen: undefined,
      said: undefined,
      fault: undefined,
      address: undefined,
      object: undefined,
      tasks: [],
      ...kill,
    };
    this.kills.push(full);
    return full;
  }
}

const newOom = (): Oom => ({ wholeGroup: false, pages: new Map(), largest: [], killed: new Set(), last: undefined });

/** Takes a row of the dump in: of equals, the first stands first. */
function addTask({ pages, largest }: Oom, task: Task): void {
  if (pages.size >= MOST_TASKS) return;
  if (!pages.has(task.pid)) pages.set(task.pid, task.pages);
  let place = largest.length;
  while (place > 0 && largest[place - 1]!.pages < task.pages) place--;
  largest.splice(place, 0, task);
  if (largest.length > LARGEST) largest.pop();
}

/** `Out of memory: Killed process 1 (x) total-vm:…`, `Memory cgroup out of memory: OOM victim 1 (x) is already exiting…` */
const OOM_END =
  /^(?:(Memory cgroup )?[Oo]ut of memory(?: \([a-z_]+\))?: )?(?:OOM victim (\d+) \((.*)\) is already exiting\. Skip killing the task|Killed process (\d+)(?:, UID \d+,)? \((.*)\)(?: total-vm:|, UID |,|\.?$))/;

/** The line before it, of kernels before 4.19; Linux 2.6.18 has no score. */
const OOM_CHOSEN =
  /^(Memory cgroup )?[Oo]ut of memory(?: \([a-z_]+\))?: Kill process (\d+) \((.*)\)(?: score \d+)?(?: or sacrifice (?:a )?child)?\.?$/;

/** `Memory failure: 0x1840200: Killing cellsrv:33395 due to …`, `MCE: Killing x:1 due to … fault at 4631e000` */
const HARDWARE =
  /^(?:Memory failure: 0x[\da-f]+: |MCE(?: 0x[\da-f]+)?: )(Killing|Sending SIGBUS to) (.{1,16}):(\d{1,10}) due to hardware memory corruption/;

const WHO = /^(?:traps: )?(?<name>.{1,16}?)\[(?<pid>\d+)\]:? /.source;
const OBJECT = /(?:.* in (?<object>[^[]+)\[)?/.source;

const FAULTS: readonly RegExp[] = [
  // x86, powerpc: `x[1]: segfault at 8 ip …`, `traps: x[1] trap int3 ip:…`, `x[1]: segfault (11) at 0 nip …`
  new RegExp(
    `${WHO}(?<what>segfault|general protection(?: fault)?|trap [a-z0-9 ]+?|invalid opcode|unhandled [a-z ]+?)(?: \\(\\d+\\))?(?: at (?<address>[0-9a-fx]+))? (?:ip[ :]|rip:|nip )${OBJECT}`,
  ),
  new RegExp(`${WHO}(?<what>bad frame in \\S+) frame:.*? ip:[^ ]+${OBJECT}`),
  // arm64 since 4.17, before; riscv: `x[1]: unhandled exception: DABT (lower EL), ESR 0x…, level 2 translation fault in …`
  new RegExp(
    `${WHO}unhandled exception: (?:[^,]*, ESR 0x[0-9a-f]+, )?(?<what>[a-z0-9 ,()-]+?)(?: in (?<object>[^[]+)\\[|$)`,
  ),
  new RegExp(
    `${WHO}unhandled (?<what>[a-z0-9 ]+?)(?: \\(\\d+\\)| code 0x[0-9a-f]+) at (?<address>0x[0-9a-f]+)${OBJECT}`,
  ),
];

/** Kilobytes a page, told by the victim's row (pages) beside its end (kB): 4, or 16 and 64 on arm64 and powerpc. */
function pageSize(rssKb: number | undefined, pages: number | undefined): number {
  const size = rssKb && pages ? rssKb / pages : 4;
  return size > 32 ? 64 : size > 8 ? 16 : 4;
}

/** A row of the dump: `[  123]  1000   123   45678   9012   …   -500 name`: pid uid tgid total_vm rss … adj name. */
function readTask(message: string): Task | undefined {
  const row = /^\[\s*(\d+)\]\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(?:\d+\s+){2,5}(-?\d+) (\S.*)$/.exec(message);
  if (!row) return undefined;
  return {
    pid: Number(row[1]),
    uid: Number(row[2]),
    pages: Number(row[5]),
    scoreAdj: Number(row[6]),
    name: row[7]!,
  };
}

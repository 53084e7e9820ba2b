// The kernel log (dmesg, journalctl -k, syslog) read for ends of processes: out-of-memory kills, global and of a cgroup,
// with the reason and the table of tasks; victims that were ending already; segfaults and other faults.
// Formats: mm/oom_kill.c, arch/*/mm/fault.c, arch/x86/kernel/traps.c of kernels 4.19 to 6.18. Audit records that went to
// the kernel log for want of a daemon (`audit: type=1300 audit(…): …`) are handed on as lines of a trail.
// It reads text only; when the machine booted is the caller's to say.
import { recordTypeName } from '../tables/index.ts';

export interface TaskRow {
  readonly pid: number;
  readonly uid: number;
  readonly name: string;
  /** Kilobytes of memory in use. */
  readonly rssKb: number;
  readonly scoreAdj: number;
}

export interface KernelKill {
  readonly kind: 'oom' | 'oom-cgroup' | 'oom-skip' | 'fault';
  /** ms since 1970 UTC; undefined where the line has no time of day. */
  readonly at: number | undefined;
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
  /** For a fault: `segfault`, `general protection fault`, …, where, and in which file. */
  readonly fault: string | undefined;
  readonly address: string | undefined;
  readonly object: string | undefined;
  /** The largest tasks of the dump, largest first. */
  readonly tasks: readonly TaskRow[];
}

export interface KernelLogOptions {
  /** When the machine booted, ms since 1970 UTC: gives `[  12.345]` lines a time of day. */
  readonly boot?: number;
  /** The year, for syslog lines without one. */
  readonly year?: number;
  /** Seconds east of UTC, for lines in local time. */
  readonly offset?: number;
}

interface Oom {
  asker?: string;
  constraint?: string;
  limitCgroup?: string;
  cgroup?: string;
  pid?: number;
  uid?: number;
  wholeGroup: boolean;
  tasks: TaskRow[];
}

const PAGE_KB = 4;

export class KernelLog {
  readonly kills: KernelKill[] = [];
  private oom: Oom = { wholeGroup: false, tasks: [] };
  private readonly options: KernelLogOptions;
  /** Takes audit records found on the way, as lines of a trail. */
  private readonly record: ((line: string) => void) | undefined;

  constructor(options: KernelLogOptions = {}, record?: (line: string) => void) {
    this.options = options;
    this.record = record;
  }

  /** One line, latin1, without its newline. */
  push(line: string): void {
    const { at, message } = splitKernelLine(line, this.options);
    const audit = /^audit: type=(\d{4}) (audit\(\d+\.\d+:\d+\): .*)$/.exec(message);
    if (audit) this.record?.(`type=${recordTypeName(Number(audit[1]))} msg=${audit[2]}`);
    else if (message.includes('[')) this.fault(at, message) || this.memory(at, message);
    else this.memory(at, message);
  }

  private memory(at: number | undefined, message: string): void {
    const asker = /^(.{1,64}?) invoked oom-killer:/.exec(message);
    if (asker) {
      this.oom = { asker: asker[1]!, wholeGroup: false, tasks: [] };
      return;
    }
    const row = readTask(message);
    if (row) {
      if (this.oom.tasks.length < 10_000) this.oom.tasks.push(row);
      return;
    }
    const older = /^Task in (.*) killed as a result of limit of (.*)$/.exec(message);
    if (older) Object.assign(this.oom, { constraint: 'CONSTRAINT_MEMCG', cgroup: older[1]!, limitCgroup: older[2]! });
    else if (message.startsWith('oom-kill:')) this.context(message.slice(9));
    else if (/^Tasks in .* are going to be killed due to memory\.oom\.group set/.test(message))
      this.oom.wholeGroup = true;
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

  private killed(at: number | undefined, message: string): void {
    const skip = /^OOM victim (\d+) \((.*)\) is already exiting\. Skip killing the task/.exec(message);
    const kill = /^(?:(Memory cgroup )?[Oo]ut of memory: |)Killed process (\d+) \((.*)\)(?: total-vm:|, UID |,)/.exec(
      message,
    );
    if (!skip && !kill) return;
    const pid = Number(skip ? skip[1] : kill![2]);
    const { oom } = this;
    const number = (pattern: RegExp): number | undefined => {
      const found = pattern.exec(message)?.[1];
      return found === undefined ? undefined : Number(found);
    };
    const parts = ['anon-rss', 'file-rss', 'shmem-rss'].map((name) => number(new RegExp(`${name}:(\\d+)kB`)));
    const inCgroup = kill?.[1] !== undefined || (oom.constraint ?? '').includes('MEMCG');
    this.add({
      kind: skip ? 'oom-skip' : inCgroup ? 'oom-cgroup' : 'oom',
      at,
      pid,
      name: (skip ? skip[2] : kill![3])!,
      uid: number(/UID:(\d+)/) ?? (oom.pid === pid ? oom.uid : undefined),
      rssKb: parts.some((n) => n !== undefined) ? parts.reduce<number>((sum, n) => sum + (n ?? 0), 0) : undefined,
      scoreAdj: number(/oom_score_adj:(-?\d+)/),
      asker: oom.asker,
      limitCgroup: oom.limitCgroup,
      cgroup: oom.cgroup,
      constraint: oom.constraint,
      wholeGroup: oom.wholeGroup,
      tasks: [...oom.tasks].sort((a, b) => b.rssKb - a.rssKb).slice(0, 10),
    });
  }

  private fault(at: number | undefined, message: string): boolean {
    const segfault =
      /^(?:traps: )?(.{1,16}?)\[(\d+)\](?::)? (segfault|general protection fault|general protection|trap [a-z ]+?|invalid opcode|unhandled [a-z ]+?|bad frame.*?)(?: at ([0-9a-fx]+))? (?:ip[ :]|rip:|nip )/.exec(
        message,
      );
    if (!segfault) return false;
    this.add({
      kind: 'fault',
      at,
      pid: Number(segfault[2]),
      name: segfault[1]!,
      fault: segfault[3]!,
      address: segfault[4],
      object: / in ([^[]+)\[/.exec(message)?.[1],
    });
    return true;
  }

  private add(kill: Pick<KernelKill, 'kind' | 'at' | 'pid' | 'name'> & Partial<KernelKill>): void {
    this.kills.push({
      uid: undefined,
      rssKb: undefined,
      scoreAdj: undefined,
      asker: undefined,
      limitCgroup: undefined,
      cgroup: undefined,
      constraint: undefined,
      wholeGroup: false,
      fault: undefined,
      address: undefined,
      object: undefined,
      tasks: [],
      ...kill,
    });
  }
}

/** A row of the dump: `[  123]  1000   123   45678   9012   …   -500 name`: pid uid tgid total_vm rss … adj name. */
function readTask(message: string): TaskRow | undefined {
  const row = /^\[\s*(\d+)\]\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(?:\d+\s+){2,5}(-?\d+) (\S.*)$/.exec(message);
  if (!row) return undefined;
  return {
    pid: Number(row[1]),
    uid: Number(row[2]),
    rssKb: Number(row[5]) * PAGE_KB,
    scoreAdj: Number(row[6]),
    name: row[7]!,
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Takes the time and the source off a line of dmesg, dmesg -T, journalctl -k (short, short-iso, short-precise), syslog. */
export function splitKernelLine(
  line: string,
  options: KernelLogOptions = {},
): { readonly at: number | undefined; readonly message: string } {
  const offset = (options.offset ?? 0) * 1000;
  let rest = line.replace(/^<\d{1,3}>/, '');
  let at: number | undefined;
  const iso = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:?\d\d)? \S+ kernel: /.exec(rest);
  const short = /^([A-Z][a-z]{2}) +(\d+) (\d\d):(\d\d):(\d\d)(?:\.(\d+))? \S+ kernel: /.exec(rest);
  const long = /^\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d+) (\d\d):(\d\d):(\d\d) (\d{4})\] /.exec(rest);
  if (iso) {
    const zone = iso[4] === undefined ? '' : iso[4].replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
    at = Date.parse(`${iso[1]}T${iso[2]}${iso[3] ? `.${iso[3].slice(0, 3)}` : ''}${zone || 'Z'}`) - (zone ? 0 : offset);
    rest = rest.slice(iso[0].length);
  } else if (short) {
    const month = MONTHS.indexOf(short[1]!);
    if (options.year !== undefined && month >= 0)
      at =
        Date.UTC(options.year, month, Number(short[2]), Number(short[3]), Number(short[4]), Number(short[5])) +
        Number((short[6] ?? '0').padEnd(3, '0').slice(0, 3)) -
        offset;
    rest = rest.slice(short[0].length);
  } else if (long) {
    at =
      Date.UTC(
        Number(long[6]),
        MONTHS.indexOf(long[1]!),
        Number(long[2]),
        Number(long[3]),
        Number(long[4]),
        Number(long[5]),
      ) - offset;
    rest = rest.slice(long[0].length);
  }
  const mono = /^\[ *(\d+)\.(\d+)\](?:\[ *[TC]\d+\])? ?/.exec(rest);
  if (mono) {
    if (at === undefined && options.boot !== undefined)
      at = options.boot + Number(mono[1]) * 1000 + Math.floor(Number(mono[2]!.padEnd(6, '0').slice(0, 6)) / 1000);
    rest = rest.slice(mono[0].length);
  }
  return { at, message: rest };
}

/** Whether a line looks like the kernel log rather than an audit trail. */
export const looksLikeKernelLog = (line: string): boolean =>
  /^(<\d+>)?(\[ *\d+\.\d+\]|\[[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ )/.test(line) || / kernel: /.test(line.slice(0, 120));

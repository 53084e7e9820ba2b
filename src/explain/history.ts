// Processes as intervals, in one pass over a trail. Events may come out of order by a little: a record carries the time
// its call began, and is written when the call ends, so a child's first records often stand before its parent's fork.
//
// A pid in `pid=` counts in the machine's first pid namespace; what fork returns and kill takes counts in the caller's.
// So a fork waits (`pending`) until a record shows its child, and only then owns its pid.
//
// Memory: live processes, and a bounded tail of ended ones (`keep: 'live'`); or every life (`keep: 'all'`).
// It cannot know what no record tells: without rules for fork, execve and exit a life is first to last record.
import { forgetOldest } from '../base/oldest.ts';
import { type Image, imageOf, type Life } from './life.ts';
import {
  becomeSibling,
  belong,
  claimForeign,
  earlyChild,
  isProcess,
  isReaper,
  join,
  link,
  type Machine,
  type Origin,
  type Pending,
  type Subject,
  settle,
  stillItself,
  update,
} from './lineage.ts';

export type { Subject } from './lineage.ts';

export interface HistoryOptions {
  readonly keep?: 'live' | 'all';
  /** Ended lives remembered with `keep: 'live'`. Default 16,384. */
  readonly tail?: number;
}

const UNKNOWN_SUBJECT: Subject = {
  auid: -1,
  ses: -1,
  uid: -1,
  euid: -1,
  texts: () => ({ tty: '', comm: '', exe: '' }),
};
const MOST_FORMER = 4096;
const MOST_IMAGES = 256;
const MOST_LIVES = 262_144;

export class ProcessHistory {
  /** Every life, in order of appearance; with `keep: 'live'` it stays empty. */
  readonly lives: Life[] = [];
  private readonly machines = new Map<string, Machine>();
  private machine: Machine | undefined;
  private readonly keepAll: boolean;
  private readonly tail: number;
  private readonly ended: Life[] = [];
  private next = 1;

  constructor(options: HistoryOptions = {}) {
    this.keepAll = options.keep === 'all';
    this.tail = options.tail ?? 16_384;
  }

  /** The life that owns a pid now, or owned it last; undefined when no record named it. */
  find(node: string, pid: number): Life | undefined {
    return this.on(node).lives.get(pid) ?? this.on(node).pending.get(pid)?.at(-1)?.child;
  }

  /** A record of process `pid` at `at` (ms). `ppid` -1 when the record does not say. Returns its life. */
  see(node: string, pid: number, ppid: number, at: number, subject: Subject = UNKNOWN_SUBJECT): Life {
    const machine = this.on(node);
    const current = machine.lives.get(pid);
    const waiting = machine.pending.size > 0 ? machine.pending.get(pid) : undefined;
    if (current && !waiting && current.end === undefined && (current.ppid === ppid || ppid < 0 || current.ppid < 0)) {
      if (current.ppid < 0 && ppid >= 0) this.adopt(machine, current, ppid, at);
      if (at > current.lastSeen) current.lastSeen = at;
      if (subject.auid !== current.auid || subject.uid !== current.uid || subject.ses !== current.ses)
        update(current, subject);
      else if (subject.euid !== current.euid) update(current, subject);
      isProcess(current);
      return current;
    }
    return this.seeAnew(machine, pid, ppid, at, subject, current, waiting);
  }

  /**
   * A fork by `maker` that returned `pid` and began at `at`. `thread` as `makesThread` says; a `sibling` (CLONE_PARENT)
   * is a child of the maker's parent, though the maker knows its number.
   */
  fork(maker: Life, pid: number, at: number, thread: boolean | undefined, sibling = false): Life | undefined {
    if (thread === true) {
      maker.threads++;
      return undefined;
    }
    const machine = this.on(maker.node);
    const from: Origin = sibling
      ? { maker, parent: maker.parent, ppid: maker.ppid }
      : { maker, parent: maker, ppid: maker.pid };
    const current = machine.lives.get(pid);
    // The child's own records came first: they began after the fork did, and no other fork claims them.
    if (
      current &&
      current.startSource === 'seen' &&
      current.start >= at &&
      (current.ppid === from.ppid || current.ppid < 0 || (from.parent?.end !== undefined && current.ppid === 1))
    ) {
      join(current, from, at);
      this.remember(maker, pid, current);
      return current;
    }
    const early = earlyChild(maker, pid, at);
    if (early) {
      early.nsPid = pid;
      early.foreign = maker.foreign = true;
      join(early, from, at);
      this.remember(maker, pid, early);
      return early;
    }
    const child = this.begin(machine, pid, at, from);
    child.maybeThread = thread === undefined;
    if (child.maybeThread) maker.threads++; // until a record proves a process
    const list = machine.pending.get(pid);
    const entry = { maker, child };
    if (!list) machine.pending.set(pid, [entry]);
    else {
      list.push(entry);
      if (list.length > 8) list.shift();
    }
    forgetOldest(machine.pending, this.tail);
    this.remember(maker, pid, child);
    maker.unshown ??= [];
    maker.unshown.push(child);
    if (maker.unshown.length > MOST_FORMER) maker.unshown.splice(0, MOST_FORMER >> 3);
    return child;
  }

  /** A new program image. */
  image(life: Life, image: Image): void {
    const last = life.images.length;
    let place = last;
    while (place > 0 && life.images[place - 1]!.at > image.at && life.images[place - 1]!.source === 'execve') place--;
    if (last === 1 && life.images[0]!.source !== 'execve' && life.startSource === 'seen' && life.start >= image.at)
      life.images[0] = image;
    else life.images.splice(place, 0, image);
    if (life.images.length > MOST_IMAGES) life.images.splice(1, 1);
  }

  /** The end of a life, as far as known; a better source replaces a worse one. */
  finish(life: Life, at: number, source: Life['endSource'], more: { status?: number; signal?: number } = {}): void {
    if (life.end === undefined) {
      life.end = Math.max(at, life.start);
      life.endSource = source;
      this.retire(life);
    } else if (WORTH[source!] > WORTH[life.endSource!]) {
      life.end = Math.max(at, life.start);
      life.endSource = source;
    }
    if (more.status !== undefined) life.status = more.status;
    if (more.signal !== undefined) life.signal = more.signal;
  }

  /** The child a process knows by a number: the newest it forked with that result. */
  childOf(parent: Life, pid: number): Life | undefined {
    return parent.former?.get(pid);
  }

  private on(node: string): Machine {
    if (this.machine && this.machine.node === node) return this.machine;
    let machine = this.machines.get(node);
    if (!machine) this.machines.set(node, (machine = { node, lives: new Map(), pending: new Map() }));
    this.machine = machine;
    return machine;
  }

  /** The record's pid is new, awaited, ended, or has another parent than before: decide whose it is. */
  private seeAnew(
    machine: Machine,
    pid: number,
    ppid: number,
    at: number,
    subject: Subject,
    current: Life | undefined,
    waiting: Pending[] | undefined,
  ): Life {
    const fork = waiting && this.confirm(machine, pid, ppid, at, current, waiting);
    if (fork) return settle(fork, ppid, at, subject);
    if (current && stillItself(machine, current, ppid, at)) return settle(current, ppid, at, subject);
    if (current) this.finish(current, Math.min(at, Math.max(current.lastSeen, current.start)), 'replaced');
    const parent = machine.lives.get(ppid);
    const claimed = parent && claimForeign(machine, parent, pid, at);
    const life = claimed ?? this.begin(machine, pid, at, { maker: undefined, parent: undefined, ppid });
    if (!claimed) link(life, parent, at);
    this.own(machine, pid, life);
    return settle(life, ppid, at, subject);
  }

  /** The fork that a record of `pid` confirms, if one of the waiting ones does. */
  private confirm(
    machine: Machine,
    pid: number,
    ppid: number,
    at: number,
    current: Life | undefined,
    waiting: Pending[],
  ): Life | undefined {
    for (let i = waiting.length - 1; i >= 0; i--) {
      const { maker, child } = waiting[i]!;
      if (child.start > at) continue;
      const reparented = ppid !== child.ppid;
      // clone3 may make a sibling too; its flags are not in the record.
      if (child.maybeThread && ppid >= 0 && ppid === maker.ppid && reparented) becomeSibling(child, maker);
      else if (reparented && ppid >= 0 && child.parent?.end === undefined && !isReaper(child, ppid, at)) continue;
      // A record without ppid, or with the owner's, is the owner's: it was seen since that fork, whose child is elsewhere.
      const owned = current && current.end === undefined && (ppid < 0 || current.ppid === ppid);
      if (reparented && owned && current.lastSeen >= child.start) continue;
      if (current && current !== child) this.finish(current, child.start, 'replaced');
      for (const older of waiting.slice(0, i)) this.finish(older.child, child.start, 'replaced');
      machine.pending.delete(pid);
      this.own(machine, pid, child);
      return child;
    }
    return undefined;
  }

  private own(machine: Machine, pid: number, life: Life): void {
    machine.lives.delete(pid);
    machine.lives.set(pid, life);
    forgetOldest(machine.lives, MOST_LIVES);
  }

  /** A parent became known for a life that had none. */
  private adopt(machine: Machine, life: Life, ppid: number, at: number): void {
    life.ppid = ppid;
    if (!life.parent) link(life, machine.lives.get(ppid), at);
  }

  private begin(machine: Machine, pid: number, at: number, { maker, parent, ppid }: Origin): Life {
    const life: Life = {
      id: this.next++,
      node: machine.node,
      pid,
      nsPid: undefined,
      foreign: maker?.foreign ?? false,
      ppid,
      parent,
      start: at,
      startSource: maker ? 'fork' : 'seen',
      end: undefined,
      endSource: undefined,
      status: undefined,
      signal: undefined,
      reaped: false,
      maybeThread: false,
      images: [],
      auid: maker?.auid ?? -1,
      ses: maker?.ses ?? -1,
      uid: maker?.uid ?? -1,
      euid: maker?.euid ?? -1,
      tty: maker?.tty ?? '',
      lastSeen: at,
      threads: 0,
      former: undefined,
      unshown: undefined,
      guessed: false,
      guessedUntil: Number.NEGATIVE_INFINITY,
      unjoined: undefined,
      children: this.keepAll ? [] : undefined,
      place: 0,
      parental: false,
    };
    if (maker) life.images.push(imageOf(maker));
    if (parent) belong(life, parent);
    if (this.keepAll) this.lives.push(life);
    return life;
  }

  private remember(parent: Life, pid: number, child: Life): void {
    parent.former ??= new Map();
    parent.former.delete(pid);
    parent.former.set(pid, child);
    forgetOldest(parent.former, MOST_FORMER);
  }

  /** Lets the oldest ended lives go where only live ones are kept. */
  private retire(life: Life): void {
    if (this.keepAll) return;
    this.ended.push(life);
    if (this.ended.length < this.tail * 2) return;
    for (const old of this.ended.splice(0, this.tail)) {
      const machine = this.machines.get(old.node)!;
      if (old.end !== undefined && machine.lives.get(old.pid) === old) machine.lives.delete(old.pid);
      old.former = old.unshown = undefined;
    }
  }
}

const WORTH: Readonly<Record<NonNullable<Life['endSource']>, number>> = {
  gone: 1,
  replaced: 2,
  reaped: 3,
  'last-thread': 3,
  signal: 4,
  exit: 5,
};

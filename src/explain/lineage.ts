// Whose life is it: the rules that tell a process from an earlier owner of its pid, join a child with the fork that made
// it, and find the children of another pid namespace. Functions over lives; history.ts keeps the tables.
import { ancestorsOf, imageAt, imageOf, type Life } from './life.ts';

/** Who made a record, as the record says. Strings are latin1. */
export interface Subject {
  readonly auid: number;
  readonly ses: number;
  readonly uid: number;
  readonly euid: number;
  /** Cut out only when a life begins or changes its image. */
  texts(): { readonly tty: string; readonly comm: string; readonly exe: string };
}

/** A fork whose child no record has shown yet. */
export interface Pending {
  readonly maker: Life;
  readonly child: Life;
}

/** Who forked, and whose child it is: the maker's own, or (CLONE_PARENT) its parent's. */
export interface Origin {
  readonly maker: Life | undefined;
  readonly parent: Life | undefined;
  readonly ppid: number;
}

/** One machine's processes. */
export interface Machine {
  readonly node: string;
  readonly lives: Map<number, Life>;
  readonly pending: Map<number, Pending[]>;
}

/** Records of other threads may follow a process's exit_group this long. */
const EXIT_SLACK = 50;
const MOST_UNJOINED = 64;
/** Pids of forks at the same moment lie closer together than this; those of two namespaces seldom do. */
const FAR = 1024;

/** Whether a record of the pid still belongs to `current`, which has ended or had another parent. */
export function stillItself(machine: Machine, current: Life, ppid: number, at: number): boolean {
  if (current.end !== undefined) {
    if (at <= current.end) return true;
    if (ppid >= 0 && current.ppid >= 0 && ppid !== current.ppid) return false;
    return current.endSource === 'exit' ? at - current.end <= EXIT_SLACK : true;
  }
  if (ppid < 0 || current.ppid < 0 || ppid === current.ppid) return true;
  if (at < current.lastSeen) return true;
  // Another parent: it was left to a reaper because its parent ended; a parent that lives on does not lose its child.
  const parent = machine.lives.get(current.ppid);
  return !parent || parent.end !== undefined || ppid === 1 || parent.lastSeen <= at;
}

/** Whether `ppid` may have taken over a child whose parent's end no record tells: init, or a subreaper above it. */
export function isReaper(child: Life, ppid: number, at: number): boolean {
  if (ppid === 1) return true;
  const { parent } = child;
  return parent !== undefined && parent.lastSeen <= at && ancestorsOf(parent).some((life) => life.pid === ppid);
}

/** Forks that begin later than the record in hand, looked at before the search for a child is given up. */
const MOST_LATER = 64;

/** The oldest fork of `parent` that returned a number no record ever showed: its child in another pid namespace. */
export function claimForeign(machine: Machine, parent: Life, pid: number, at: number): Life | undefined {
  const { unshown } = parent;
  for (let i = 0; unshown && i < unshown.length && i <= MOST_LATER; ) {
    const child = unshown[i]!;
    if (child.start > at && isUnshown(machine, parent, child)) {
      i++;
      continue;
    }
    unshown.splice(i, 1);
    if (!isUnshown(machine, parent, child)) continue;
    const list = machine.pending.get(child.pid)!;
    list.splice(
      list.findIndex((p) => p.child === child),
      1,
    );
    if (list.length === 0) machine.pending.delete(child.pid);
    if (anyUnshown(machine, parent, i, at)) parent.guessedUntil = at;
    child.guessed = child.start <= parent.guessedUntil;
    child.nsPid = child.pid;
    child.pid = pid;
    child.foreign = parent.foreign = true;
    return child;
  }
  return undefined;
}

/** Whether one more child that was forked by `at` waits for a record: of several it is not known whose record has come. */
function anyUnshown(machine: Machine, parent: Life, from: number, at: number): boolean {
  const next = parent.unshown!.slice(from, from + MOST_LATER);
  return next.some((child) => child.start <= at && isUnshown(machine, parent, child));
}

/** Whether a fork's child still waits for a record, as the newest that its maker knows by that number. */
const isUnshown = (machine: Machine, maker: Life, child: Life): boolean =>
  child.end === undefined &&
  child.startSource === 'fork' &&
  maker.former?.get(child.pid) === child &&
  machine.pending.get(child.pid)?.some((p) => p.child === child) === true;

/** Ancestors that are looked at: no process stands deeper, and whoever writes a trail cannot make each look take longer. */
const DEEPEST = 1024;

/** Makes `parent` the parent of a life that has none. */
export function belong(life: Life, parent: Life): void {
  life.parent = parent;
  if (parent.children) life.place = parent.children.push(life) - 1;
  parent.parental = true;
}

/** Whether `life` may become a child of `parent`: it is not its ancestor, as records can claim (`pid=5 ppid=5`). A ring of
 * parents has no root: all of it would be missing in every tree. */
function mayBelong(life: Life, parent: Life): boolean {
  if (!life.parental) return life !== parent;
  let above: Life | undefined = parent;
  for (let depth = 0; above; above = above.parent) if (above === life || ++depth > DEEPEST) return false;
  return true;
}

/** A life seen without a fork becomes the child of the life that owns its ppid. */
export function link(life: Life, parent: Life | undefined, at: number): void {
  if (!parent || (parent.end !== undefined && at > parent.end) || !mayBelong(life, parent)) return;
  belong(life, parent);
  parent.unjoined ??= [];
  parent.unjoined.push(life);
  if (parent.unjoined.length > MOST_UNJOINED) parent.unjoined.shift();
}

/** The child whose records came before its fork, where the fork returned another number: another pid namespace. */
export function earlyChild(parent: Life, pid: number, at: number): Life | undefined {
  return parent.unjoined?.find(
    (child) => child.start >= at && child.nsPid === undefined && (parent.foreign || Math.abs(child.pid - pid) > FAR),
  );
}

/** The child's records came before its parent's fork: join them. */
export function join(child: Life, { maker, parent }: Origin, at: number): void {
  const place = parent?.unjoined?.indexOf(child) ?? -1;
  if (place >= 0) parent!.unjoined!.splice(place, 1);
  child.start = at;
  child.startSource = 'fork';
  adopt(child, parent);
  const first = child.images[0];
  const inherited = imageAt(maker!, at);
  if (first?.source === 'execve') child.images.unshift(inherited);
  else if (first && (first.comm === '' || first.comm === inherited.comm)) child.images[0] = inherited;
}

/** Takes a life from among its parent's children. The last of them takes its place: there may be a hundred thousand. */
function leave(child: Life): void {
  const among = child.parent?.children;
  const last = among?.pop();
  if (among && last && last !== child) {
    among[child.place] = last;
    last.place = child.place;
  }
  child.parent = undefined;
}

/** The child leaves the parent it had, and gets this one if it can be. */
function adopt(child: Life, parent: Life | undefined): void {
  if (child.parent === parent) return;
  leave(child);
  if (parent && mayBelong(child, parent)) belong(child, parent);
}

/** A record shows that what clone3 made is the maker's sibling. */
export function becomeSibling(child: Life, maker: Life): void {
  isProcess(child);
  child.ppid = maker.ppid;
  adopt(child, maker.parent);
}

/** A record shows that what clone3 made is a process, no thread of its parent. */
export function isProcess(life: Life): void {
  if (!life.maybeThread) return;
  life.maybeThread = false;
  if (life.parent) life.parent.threads--;
}

/** Takes over what a record says of its process. */
export function settle(life: Life, ppid: number, at: number, subject: Subject): Life {
  if (life.end !== undefined && at > life.end && life.endSource !== 'exit' && life.endSource !== 'replaced') {
    life.end = life.endSource = life.signal = undefined;
    life.reaped = false;
  }
  isProcess(life);
  if (ppid >= 0) life.ppid = ppid;
  if (at > life.lastSeen) life.lastSeen = at;
  update(life, subject);
  return life;
}

/** Takes over the ids a record tells, and the texts where none were known. */
export function update(life: Life, subject: Subject): void {
  if (subject.auid >= 0) life.auid = subject.auid;
  if (subject.ses >= 0) life.ses = subject.ses;
  if (subject.uid >= 0) life.uid = subject.uid;
  if (subject.euid >= 0) life.euid = subject.euid;
  if (
    life.images.length === 0 ||
    (life.images.length === 1 && imageOf(life).comm === '' && life.startSource === 'seen')
  ) {
    const { tty, comm, exe } = subject.texts();
    if (tty !== '') life.tty = tty;
    life.images[0] = { at: life.start, argv: undefined, source: 'comm', exe, comm, cwd: undefined };
  }
}

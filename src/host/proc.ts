// /proc: what the kernel tells about a process. The parsing is pure (text in, data out); `procfs` is the thin reader,
// `fakeProc` the same over a plain table for tests. A process that is gone gives `undefined`, never an error.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { fromUtf8, isUnset, latin1 } from '../base/index.ts';

/** Raw reads below /proc; paths such as `42/stat`. Text is latin1. */
export interface Proc {
  read(path: string): string | undefined;
  link(path: string): string | undefined;
  /** Names in a folder of /proc; empty when there is none. */
  list(path: string): readonly string[];
}

function quietly<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}

/** The /proc at `root`. */
export function procfs(root = '/proc'): Proc {
  return {
    read: (path) => quietly(() => latin1(readFileSync(`${root}/${path}`))),
    link: (path) => quietly(() => readlinkSync(`${root}/${path}`, 'latin1')),
    list: (path) => quietly(() => readdirSync(`${root}/${path}`, 'latin1')) ?? [],
  };
}

/** A /proc of given texts: `{ '42/stat': '…', '42/exe': '/bin/sh' }` (a link's text is its target). */
export function fakeProc(files: Readonly<Record<string, string>>): Proc {
  return {
    read: (path) => files[path],
    link: (path) => files[path],
    list(path) {
      const prefix = path && !path.endsWith('/') ? `${path}/` : path;
      const below = Object.keys(files).filter((f) => f.startsWith(prefix));
      return [...new Set(below.map((f) => f.slice(prefix.length).split('/')[0]!))];
    },
  };
}

/** /proc/PID/stat, the parts used (proc(5)). `startTime` is in clock ticks since boot: with the pid it names a process for good. */
export interface ProcStat {
  readonly pid: number;
  readonly comm: string;
  readonly state: string;
  readonly ppid: number;
  readonly pgrp: number;
  readonly session: number;
  readonly startTime: number;
}

/** Reads /proc/PID/stat; the name may hold spaces, parentheses and newlines, so it ends at the last `)`. */
export function parseStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  const rest = text.slice(close + 2).split(' ');
  return {
    pid: Number.parseInt(text, 10),
    comm: text.slice(open + 1, close),
    state: rest[0] ?? '',
    ppid: Number(rest[1]),
    pgrp: Number(rest[2]),
    session: Number(rest[3]),
    startTime: Number(rest[19]),
  };
}

/** /proc/PID/status as name -> value, in order. */
export function parseStatus(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  return fields;
}

/** Arguments of /proc/PID/cmdline or variables of /proc/PID/environ: NUL-terminated strings. */
export function parseStrings(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\0') ? text.slice(0, -1) : text).split('\0');
}

/**
 * The cgroup path of a process (cgroups(7)): version 2's (`0::/…`), else systemd's own hierarchy's, else the first. On a
 * machine with both versions a process may be at the root of one and have its place in another: the root tells nothing.
 */
export function parseCgroup(text: string): string | undefined {
  const lines = text
    .split('\n')
    .filter(Boolean)
    .map((l) => l.split(':'));
  const rank = ([id, controllers]: readonly string[]) => (id === '0' ? 0 : controllers === 'name=systemd' ? 1 : 2);
  const paths = lines.sort((a, b) => rank(a) - rank(b)).map((l) => l.slice(2).join(':'));
  return paths.find((path) => path !== '/') ?? paths[0];
}

/**
 * The container a cgroup path names: the id of docker, podman, containerd and CRI-O (64 hex digits), or the name of an LXC
 * or systemd-nspawn container; else `undefined`. A container's monitor (`conmon`) is outside of it.
 */
export function containerOf(cgroup: string): string | undefined {
  const hex = /(?:^|[/-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/.exec(cgroup);
  if (hex) return /conmon-$/.test(cgroup.slice(0, hex.index + 1)) ? undefined : hex[1];
  return /(?:^|\/)(?:lxc\.payload\.|lxc\/|systemd-nspawn@)([^/]+?)(?:\.service)?(?:\/|$)/.exec(cgroup)?.[1];
}

/** The systemd unit a cgroup path names: its last `.service` or `.scope` part. */
export function unitOf(cgroup: string): string | undefined {
  return cgroup
    .split('/')
    .reverse()
    .find((part) => /\.(service|scope)$/.test(part));
}

/** An audit id file (loginuid, sessionid); `undefined` when unset (4294967295) or unreadable. */
export function auditId(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+\s*$/.test(text)) return undefined;
  const id = Number(text);
  return isUnset(id) ? undefined : id;
}

/** The pids /proc shows. */
export function pids(proc: Proc): readonly number[] {
  return proc
    .list('')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** A unit's full name (latin1), and the pids that are in it now. */
export function unitMembers(given: string, proc = procfs()): { name: string; pids: ReadonlySet<number> } {
  const name = /\.(service|scope|socket|slice)$/.test(given) ? given : `${given}.service`;
  const members = pids(proc).filter((pid) => {
    const cgroup = parseCgroup(proc.read(`${pid}/cgroup`) ?? '');
    return cgroup !== undefined && unitOf(cgroup) === name;
  });
  return { name: fromUtf8(name), pids: new Set(members) };
}

/** A running process as far as it may be read. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly comm: string;
  readonly startTime: number;
  /** Absent for a kernel thread, or when it may not be read. */
  readonly exe: string | undefined;
  readonly argv: readonly string[];
  readonly auid: number | undefined;
  readonly ses: number | undefined;
  readonly cgroup: string | undefined;
}

/** A process as /proc tells it; undefined when it is gone. */
export function readProcess(proc: Proc, pid: number): Process | undefined {
  const stat = parseStat(proc.read(`${pid}/stat`) ?? '');
  if (!stat) return undefined;
  return {
    pid,
    ppid: stat.ppid,
    comm: stat.comm,
    startTime: stat.startTime,
    exe: proc.link(`${pid}/exe`),
    argv: parseStrings(proc.read(`${pid}/cmdline`) ?? ''),
    auid: auditId(proc.read(`${pid}/loginuid`)),
    ses: auditId(proc.read(`${pid}/sessionid`)),
    cgroup: parseCgroup(proc.read(`${pid}/cgroup`) ?? ''),
  };
}

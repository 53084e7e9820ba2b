// The same account from a strace log, where audit may not be used: commands, calls, files, peers, signals, failures. A log
// of strace has no logins, sessions or rule keys, and no working directories: a relative name stays as the program gave it,
// unless strace -y wrote the directory beside the descriptor.

import { absolutePath } from '../../normalize/path.ts';
import { descriptorPath, readStrings, type StraceCall, type StraceOptions, StraceReader } from '../../strace/index.ts';
import { isExec, signalCall } from '../../tables/calls.ts';
import { bump, commandLine, countCall, countEvent, countUse, IDS, noActivity, PEERS } from './activity.ts';
import type { FileUse } from './files.ts';
import type { Selection } from './select.ts';

/** What a call does to the paths among its arguments, first and second. */
const USES: Readonly<Record<string, readonly FileUse[]>> = {
  creat: ['written'],
  mkdir: ['created'],
  mknod: ['created'],
  symlink: ['looked at', 'created'],
  link: ['looked at', 'created'],
  rename: ['deleted', 'created'],
  unlink: ['deleted'],
  rmdir: ['deleted'],
  execve: ['executed'],
  chmod: ['changed'],
  chown: ['changed'],
  lchown: ['changed'],
  truncate: ['changed'],
  utime: ['changed'],
  utimens: ['changed'],
  setxattr: ['changed'],
  removexattr: ['changed'],
  access: ['looked at'],
  stat: ['looked at'],
  lstat: ['looked at'],
  newfstat: ['looked at'],
  statx: ['looked at'],
  statfs: ['looked at'],
  readlink: ['looked at'],
  chdir: ['looked at'],
};

/** One accumulator, fed with lines. */
export class StraceActivity {
  readonly activity = noActivity();
  private readonly wanted: Selection;
  private readonly tree = new Set<number>();
  private readonly programs = new Map<number, string>();
  private readonly reader: StraceReader;
  private readonly within: (ms: number) => boolean;

  /** `within` says whether a moment (ms) is asked for. */
  constructor(wanted: Selection, within: (ms: number) => boolean = () => true) {
    this.wanted = wanted;
    this.within = within;
    if (wanted.pid !== undefined) this.tree.add(wanted.pid);
    this.reader = new StraceReader({
      call: (call) => this.call(call),
      signal: ({ pid, at, signal, info }) => {
        const from = info('si_pid');
        if (
          this.takes(pid, at) &&
          this.wanted.pid !== undefined &&
          from !== undefined &&
          /^SI_/.test(info('si_code') ?? '')
        )
          bump(this.activity.signalsReceived, `${signal} from ${this.named(Number.parseInt(from, 10))}`);
      },
    });
  }

  file(options: StraceOptions): void {
    this.reader.file(options);
  }

  push(line: string): void {
    this.reader.push(line);
  }

  private takes(pid: number, at: number): boolean {
    const { auid, uid, ses, key, exe } = this.wanted;
    if ((auid ?? uid ?? ses ?? key) !== undefined) return false; // strace knows none of them
    if (exe !== undefined && this.programs.get(pid) !== exe) return false;
    return (this.wanted.pid === undefined || this.tree.has(pid)) && this.within(at);
  }

  private call(call: StraceCall): void {
    const { name, args, result, error, pid, began } = call;
    const ok = error === '';
    const forked = /^(?:clone[23]?|v?fork)$/.test(name) && result !== undefined && result > 0;
    if (forked) this.forked(pid, result, args.join());
    if (ok && result === 0 && isExec(name)) this.programs.set(pid, executable(name, args));
    if (!this.takes(pid, began)) return;
    countEvent(this.activity, { sec: Math.floor(began / 1000), ms: Math.floor(began % 1000) }, pid);
    countCall(this.activity, name, ok ? undefined : error);
    if (PEERS.has(name)) this.peer(name, args);
    if (!ok || result === undefined) return;
    if (isExec(name)) bump(this.activity.commands, commandLine(argvOf(name, args)));
    for (const [path, use] of usesOf(name, args)) countUse(this.activity, path, use);
    if (signalCall(name)) this.sent(name, args);
    if (IDS.test(name)) bump(this.activity.privileges, `${name} by ${this.programs.get(pid) ?? '?'}`);
  }

  private forked(pid: number, child: number, flags: string): void {
    if (flags.includes('CLONE_THREAD')) return;
    const program = this.programs.get(pid);
    if (program !== undefined) this.programs.set(child, program);
    if (this.tree.has(pid)) this.tree.add(child);
  }

  private named(pid: number): string {
    const program = this.programs.get(pid);
    return program === undefined ? `pid ${pid}` : `${program.slice(program.lastIndexOf('/') + 1)} (${pid})`;
  }

  private sent(name: string, args: readonly string[]): void {
    const signal = args[signalCall(name)!.signal]?.split(' ')[0] ?? '?';
    const target = signalCall(name)!.target === 'pidfd' ? /<pid:(\d+)/.exec(args[0]!)?.[1] : args[0];
    if (target !== undefined)
      bump(this.activity.signalsSent, `${signal} to ${this.named(Number.parseInt(target, 10))}`);
  }

  /** `{sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}` */
  private peer(name: string, args: readonly string[]): void {
    const address = args.find((word) => word.startsWith('{sa_family='));
    if (address === undefined) return;
    const port = /port=htons\((\d+)\)/.exec(address)?.[1];
    const [text] = readStrings(address);
    if (text === undefined) return;
    const host = address.includes('AF_INET6') ? `[${text}]` : text;
    bump(this.activity.peers, `${name} ${port === undefined ? text : `${host}:${port}`}`);
  }
}

const argvOf = (name: string, args: readonly string[]): string[] =>
  readStrings(args[name === 'execveat' ? 2 : 1] ?? '');
const executable = (name: string, args: readonly string[]): string =>
  readStrings(args[name === 'execveat' ? 1 : 0] ?? '')[0] ?? '';

/** The paths a call names, with what it does to each. */
function usesOf(name: string, args: readonly string[]): [string, FileUse][] {
  const paths = args.flatMap((word, i) => {
    if (!word.startsWith('"')) return [];
    const path = readStrings(word)[0] ?? '';
    const base = i > 0 ? descriptorPath(args[i - 1]!) : undefined;
    return path === '' ? [] : [base === undefined ? path : absolutePath(base, path)];
  });
  if (/^open(?:at2?)?$/.test(name)) {
    const how = args.find((word) => /\bO_/.test(word)) ?? '';
    const written = /O_WRONLY|O_RDWR/.test(how);
    const uses: FileUse[] = [
      ...(written && !how.includes('O_RDWR') ? [] : (['read'] as const)),
      ...(written ? (['written'] as const) : []),
    ];
    return paths.slice(0, 1).flatMap((path) => uses.map((use): [string, FileUse] => [path, use]));
  }
  const uses = USES[name] ?? USES[name.replace(/(?:at2?|64|at64)$/, '')] ?? USES[name.replace(/^[fl]/, '')];
  if (!uses) return [];
  return paths.slice(0, uses.length).map((path, i) => [path, uses[i]!]);
}

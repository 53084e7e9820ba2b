// What /proc knows about the processes of events, while they live: parent, chain of parents, script, container, unit,
// and labels given by rules and inherited by children. A process is remembered for as long as its pid may come again
// in the trail; memory is bounded.

import { forgetOldest } from '../../base/oldest.ts';
import { containerOf, type Proc, type Process, readProcess, unitOf } from '../../host/proc.ts';

export interface LabelRule {
  readonly label: string;
  /** Matched against the executable's path, or against the whole command line; both latin1. */
  readonly of: 'exe' | 'cmdline';
  readonly matches: (text: string) => boolean;
}

export interface Ancestor {
  readonly pid: number;
  readonly comm: string;
  readonly exe: string | undefined;
}

export interface ProcessInfo {
  readonly parent: Ancestor | undefined;
  /** Parent first, then its parent, up to the first process. */
  readonly ancestors: readonly Ancestor[];
  /** The script an interpreter runs. */
  readonly script: string | undefined;
  readonly container: string | undefined;
  readonly unit: string | undefined;
  readonly labels: readonly string[];
}

interface Known {
  readonly process: Process | undefined;
  readonly labels: readonly string[];
  readonly ppid: number;
  readonly ancestor: Ancestor;
}

const LONGEST_CHAIN = 64;

export class ProcessTable {
  private readonly known = new Map<number, Known>();
  private readonly proc: Proc;
  private readonly rules: readonly LabelRule[];
  private readonly limit: number;

  constructor(proc: Proc, rules: readonly LabelRule[], limit = 16_384) {
    this.proc = proc;
    this.rules = rules;
    this.limit = limit;
  }

  /** A process of an event, by what the event itself says of it; `started` when the event is its execve. */
  info(pid: number, ppid: number, comm: string, exe: string | undefined, started: boolean): ProcessInfo {
    const before = this.known.get(pid);
    const known =
      before && !started && before.ppid === ppid
        ? before
        : this.learn(pid, ppid, comm, exe, started ? before : undefined);
    const ancestors = this.chain(ppid);
    const cgroup = known.process?.cgroup ?? '';
    return {
      parent: ancestors[0],
      ancestors,
      script: known.process ? scriptOf(known.process) : undefined,
      container: containerOf(cgroup),
      unit: unitOf(cgroup),
      labels: known.labels,
    };
  }

  private learn(pid: number, ppid: number, comm: string, exe: string | undefined, before: Known | undefined): Known {
    const live = readProcess(this.proc, pid);
    // A pid that /proc shows with another parent is another process by now.
    const process = live?.ppid === ppid ? live : undefined;
    const parent = this.known.get(ppid) ?? this.learnParent(ppid);
    const own = this.labelsOf(exe, process?.argv.join(' ') ?? '');
    const labels = [...new Set([...(parent?.labels ?? []), ...(before?.labels ?? []), ...own])];
    const known: Known = { process, labels, ppid, ancestor: { pid, comm, exe } };
    this.remember(pid, known);
    return known;
  }

  private learnParent(pid: number): Known | undefined {
    const process = pid > 0 ? readProcess(this.proc, pid) : undefined;
    if (!process) return undefined;
    const { exe, comm, ppid, argv } = process;
    const labels = this.labelsOf(exe, argv.join(' '));
    const known: Known = { process, labels, ppid, ancestor: { pid, comm, exe } };
    this.remember(pid, known);
    return known;
  }

  private labelsOf(exe = '', cmdline: string): string[] {
    return this.rules.filter((rule) => rule.matches(rule.of === 'exe' ? exe : cmdline)).map((rule) => rule.label);
  }

  private remember(pid: number, known: Known): void {
    this.known.delete(pid);
    this.known.set(pid, known);
    forgetOldest(this.known, this.limit);
  }

  private chain(pid: number): Ancestor[] {
    const chain: Ancestor[] = [];
    let next = pid;
    while (next > 0 && chain.length < LONGEST_CHAIN) {
      const known = this.known.get(next) ?? this.learnParent(next);
      if (!known || chain.some((a) => a.pid === next)) break;
      chain.push(known.ancestor);
      next = known.ppid;
    }
    return chain;
  }
}

const INTERPRETERS = /\/(?:ba|da|z|k|tc|c)?sh$|\/(?:python|perl|ruby|node|php|lua|tclsh|awk)[\d.]*$/;

/** The first argument that is no option, of an interpreter's command line: the script it runs. */
function scriptOf({ exe, argv }: Process): string | undefined {
  if (!exe || !INTERPRETERS.test(exe)) return undefined;
  const first = argv[1];
  return first !== undefined && first !== '' && !first.startsWith('-') ? first : undefined;
}

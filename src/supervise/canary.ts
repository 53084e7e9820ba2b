// Proof of service: a keeper (a small shell beside us) forks a canary when told, and says its pid; the fork must then be
// reported by the kernel within a limit. It is a process of its own because the kernel does not audit the process that
// is the audit daemon, which is what we are unless another one runs (kernel/auditsc.c, __audit_syscall_entry).

import { type ChildProcess, spawn } from 'node:child_process';
import { forgetOldest } from '../base/oldest.ts';

export interface CanaryReport {
  /** The canary was reported after this many ms; undefined: it was not, within the limit. */
  readonly delay: number | undefined;
  readonly reason: string;
}

const KEEPER = 'while read -r _; do : & echo $!; wait; done';

export class Canary {
  readonly #child: ChildProcess;
  readonly #limit: number;
  readonly #report: (report: CanaryReport) => void;
  readonly #seen = new Map<number, number>();
  readonly #awaited = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;
  #began = 0;
  #stopped = false;

  constructor(limit: number, report: (report: CanaryReport) => void) {
    this.#limit = limit;
    this.#report = report;
    this.#child = spawn('/bin/sh', ['-c', KEEPER], { stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    let text = '';
    this.#child.stdout!.setEncoding('latin1').on('data', (data: string) => {
      const lines = (text + data).split('\n');
      text = lines.pop()!;
      for (const line of lines) this.#forked(Number(line));
    });
    this.#child.stdin!.on('error', () => {});
    this.#child.on('error', () => this.#fail('no canary keeper could be started'));
    this.#child.on('exit', () => this.#fail('the canary keeper ended'));
  }

  /** The keeper's pid; 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Forks one now and then. */
  start(every: number): void {
    this.#sing();
    this.#timer = setInterval(() => this.#sing(), every);
  }

  /** A fork of the keeper was reported. */
  reported(pid: number): void {
    const began = this.#awaited.get(pid);
    if (began === undefined) {
      this.#seen.set(pid, performance.now()); // before the keeper could say its number
      forgetOldest(this.#seen, 16);
    } else if (this.#awaited.delete(pid)) this.#report({ delay: performance.now() - began, reason: '' });
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#child.stdin!.end();
    this.#child.unref();
  }

  #sing(): void {
    if (this.#awaited.size > 0) return; // the last one is still awaited
    this.#began = performance.now();
    this.#child.stdin!.write('\n');
  }

  #forked(pid: number): void {
    const told = this.#seen.get(pid);
    this.#seen.delete(pid);
    if (told !== undefined) {
      this.#report({ delay: told - this.#began, reason: '' });
      return;
    }
    this.#awaited.set(pid, this.#began);
    const rest = Math.max(0, this.#limit - (performance.now() - this.#began));
    setTimeout(() => {
      if (this.#awaited.delete(pid) && !this.#stopped)
        this.#fail(`the fork of canary ${pid} was not reported within ${this.#limit} ms`);
    }, rest).unref();
  }

  #fail(reason: string): void {
    if (!this.#stopped) this.#report({ delay: undefined, reason });
  }
}

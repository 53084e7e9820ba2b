// One plugin: its process, its queue, its restarts. A plugin that hangs, dies or floods costs only its own records, and
// those are counted. It is given batches and hands them to the process as fast as the process reads.

import { type ChildProcess, spawn } from 'node:child_process';
import { BoundedQueue } from '../base/queue.ts';
import { firstRecords, linesOf, type RecordBatch } from './batch.ts';
import type { PluginConfig } from './plugin-config.ts';
import { binaryOf } from './wire.ts';

export interface PluginState {
  readonly name: string;
  readonly status: 'running' | 'waiting to restart' | 'given up' | 'stopped';
  readonly pid: number | undefined;
  readonly restarts: number;
  /** Records: waiting now, the most that waited, lost because the queue was full or the process died. */
  readonly depth: number;
  readonly highWater: number;
  readonly lost: number;
}

export interface PluginEvents {
  /** A sentence for the system log. */
  readonly tell: (text: string) => void;
  /** The queue refused records; called once until it has room again. */
  readonly overflow: (name: string) => void;
}

/** Milliseconds that a plugin has to read on when its input has ended. */
const READS_ON = 1000;
const LONGEST_PAUSE = 10_000;

export class Plugin {
  readonly config: PluginConfig;
  private readonly queue: BoundedQueue<RecordBatch>;
  private readonly events: PluginEvents;
  private readonly maxRestarts: number;
  private child: ChildProcess | undefined;
  private status: PluginState['status'] = 'stopped';
  private restarts = 0;
  private lostInPipe = 0;
  private writing = 0;
  private overflowing = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(config: PluginConfig, depth: number, maxRestarts: number, events: PluginEvents) {
    this.config = config;
    this.maxRestarts = maxRestarts;
    this.events = events;
    this.queue = new BoundedQueue(depth, (batch) => batch.records);
  }

  start(): void {
    const { path, args } = this.config;
    const child = spawn(path, [...args], { stdio: ['pipe', 'ignore', 'inherit'] });
    this.child = child;
    this.status = 'running';
    child.stdin!.on('error', () => {}); // EPIPE: `exit` follows and tells
    let ended = false;
    const over = (how: string) => {
      if (!ended) this.ended(child, how);
      ended = true;
    };
    child.on('error', (error) => over(error.message));
    child.on('exit', (status, signal) => over(signal ? `ended by ${signal}` : `ended with status ${status}`));
    this.pump();
  }

  /** Queues what fits, refuses and counts the rest. */
  push(batch: RecordBatch): void {
    if (this.status === 'given up' || this.status === 'stopped') {
      this.lostInPipe += batch.records;
      return;
    }
    const room = this.queue.room;
    if (batch.records <= room) {
      this.overflowing = false;
      this.queue.push(batch);
    } else {
      if (room > 0) this.queue.push(firstRecords(batch, room));
      this.queue.refused += batch.records - room;
      if (!this.overflowing) this.events.overflow(this.config.name);
      this.overflowing = true;
    }
    this.pump();
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  state(): PluginState {
    return {
      name: this.config.name,
      status: this.status,
      pid: this.child?.pid,
      restarts: this.restarts,
      depth: this.queue.load,
      highWater: this.queue.highWater,
      lost: this.queue.refused + this.lostInPipe,
    };
  }

  /** Lets a plugin that was given up try again. */
  revive(): void {
    if (this.status !== 'given up') return;
    this.restarts = 0;
    this.start();
  }

  /**
   * Gives the process what still waits and closes its input; a program that has read to the end ends by itself. One that
   * has not after a second is sent SIGTERM, and SIGKILL after `patience` milliseconds in all. Resolves when it is gone.
   */
  async stop(patience: number): Promise<void> {
    clearTimeout(this.timer);
    const child = this.child;
    const running = this.status === 'running';
    if (!child || !running) {
      this.status = 'stopped';
      return;
    }
    const deadline = Date.now() + patience;
    while ((this.queue.load > 0 || this.writing > 0) && Date.now() < deadline && this.child === child) await sleep(5);
    this.status = 'stopped';
    this.lostInPipe += this.queue.load;
    this.queue.clear();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((done) => child.once('exit', () => done()));
    child.stdin!.end();
    const left = Math.max(50, deadline - Date.now());
    // SIGTERM at once would end a program that does not know the signal before it has read what it was given.
    const timers = [
      setTimeout(() => child.kill('SIGTERM'), Math.min(READS_ON, left / 2)),
      setTimeout(() => child.kill('SIGKILL'), left),
    ];
    await gone;
    for (const timer of timers) clearTimeout(timer);
  }

  private ended(child: ChildProcess, how: string): void {
    if (this.child !== child) return;
    this.child = undefined;
    this.lostInPipe += this.writing;
    this.writing = 0;
    if (this.status === 'stopped') return;
    if (this.restarts >= this.maxRestarts) {
      this.status = 'given up';
      this.lostInPipe += this.queue.load;
      this.queue.clear();
      this.events.tell(`plugin ${this.config.name} ${how}; it was restarted ${this.restarts} times and is given up`);
      return;
    }
    const pause = this.restarts === 0 ? 0 : Math.min(LONGEST_PAUSE, 100 * 2 ** (this.restarts - 1));
    this.restarts++;
    this.status = 'waiting to restart';
    this.events.tell(`plugin ${this.config.name} ${how}; starting it again (${this.restarts} of ${this.maxRestarts})`);
    this.timer = setTimeout(() => this.start(), pause);
  }

  /** One write at a time: the pipe holds 64 KiB or more, and what is written when a process dies is lost. */
  private pump(): void {
    const child = this.child;
    if (!child || this.status !== 'running' || this.writing > 0) return;
    const batch = this.queue.shift();
    if (!batch) return;
    this.writing = batch.records;
    child.stdin!.write(this.config.format === 'binary' ? binaryBatch(batch) : batch.lines, (error) => {
      if (this.child !== child || error) return;
      this.writing = 0;
      this.pump();
    });
  }
}

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

const binaryBatch = (batch: RecordBatch): Uint8Array =>
  Buffer.concat([...linesOf(batch)].map((line) => binaryOf(line, batch.raw === true)));

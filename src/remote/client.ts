// The sending side: records in, one at a time over the wire, each forgotten only when the server has acknowledged it.
// With a window of one a restart of the server can double at most nothing: what was written was acknowledged before the
// connection closed. What to do about each kind of failure is the configuration's; doing it is the caller's (`act`).

import { connect, type Socket } from 'node:net';
import type { Action } from '../base/settings.ts';
import type { ClientConfig } from './client-config.ts';
import { type Failure, Failures, failureOf } from './failures.ts';
import { encodeMessage, type Message, MessageReader, REPLY, signal, TYPE, WARNING } from './protocol.ts';
import type { Store } from './store.ts';
import { tlsConnect } from './tls.ts';

export interface ClientHooks {
  /** Does what an action asks of the machine: syslog, exec, single, halt. `why` is a sentence. */
  readonly act: (action: Action<string>, why: string) => void;
  /** The client gives up (stop): the program should end with this sentence. */
  readonly stopped: (why: string) => void;
}

export class RemoteClient {
  sent = 0;
  /** Records dropped: the store was full, or an action said to go on without them. */
  dropped = 0;
  private readonly config: ClientConfig;
  private readonly store: Store;
  private readonly hooks: ClientHooks;
  private socket: Socket | undefined;
  private reader = new MessageReader(false);
  private seq = 1;
  private awaiting = 0;
  private tries = 0;
  private since = 0;
  private timer: NodeJS.Timeout | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly failures: Failures;
  private suspended = false;
  private ended = false;
  private everConnected = false;
  private idle: (() => void)[] = [];

  constructor(config: ClientConfig, store: Store, hooks: ClientHooks) {
    this.config = config;
    this.store = store;
    this.hooks = hooks;
    this.failures = new Failures(config);
  }

  /** Connects, so that what a store still holds goes out before anything new comes. */
  start(): void {
    this.beat();
    this.connect();
  }

  /** Takes a record's text, without newline. */
  push(text: Uint8Array): void {
    if (this.ended) {
      this.dropped++;
      return;
    }
    try {
      if (!this.store.append(text)) {
        this.dropped++;
        this.fail('overflow', `the queue is full (${this.config.queue_depth} records)`);
      }
    } catch (error) {
      this.dropped++;
      this.fail('queue_error', (error as Error).message);
    }
    this.pump();
  }

  /** Goes on after `suspend` (SIGUSR2), and tries the server again at once. */
  resume(): void {
    this.suspended = false;
    this.failures.clear();
    this.tries = 0;
    this.pump();
  }

  /** Drops the connection and makes a new one, with keys read anew (SIGHUP). */
  reconnect(): void {
    this.disconnect();
    this.pump();
  }

  /** Sends what waits, for at most `patience` milliseconds, and closes. */
  async stop(patience: number): Promise<void> {
    if (this.store.length > 0 && !this.suspended && !this.ended) {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        new Promise<void>((done) => this.idle.push(done)),
        new Promise<void>((done) => (timer = setTimeout(done, patience))),
      ]);
      clearTimeout(timer);
    }
    this.ended = true;
    clearTimeout(this.timer);
    clearInterval(this.heartbeat);
    this.socket?.end();
    this.disconnect();
  }

  // ---- the connection

  private connect(): void {
    if (this.socket || this.ended || this.suspended) return;
    const { transport, remote_server: host, port, local_port: localPort } = this.config;
    const to = { host, port, ...(localPort > 0 ? { localPort } : {}) };
    let socket: Socket;
    try {
      socket = transport === 'tls' ? tlsConnect(this.config, to) : connect(to);
    } catch (error) {
      this.lost(undefined, (error as Error).message);
      return;
    }
    this.socket = socket;
    this.reader = new MessageReader(false);
    this.awaiting = 0;
    let ready = false;
    let why = 'the connection was closed';
    const limit = setTimeout(() => socket.destroy(new Error('no answer')), this.config.max_time_per_record * 1000);
    socket.once(transport === 'tls' ? 'secureConnect' : 'connect', () => {
      clearTimeout(limit);
      ready = true;
      this.everConnected = true;
      socket.setNoDelay(true);
      this.pump();
    });
    socket.on('data', (chunk: Uint8Array) => this.answers(chunk));
    socket.on('timeout', () => socket.destroy(new Error('no acknowledgement')));
    socket.on('error', (error) => {
      why = error.message;
    });
    socket.on('close', () => {
      clearTimeout(limit);
      this.lost(socket, ready ? why : `cannot reach ${host} port ${port}: ${why}`);
    });
  }

  private disconnect(): void {
    const { socket } = this;
    this.socket = undefined;
    this.awaiting = 0;
    socket?.removeAllListeners('close');
    socket?.destroy();
  }

  private lost(socket: Socket | undefined, why: string): void {
    if (socket !== this.socket && socket !== undefined) return;
    this.socket = undefined;
    this.awaiting = 0;
    if (this.ended) return;
    if (!this.everConnected && !this.failures.has('startup_failure')) this.fail('startup_failure', why);
    if (this.store.length > 0) this.retry(why);
  }

  /** After a failed try: at once for the second, then every network_retry_time, until tries or time are used up. */
  private retry(why: string): void {
    const { max_tries_per_record: most, max_time_per_record: seconds, network_retry_time: pause } = this.config;
    this.tries++;
    if (this.since === 0) this.since = Date.now();
    if (this.tries >= most || Date.now() - this.since >= seconds * 1000) {
      this.tries = 0;
      this.since = 0;
      this.fail('network_failure', why);
    }
    if (this.ended || this.suspended) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), this.tries === 1 ? 0 : pause * 1000);
  }

  // ---- records

  private pump(): void {
    if (this.suspended || this.ended) return;
    const text = this.awaiting === 0 ? this.peek() : undefined;
    if (!text) {
      if (this.store.length === 0) for (const done of this.idle.splice(0)) done();
      return;
    }
    if (!this.socket) {
      if (this.timer === undefined || this.tries === 0) this.connect();
      return;
    }
    if (this.socket.connecting) return;
    const body = Buffer.concat([text, NEWLINE]);
    if (this.config.format === 'ascii') {
      this.socket.write(body);
      this.delivered();
      return;
    }
    this.awaiting = this.seq = this.seq >= 0x7fff_ffff ? 1 : this.seq + 1;
    this.socket.write(encodeMessage({ type: TYPE.record, seq: this.awaiting, body }));
    this.socket.setTimeout(this.config.max_time_per_record * 1000);
  }

  private peek(): Uint8Array | undefined {
    try {
      return this.store.peek();
    } catch (error) {
      this.fail('queue_error', (error as Error).message);
      return undefined;
    }
  }

  private delivered(): void {
    this.awaiting = 0;
    this.sent++;
    this.forget();
    this.socket?.setTimeout(0);
    this.failures.clear();
    this.pump();
  }

  private forget(): void {
    this.tries = 0;
    this.since = 0;
    try {
      this.store.drop();
    } catch (error) {
      this.fail('queue_error', (error as Error).message);
    }
  }

  private answers(chunk: Uint8Array): void {
    for (const message of this.reader.push(chunk)) this.answer(message);
    if (this.reader.fault) this.socket?.destroy(new Error(`the server speaks something else: ${this.reader.fault}`));
  }

  private answer({ type, seq }: Message): void {
    if ((type & REPLY) === 0) return;
    if (type === TYPE.ending) {
      this.disconnect();
      this.fail('remote_ending', 'the server is ending');
      if (this.store.length > 0) this.retry('the server is ending');
      return;
    }
    const mine = this.awaiting !== 0 && seq === this.awaiting;
    if (type === TYPE.ack) {
      if (mine) this.delivered();
      return;
    }
    const failure = failureOf(type);
    this.fail(failure, `the server answers ${failure.replace('_', ' ')}`);
    if (type & WARNING && mine) this.delivered();
    else if (mine) this.refused();
  }

  /** The server could not take the record: it stays first, unless the action said to go on without it. */
  private refused(): void {
    this.awaiting = 0;
    this.socket?.setTimeout(0);
    if (this.ended || this.suspended) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.pump();
    }, this.config.network_retry_time * 1000);
  }

  /** Does what `<failure>_action` says. */
  private fail(failure: Failure, why: string): void {
    const { client, act, givesUp } = this.failures.judge(failure);
    this.suspended ||= client === 'suspends';
    if (act) this.hooks.act(act, client === 'suspends' ? `${why}; suspended until told to resume` : why);
    if (client === 'stops') {
      this.ended = true;
      this.disconnect();
      clearInterval(this.heartbeat);
      this.hooks.stopped(why);
    }
    if (givesUp && this.store.length > 0) {
      this.dropped++;
      this.forget();
    }
  }

  private beat(): void {
    const { heartbeat_timeout: seconds, format } = this.config;
    if (seconds === 0 || format === 'ascii') return;
    this.heartbeat = setInterval(() => {
      if (!this.socket) this.pump();
      else if (this.awaiting === 0 && !this.socket.connecting) this.socket.write(signal(TYPE.heartbeat, 0));
    }, seconds * 1000);
  }
}

const NEWLINE = Buffer.from('\n');

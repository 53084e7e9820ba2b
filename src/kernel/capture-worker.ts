// The thread that reads audit records from the kernel. It owns the capture socket, packs what comes into lines, and
// hands batches to the main thread; when too much lies unread there it reads a drop at a time, and the kernel waits.
import { parentPort } from 'node:worker_threads';
import { AuditError, isAuditError } from '../base/index.ts';
import { insideThread } from '../host/index.ts';
import { BatchReceiver, type Datagram, errnoOf, NetlinkSocket, niceThread } from '../libc/index.ts';
import { RECORD } from '../tables/records.ts';
import type { CaptureStats, WorkerInput, WorkerOutput } from './capture-types.ts';
import { AuditClient, openClient } from './client.ts';
import { kernelError } from './errors.ts';
import { isRecord, NLMSG_HDRLEN } from './frame.ts';
import { LINE_OVERHEAD, packLine, SerialWatch, serialAt, typeAt } from './pack.ts';
import type { AuditStatus } from './structs.ts';

const NETLINK_AUDIT = 9;
const READ_LOG_GROUP = 1; // AUDIT_NLGRP_READLOG
const SLOTS = 512;
const SLOT = 12 * 1024;
const LINES = 1 << 20;
const PATIENCE = 200; // ms a read may block: a thread inside a system call cannot be stopped
// A reader that gets no processor for half a second loses records: the kernel tries five times, 100 ms each, and then
// drops without counting (kernel/audit.c kauditd_thread). It uses a quarter of a processor at most.
const FAVOURED = -12;
const STATUS_EVERY = 1000; // ms
// Who makes a request while the kernel's queue is over its limit is put to sleep until it is not (kernel/audit.c
// audit_receive), and a reader asleep is what fills it. So the status is asked for only when a read brings no more.
const CALM = 32; // records
// For the same reason a reader that has enough must not stop: one that takes a few records within each of those 100 ms
// keeps the kernel waiting, which makes tasks wait, and nothing is dropped. 160 records a second are 64 KB or so.
const DRIP = 8; // records
const DRIP_EVERY = 50; // ms
// When one try was in vain all the same, the kernel takes the socket for congested and puts nothing more into it until it
// has been read empty (net/netlink/af_netlink.c): then it is read empty, however much waits.
const DRIP_ROOM = 64 << 20; // bytes; a quarter of an hour. Then it does stop, for memory has an end

const { input, stopping, leaving, rest } = insideThread<WorkerInput>();
const { options, queued } = input;
const post = (message: WorkerOutput, transfer: ArrayBuffer[] = []): void => parentPort!.postMessage(message, transfer);
const unicast = options.mode === 'unicast';

class Reader {
  readonly #socket: NetlinkSocket;
  readonly #client: AuditClient;
  readonly #block = Buffer.alloc(SLOTS * SLOT + LINES + SLOT + LINE_OVERHEAD);
  readonly #receiver: BatchReceiver;
  readonly #serials = new SerialWatch();
  readonly #stats = { records: 0, bytes: 0, overruns: 0, truncated: 0, foreign: 0 };
  #end = SLOTS * SLOT;
  #inBatch = 0;
  #control: AuditClient | undefined;
  #start: AuditStatus | undefined;
  #latest: AuditStatus | undefined;
  #asked = 0;
  #congested = false;

  constructor() {
    this.#socket = new NetlinkSocket(NETLINK_AUDIT, PATIENCE);
    this.#socket.setReceiveBuffer(options.receiveBuffer);
    this.#receiver = new BatchReceiver(this.#socket, this.#block, SLOTS, SLOT);
    // Records may come before the acknowledgement of our own request: they are kept, not passed over.
    this.#client = new AuditClient(
      {
        send: (bytes) => this.#socket.send(bytes),
        close: () => this.#socket.close(),
        receive: (buffer) => {
          const got = this.#socket.receive(buffer);
          if (typeof got !== 'string') this.#keep(got);
          return got;
        },
      },
      10_000,
    );
  }

  /** Becomes the daemon, or joins the group; remembers what the kernel counted before. */
  open(): void {
    try {
      this.#control = openClient();
      this.#start = this.#control.status();
    } catch (error) {
      if (unicast) throw error;
      this.#control = undefined; // a listener may lack CAP_AUDIT_CONTROL
    }
    if (unicast) this.#client.setPid(process.pid);
    else this.#socket.join(READ_LOG_GROUP);
  }

  run(): void {
    while (!stopping()) {
      const waiting = Atomics.load(queued, 0);
      if (waiting <= options.queueBytes || this.#congested) this.#step();
      else {
        Atomics.wait(queued, 0, waiting, DRIP_EVERY);
        if (waiting <= options.queueBytes + DRIP_ROOM) this.#step(DRIP);
      }
    }
  }

  /** Reads what is still on its way: until the kernel's queue is empty and a read brought nothing. */
  close(): void {
    this.#socket.setTimeout(20);
    for (let i = 0; i < 250 && !leaving() && (this.#step() > 0 || (this.#control?.status().backlog ?? 0) > 0); i++);
    if (unicast) this.#client.setPid(0);
    while (!leaving() && this.#step() > 0);
    this.#ask(true);
    this.#flush();
    this.#client.close();
    this.#control?.close();
  }

  stats(): CaptureStats {
    const delta = (name: 'lost' | 'backlogWaitTimeActual'): number | undefined =>
      this.#start && this.#latest && Math.max(0, (this.#latest[name] ?? 0) - (this.#start[name] ?? 0));
    return {
      ...this.#stats,
      missing: stopping() ? this.#serials.total() : this.#serials.missing,
      lost: delta('lost'),
      waited: delta('backlogWaitTimeActual'),
    };
  }

  /** One read of up to `most` records; returns how many datagrams came. */
  #step(most = SLOTS): number {
    const n = this.#receiver.receive(most);
    if (n === 'overrun') this.#stats.overruns++;
    this.#congested = n === 'overrun' || (this.#congested && n === most);
    if (typeof n === 'string') {
      if (n === 'timeout') this.#ask(false);
      this.#flush();
      return n === 'overrun' ? 1 : 0;
    }
    for (let i = 0; i < n; i++) {
      const at = i * SLOT;
      this.#take(
        at,
        at + Math.min(this.#receiver.length(i), SLOT),
        this.#receiver.from(i),
        this.#receiver.truncated(i),
      );
    }
    if (n < most) {
      if (n < CALM) this.#ask(false);
      this.#flush();
      if (options.gather > 0) rest(options.gather);
    }
    return n;
  }

  #keep(got: Datagram): void {
    const spare = this.#block.length - SLOT;
    this.#block.set(got.bytes.subarray(0, SLOT), spare);
    this.#take(spare, spare + Math.min(got.bytes.length, SLOT), got.from, got.truncated);
  }

  #take(start: number, end: number, from: number, truncated: boolean): void {
    if (from !== 0) {
      this.#stats.foreign++;
      return;
    }
    const type = typeAt(this.#block, start);
    if (end - start <= NLMSG_HDRLEN || !isRecord(type) || type === RECORD.REPLACE) return;
    if (truncated) this.#stats.truncated++;
    const serial = serialAt(this.#block, start + NLMSG_HDRLEN, end);
    if (serial >= 0) this.#serials.see(serial);
    this.#end = packLine(this.#block, start, end, this.#end);
    this.#inBatch++;
    if (this.#end >= SLOTS * SLOT + LINES - SLOT) this.#flush();
  }

  #flush(): void {
    const first = SLOTS * SLOT;
    if (this.#end === first) return;
    const bytes = new Uint8Array(this.#end - first); // not a Buffer: its memory is handed over
    bytes.set(this.#block.subarray(first, this.#end));
    this.#end = first;
    this.#stats.records += this.#inBatch;
    this.#stats.bytes += bytes.length;
    const batch = { bytes, records: this.#inBatch, stats: this.stats() };
    this.#inBatch = 0;
    Atomics.add(queued, 0, bytes.length);
    post({ kind: 'batch', batch }, [bytes.buffer]);
  }

  #ask(now: boolean): void {
    const time = Date.now();
    if (!this.#control || (!now && time - this.#asked < STATUS_EVERY)) return;
    this.#asked = time;
    this.#latest = this.#control.status();
  }
}

try {
  niceThread(FAVOURED); // not permitted: then at the mercy of the machine's load
  const reader = new Reader();
  reader.open();
  post({ kind: 'open' });
  reader.run();
  reader.close();
  post({ kind: 'end', stats: reader.stats() });
} catch (error) {
  const errno = errnoOf(error);
  const known =
    errno !== undefined && isAuditError(error, 'system') ? kernelError('capture audit records', errno) : error;
  const { message } = known as Error;
  post({ kind: 'failed', code: known instanceof AuditError ? known.code : 'internal', message, errno });
}

// Which trail a console shows: the kernel's records as they come, this machine's log followed, the files named, or the
// sample. It decides, says why, and keeps the trail flowing into the store; where the store is, is serve-place.ts's matter.

import { AuditError } from '../base/index.ts';
import { type AuditClient, type Capture, type Listening, listenToKernel, openClient } from '../kernel/index.ts';
import { logIn, statLog } from '../logs/index.ts';
import type { UnreadTally } from '../record/index.ts';
import { feed, followInto, ingest, ingestLog, type Store } from '../store/index.ts';
import type { Health, SourceFacts } from '../web/index.ts';
import { ownLog, SAMPLE, unreadable } from './own-log.ts';
import { unlikeBefore } from './serve-overlap.ts';

export const WISHES = ['auto', 'live', 'log', 'sample'] as const;
export type Wish = (typeof WISHES)[number];

/** What runs until `signal` is aborted; and what there is to know of it meanwhile. */
export interface Source {
  readonly kind: Health['source']['kind'];
  readonly text: string;
  readonly path?: string;
  /** Keeps its events beyond this run: without a daemon nobody else does, and of a log the place reached is kept. */
  readonly lasting: boolean;
  /** Of this machine: its kernel's log belongs to it. */
  readonly own: boolean;
  run(store: Store, told: Told): Promise<void>;
  kernel(): SourceFacts['kernel'];
  missed(): number;
  /** Ends the flow; the kernel's settings are as they were when it resolves. */
  close(): Promise<void>;
}

export interface Told {
  /** All that was there at the start is in the store. */
  readonly ready: () => void;
  /** Bytes read so far of what was there. */
  readonly step: (bytes: number) => void;
  readonly failed: (error: AuditError) => void;
  /** Counts the lines that could not be read. */
  readonly unread: UnreadTally;
}

/** Opens the trail that is wanted, or the best there is. Throws AuditError where what is wanted cannot be had. */
export async function openSource(wish: Wish, inputs: readonly string[]): Promise<Source> {
  if (inputs.length > 0) return filesSource(inputs);
  if (wish === 'sample') return sampleSource('as asked');
  if (wish === 'log') return logSource();
  let noLive = '';
  if (wish === 'live' || wish === 'auto')
    try {
      return await liveSource();
    } catch (error) {
      if (!(error instanceof AuditError) || wish === 'live') throw error;
      noLive = short(error);
    }
  const noLog = unreadable(ownLog());
  if (noLog === undefined) return logSource(`the kernel cannot be listened to: ${noLive}`);
  return sampleSource(`${noLog}, and the kernel cannot be listened to: ${noLive}`);
}

/** The reason alone, of `Cannot do this: reason; remedy`. */
const short = (error: AuditError): string =>
  error.message
    .replace(/^Cannot [^:]*: /, '')
    .split(';')[0]!
    .split('\n')[0]!;

/** Facts of the kernel, asked at most once a second. */
function kernelFacts(client: AuditClient | undefined): () => SourceFacts['kernel'] {
  let asked = Number.NEGATIVE_INFINITY;
  let known: SourceFacts['kernel'];
  return () => {
    if (!client || performance.now() - asked < 1000) return known;
    asked = performance.now();
    try {
      const { enabled, pid, lost, backlog, backlogLimit, rateLimit } = client.status();
      known = { enabled, daemonPid: pid, lost, backlog, backlogLimit, rateLimit };
    } catch {
      known = undefined; // not permitted: the page says nothing of it
    }
    return known;
  };
}

function quietClient(): AuditClient | undefined {
  try {
    return openClient();
  } catch {
    return undefined;
  }
}

async function liveSource(): Promise<Source> {
  const client = openClient();
  let listening: Listening;
  try {
    listening = await listenToKernel();
  } catch (error) {
    client.close();
    throw error;
  }
  const { capture, daemon } = listening;
  const beside = daemon !== 0;
  const began = Math.floor(Date.now() / 1000);
  const stop = new AbortController();
  return {
    kind: beside ? 'live-multicast' : 'live-unicast',
    text: beside
      ? `Showing this machine live: listening beside the audit daemon (pid ${daemon}), which keeps the log.`
      : 'Showing this machine live, as its audit daemon: no other runs. What comes is kept in the store, and only there.',
    lasting: !beside,
    own: true,
    async run(store, told) {
      // Beside a daemon the log tells what was before. Its end and the beginning of the capture overlap.
      const log = ownLog();
      const history = beside && unreadable(log) === undefined;
      const overlap = unlikeBefore(store, began - 5);
      if (history) await ingestLog(overlap.before, log, { now: Date.now() / 1000, ...until(stop.signal, told) });
      told.ready();
      await feed(history ? overlap.after : store, batchesOf(capture), { unread: told.unread });
    },
    kernel: kernelFacts(client),
    missed: () => capture.stats?.missing ?? 0,
    async close() {
      stop.abort();
      await listening.close();
      client.close();
    },
  };
}

/** What ingest is told: to end at once when the console does. The place it reached is saved with each batch. */
const until = (signal: AbortSignal, told: Told) => ({
  failed: told.failed,
  unread: told.unread,
  step: (bytes: number): void => {
    signal.throwIfAborted();
    told.step(bytes);
  },
});

async function* batchesOf(capture: Capture): AsyncGenerator<Uint8Array> {
  for await (const batch of capture) yield batch.bytes;
}

function logSource(why?: string): Source {
  const log = ownLog();
  if (unreadable(log)) statLog(log); // throws with its reason
  const text = `Showing this machine's log, ${log}, as it grows${why === undefined ? '' : ` (${why})`}.`;
  return { ...followed([log]), text, lasting: true, own: true, kernel: kernelFacts(quietClient()) };
}

function filesSource(inputs: readonly string[]): Source {
  const files = inputs.map((input) => (statLog(input).isDirectory() ? logIn(input) : input));
  return { ...followed(files), text: `Showing ${files.join(', ')}, and what is added to the last.` };
}

function sampleSource(why: string): Source {
  return { ...followed([SAMPLE], false), kind: 'sample', text: `Showing the sample trail (${why}).` };
}

/** Files, the last one followed. */
function followed(files: readonly string[], onwards = true): Source {
  const stop = new AbortController();
  const { signal } = stop;
  let done: Promise<void> = Promise.resolve();
  const run = async (store: Store, told: Told): Promise<void> => {
    const now = Date.now() / 1000;
    const options = until(signal, told);
    for (const file of onwards ? files.slice(0, -1) : files)
      await (file.endsWith('.log') && onwards ? ingestLog : ingestOne)(store, file, { ...options, now });
    let isReady = false;
    const ready = (): void => {
      if (!isReady) told.ready();
      isReady = true;
    };
    if (onwards) await followInto(store, files.at(-1)!, { ...options, signal, caughtUp: ready });
    else ready();
  };
  return {
    kind: 'log',
    text: '',
    path: files.at(-1)!,
    lasting: false,
    own: false,
    run: (store, told) => (done = run(store, told)),
    kernel: () => undefined,
    missed: () => 0,
    async close() {
      stop.abort();
      await done.catch(() => {});
    },
  };
}

const ingestOne = (store: Store, file: string, options: Parameters<typeof ingest>[2]) => ingest(store, [file], options);

// `auspex serve`: the browser console. It chooses the trail (serve-source.ts) and where it is kept (serve-place.ts),
// opens the socket, prints the address with its one-time token, and puts everything back when it is told to end.

import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AuditError, firstLine, fromUtf8, isAuditError } from '../base/index.ts';
import { systemAccounts } from '../host/index.ts';
import { KernelRing } from '../host/kernel-ring.ts';
import { openClient } from '../kernel/index.ts';
import { UnreadTally } from '../record/index.ts';
import { type DuckStore, duckStore, type Judge, JudgeThreads, type Store } from '../store/index.ts';
import {
  addressOf,
  type Console,
  consoleApp,
  type Listening,
  LiveHub,
  listen,
  pageFiles,
  Sessions,
  ThreadDesk,
} from '../web/index.ts';
import type { Io } from './io.ts';
import { helpText, parseOptions, usage } from './options.ts';
import { ownLog, unreadable } from './own-log.ts';
import { type Door, doorOf, openBrowser } from './serve-door.ts';
import { options, type ServeLine } from './serve-options.ts';
import { type Place, placeFor } from './serve-place.ts';
import { openSource, type Source, WISHES, type Wish } from './serve-source.ts';
import { ageOf, sizeOf } from './store-options.ts';
import { packageVersion } from './version.ts';

export { options };

/** How often what is too old or too much is deleted. */
const RETAIN_EVERY = 600_000;
/** Threads that judge events by expressions: no more questions than these read the store at once. */
const JUDGES = { questions: 3, viewers: 2 };
/** Bytes of a log that an overview is made of before the address is told. */
const LOOKED_AT = 8 << 20;

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line: ServeLine = parseOptions(options, argv);
  if (line.has('help')) {
    io.out(fromUtf8(helpText(options)));
    return 0;
  }
  if (line.has('make-password'))
    return (await import('./serve-password.ts')).makePassword(line.value('make-password')!, io);
  const door = doorOf(line);
  const limits = limitsOf(line);
  const wish = wishOf(line);
  const told = toldToEnd();
  const source = await openSource(wish, line.values('input'));
  const served: { close(): Promise<unknown> }[] = [source];
  try {
    const judges = new JudgeThreads(JUDGES.questions);
    const { store, place } = await openStore(line.value('db'), source, judges.judge, io);
    served.push({ close: () => store.close().finally(() => place.forget()) });
    served.unshift(judges);
    const viewers = new JudgeThreads(JUDGES.viewers);
    served.unshift(viewers);
    const hub = new LiveHub(viewers.judge);
    const flow = new Flow(source, await hub.tap(store), limits, io);
    const desk = new ThreadDesk(flow.store);
    served.unshift(desk);
    const console = consoleOf(flow, place, { hub, desk }, line, io);
    let address = '';
    const say = (text: string): void => io.out(fromUtf8(`${text}\n`));
    const sessions = new Sessions({
      now: Date.now,
      passwords: door.passwords,
      renewed: (token) => say(`Someone signed in. For another browser: ${address}/#token=${token}`),
    });
    const page = pageFiles(fileURLToPath(new URL('../ui', import.meta.url)));
    const server = await listenAt(door, line.has('port'), (port, welcome) =>
      consoleApp({
        console,
        sessions,
        hosts: door.hosts(port),
        secure: door.tls !== undefined,
        addressOf,
        welcome,
        ...(page && { page }),
      }),
    );
    served.unshift({
      close: () => {
        sessions.close();
        return server.close();
      },
    });
    address = door.url(server.port);
    if (line.has('overview')) await firstLook(io);
    say(source.text);
    if (!page) say('There is no page here, only the API: `npm run build` makes it.');
    say(`Open ${address}/#token=${sessions.token}`);
    if (!line.has('no-open')) openBrowser(`${address}/#token=${sessions.token}`);
    flow.start();
    await told;
    await flow.stop();
  } finally {
    for (const one of served) await one.close();
  }
  return 0;
}

/** Resolves when a signal says so. A terminal and npm may both tell us: the second is the same wish, the fourth haste. */
function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    let times = 0;
    const told = (): void => {
      if (++times > 3) process.exit(1); // what the kernel was set to is put back even so (capture.ts)
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, told);
  });
}

/** The overview of this machine's log, or of the sample; not of a log that takes long to read. */
async function firstLook(io: Io): Promise<void> {
  const log = ownLog();
  const bytes = unreadable(log) ? 0 : (statSync(log, { throwIfNoEntry: false })?.size ?? 0);
  if (bytes > LOOKED_AT) return;
  await (await import('./overview.ts')).overview(io);
  io.out('\n');
}

/** Listens; where another program has the usual port, and no port was asked for, on any that is free. */
async function listenAt(door: Door, asked: boolean, appFor: Parameters<typeof listen>[1]): Promise<Listening> {
  try {
    return await listen(door, appFor);
  } catch (error) {
    if (asked || !isAuditError(error, 'in-use')) throw error;
    return listen({ ...door, port: 0 }, appFor);
  }
}

function wishOf(line: ServeLine): Wish {
  const word = line.value('source') ?? 'auto';
  const wish = WISHES.find((one) => one === word);
  if (!wish) throw usage(options, `\`--source\` is one of ${WISHES.join(', ')}`);
  if (line.has('input') && line.has('source')) throw usage(options, '`--input` and `--source` exclude each other');
  return wish;
}

interface Limits {
  readonly age: number | undefined;
  readonly bytes: number | undefined;
}

function limitsOf(line: ServeLine): Limits {
  const age = line.value('age');
  const size = line.value('size');
  return { age: age === undefined ? undefined : ageOf(age), bytes: size === undefined ? undefined : sizeOf(size) };
}

/** The store; where another process has the lasting one, a log goes into one for this run. */
async function openStore(
  db: string | undefined,
  source: Source,
  judge: Judge,
  io: Io,
): Promise<{ store: DuckStore; place: Place }> {
  const open = async (place: Place) => {
    try {
      return { store: await duckStore(place.path, { judge }), place };
    } catch (error) {
      place.forget();
      throw error;
    }
  };
  try {
    return await open(placeFor(db, source.lasting));
  } catch (error) {
    if (!isAuditError(error, 'store-busy') || db !== undefined || source.kind !== 'log') throw error;
    io.err(fromUtf8(`auspex serve: ${error.brief}; this console keeps its own store while it runs\n`));
    return open(placeFor(undefined, false));
  }
}

/** The trail on its way into the store. */
class Flow {
  readonly source: Source;
  readonly store: Store;
  text: string;
  readonly unread = new UnreadTally();
  reading: { bytes: number } | undefined = { bytes: 0 };
  private readonly limits: Limits;
  private readonly io: Io;
  private timer: NodeJS.Timeout | undefined;
  private done: Promise<void> = Promise.resolve();
  private ending = false;

  constructor(source: Source, store: Store, limits: Limits, io: Io) {
    this.source = source;
    this.store = store;
    this.text = source.text;
    this.limits = limits;
    this.io = io;
  }

  start(): void {
    const tell = (text: string): void => this.io.err(fromUtf8(`auspex serve: ${text}\n`));
    const told = {
      ready: () => {
        this.reading = undefined;
        void this.retain();
      },
      step: (bytes: number) => {
        if (this.reading) this.reading.bytes += bytes;
      },
      failed: (error: AuditError) => tell(error.message),
      unread: this.unread,
    };
    this.timer = setInterval(() => void this.retain(), RETAIN_EVERY);
    this.done = this.source.run(this.store, told).catch((error: Error) => {
      if (this.ending) return;
      this.reading = undefined;
      this.text = `${this.source.text} Nothing new comes any more: ${firstLine(error.message)}.`;
      tell(error.message);
    });
  }

  async stop(): Promise<void> {
    this.ending = true;
    clearInterval(this.timer);
    await this.source.close();
    await this.done;
  }

  private async retain(): Promise<void> {
    const { age, bytes } = this.limits;
    if (age === undefined && bytes === undefined) return;
    const now = Math.floor(Date.now() / 1000);
    await this.store
      .retain({ now, ...(age !== undefined && { oldest: now - age }), ...(bytes !== undefined && { bytes }) })
      .catch((error: Error) => this.io.err(fromUtf8(`auspex serve: ${error.message}\n`)));
  }
}

function consoleOf(flow: Flow, place: Place, parts: Pick<Console, 'hub' | 'desk'>, line: ServeLine, io: Io): Console {
  const { source } = flow;
  const ring = source.own ? new KernelRing() : undefined;
  const kernelLines: string[] = [];
  return {
    version: packageVersion(),
    host: hostname(),
    store: flow.store,
    ...parts,
    accounts: systemAccounts(),
    unread: () => flow.unread.list(),
    facts: () => {
      const kernel = source.kernel();
      return {
        source: { kind: source.kind, text: flow.text, ...(source.path !== undefined && { path: source.path }) },
        store: { kind: 'duckdb', path: place.path, bytes: place.bytes() },
        ...(kernel && { kernel }),
        ...(flow.reading && { reading: flow.reading }),
        missed: source.missed(),
      };
    },
    ...(ring && {
      kernelLog: () => {
        kernelLines.push(...ring.read());
        return kernelLines;
      },
    }),
    allowChanges: line.has('changes'),
    now: Date.now,
    // Of a console that neither shows this machine's trail nor changes its rules, that trail has nothing to tell.
    audit: source.own || line.has('changes') ? sendMessage : () => {},
    // what a request brought must not begin a line of the log
    log: (text) => io.err(fromUtf8(`auspex serve: ${text.replaceAll('\n', '\n  ')}\n`)),
  };
}

/** A message of ours to the audit system, where the kernel takes it (CAP_AUDIT_WRITE). */
function sendMessage(type: number, text: string): void {
  try {
    const client = openClient(1000);
    try {
      client.user(type, text);
    } finally {
      client.close();
    }
  } catch (error) {
    if (!(error instanceof AuditError)) throw error; // no audit system, or not permitted: there is no trail to tell
  }
}

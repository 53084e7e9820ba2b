// A question of aureport or `auspex report` put to a whole trail: here, or, where that pays, on several threads at once,
// each with a range of the trail (search/range.ts). The answer is the same, byte for byte.
//
// When it pays is for rangesOf: a thread takes 0.1 s to start and 0.2 s of compiling before its code is fast, in which one
// thread reads 30 MB. Each also costs memory: more than four are not used.

import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { AuditError } from '../base/error.ts';
import { eventFaults, Thread } from '../host/index.ts';
import type { FileSpan } from '../logs/span.ts';
import type { UnreadTally } from '../record/unread.ts';
import type { Flaw } from '../report/facts/extract.ts';
import type { Span } from '../report/gate.ts';
import type { Gathering } from '../report/gather.ts';
import { Asker, type Question } from '../reporting/question.ts';
import { type Range, RangeSearch, rangesOf } from '../search/range.ts';
import { search, spanOf, type Trail } from '../search/search.ts';
import type { Helper, HelperInput, HelperPart, Seen } from './reporting-helper.ts';

const MOST_THREADS = 4;

export interface AskOptions {
  /** A trail that could not be read to its end; the rest is. */
  readonly failed: (error: AuditError) => void;
  /** Told of events left out, in their order: then one thread does it all. */
  readonly flawed?: ((flaw: Flaw) => void) | undefined;
  /** How many threads may work at once; by default as many as the machine has cores, up to four. */
  readonly threads?: number;
  /** Counts the lines that could not be read. */
  readonly unread?: UnreadTally | undefined;
  /** How the trail is cut, and who takes a part of it: for tests. */
  readonly cut?: (span: FileSpan, parts: number, timeout?: number) => readonly Range[];
  readonly helper?: (input: HelperInput) => Helper;
}

/** Reads the trails; what the question asks for is gathered `into`. */
export async function ask(
  trails: readonly Trail[],
  question: Question,
  into: Gathering,
  options: AskOptions,
): Promise<Seen> {
  const { threads = Math.min(MOST_THREADS, availableParallelism()), cut = rangesOf, helper = newThread } = options;
  // All files are opened before the first is read: a log that is rotated meanwhile is read to its end all the same.
  const span = options.flawed ? undefined : spanOf(trails);
  if (!span) return askPlainly(trails, question, into, options);
  try {
    return await askTogether(span, cut(span, threads, question.timeout), question, into, {
      helper,
      unread: options.unread,
    });
  } finally {
    span.close();
  }
}

async function askPlainly(
  trails: readonly Trail[],
  question: Question,
  into: Gathering,
  { failed, flawed, unread }: AskOptions,
): Promise<Seen> {
  const asker = new Asker(question, into, flawed);
  const { first } = await search(trails, {
    ...(question.timeout !== undefined && { timeout: question.timeout }),
    classic: question.classic,
    guard: eventFaults,
    matches: () => true,
    found: (event) => {
      asker.take(event);
      return true;
    },
    failed,
    ...(unread && { unread }),
  });
  return { first, span: asker.span };
}

/** What a thread says. */
export type HelperOutput =
  | { readonly kind: 'begun'; readonly state: Int32Array }
  | { readonly kind: 'done'; readonly part: HelperPart };

/** This thread takes the first range, others the rest; their parts are put behind one another. */
async function askTogether(
  span: FileSpan,
  [range, ...others]: readonly Range[],
  question: Question,
  into: Gathering,
  { helper, unread }: { readonly helper: (input: HelperInput) => Helper } & Pick<AskOptions, 'unread'>,
): Promise<Seen> {
  if (others.length > 0) setFlagsFromString('--heap-growing-percent=10'); // each thread has a heap of its own
  const helpers = others.map((other) => helper({ question, parts: span.parts, range: other }));
  try {
    const asker = new Asker(question, into);
    const here = new RangeSearch(span, {
      timeout: question.timeout,
      classic: question.classic,
      guard: eventFaults,
      found: (event) => asker.take(event),
    });
    here.read(0, range!.to);
    if (!helpers[0]) here.end();
    else if (!sameState(here.state(), await helpers[0].begun)) {
      here.read(range!.to, span.size);
      here.end();
      unread?.merge(here.unread.part());
      return { first: here.first, span: asker.span };
    }
    unread?.merge(here.unread.part());
    let seen: Seen = { first: here.first, span: asker.span };
    for await (const { gathered, first, span: next, faults, unread: more } of partsOf(helpers)) {
      eventFaults.count += faults;
      into.merge(gathered);
      unread?.merge(more);
      seen = { first: seen.first ?? first, span: joined(seen.span, next) };
    }
    return seen;
  } finally {
    await Promise.all(helpers.map((one) => one.stop()));
  }
}

const joined = (one: Span | undefined, next: Span | undefined): Span | undefined =>
  one && next ? { first: one.first, last: next.last } : (one ?? next);

/** What the helpers gathered, in order: up to a seam whose sides differ, and from there on what the one before it did. */
async function* partsOf(helpers: readonly Helper[]): AsyncGenerator<HelperPart> {
  for (const [i, helper] of helpers.entries()) {
    const part = await helper.done;
    yield part;
    const next = helpers[i + 1];
    if (!next || sameState(part.state, await next.begun)) continue;
    yield helper.goOn();
    return;
  }
}

const sameState = (a: Int32Array, b: Int32Array): boolean => Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
const bytesOf = (list: Int32Array): Buffer => Buffer.from(list.buffer, list.byteOffset, list.byteLength);

/** A range of the trail on a thread of its own (reporting-worker.ts). */
function newThread(input: HelperInput): Helper {
  // Little of what a report makes stays: a small young heap takes 40 MB less and no more time.
  const worker = new Thread('./reporting-worker.ts', import.meta.url, input, { maxYoungGenerationSizeMb: 2 });
  const next = <K extends HelperOutput['kind']>(kind: K): Promise<Extract<HelperOutput, { kind: K }>> =>
    new Promise((resolve, reject) => {
      worker.on('message', function listen(output: HelperOutput) {
        if (output.kind !== kind) return;
        worker.off('message', listen);
        resolve(output as Extract<HelperOutput, { kind: K }>);
      });
      worker.once('error', (cause) => reject(broken(cause.message, cause)));
      worker.once('exit', () => reject(broken('it ended')));
    });
  const begun = next('begun').then(({ state }) => state);
  const done = next('done').then(({ part }) => part);
  for (const promise of [begun, done]) promise.catch(() => {}); // who waits for it, hears of it
  return {
    begun,
    done,
    goOn: () => {
      const rest = next('done').then(({ part }) => part);
      worker.postMessage('go on');
      return rest;
    },
    stop: () => worker.stop(),
  };
}

const broken = (why: string, cause?: unknown): AuditError =>
  new AuditError('internal', `Cannot finish the report: a thread of it failed: ${why}`, { cause });

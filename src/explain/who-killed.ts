// Who killed it: what the collector and the kernel log hold, told as stories. One story is one kind of killer and one
// kind of victim: every time it struck, what came of it, what was tried in vain, what it means (diagnose.ts) and what to
// do next. Data only; story-text.ts makes it text.

import { smallest } from '../base/index.ts';
import { overlapsRange, type TimeRange } from '../base/range.ts';
import { diagnose } from './diagnose.ts';
import type { KernelKill } from './kernel-log.ts';
import { KillerKinds, StruckNumbers } from './kill-index.ts';
import type { KillCollector, Strike } from './kills.ts';
import { type Image, imageAt, imageOf, type Life, programOf } from './life.ts';
import { mergeSame } from './same-hit.ts';
import type { Cause, Hit, Outcome, Rhythm, Story } from './story.ts';

export interface VictimQuery extends TimeRange {
  readonly pid?: number;
  /** A program, script, path or kernel name. */
  readonly name?: string;
  /** Pids known to belong to the unit asked for, and the cgroup ending that names it. */
  readonly unit?: { readonly name: string; readonly pids: ReadonlySet<number> };
  /** Only the ends nearest to this moment. */
  readonly near?: number;
}

/** How long after a signal an end still counts as its work. */
const PATIENCE = 10_000;
/** A process seen this long after a signal has survived it. */
const SURVIVED = 100;
const NEAR = 300_000;
const SIGKILL = 9;

interface Draft {
  cause: Cause;
  node: string;
  killer: Life | undefined;
  image: Image | undefined;
  hits: Hit[];
  tries: Strike[];
}

/** Stories while they are put together, by what makes hits one story. */
interface Drafts {
  readonly byKey: Map<string, Draft>;
  readonly kinds: KillerKinds;
}

/** The stories that answer a query, oldest first. With no pid, name or unit: every one. */
export function killStories(
  collector: KillCollector,
  kernel: readonly KernelKill[],
  query: VictimQuery,
  find: (node: string, pid: number) => Life | undefined,
): Story[] {
  const hits = [...signalHits(collector.strikes), ...crashHits(collector), ...kernelHits(kernel, find)];
  const chosen = chooseHits(mergeSame(hits), query);
  const drafts: Drafts = { byKey: new Map(), kinds: new KillerKinds() };
  for (const hit of chosen) addHit(drafts, hit);
  const struck = new StruckNumbers(drafts.byKey.values());
  for (const strike of collector.strikes)
    if (!strike.ok && inTime(strike, query) && isNear(strike, query)) addTry(drafts, struck, strike, query);
  const stories: Story[] = [];
  for (const draft of drafts.byKey.values()) {
    draft.hits.sort((a, b) => a.at - b.at);
    draft.tries.sort((a, b) => a.first - b.first);
    const rhythm = rhythmOf(draft.hits.map((hit) => hit.at)) ?? rhythmOf(draft.tries.flatMap((t) => t.times));
    const all = { ...draft, rhythm };
    stories.push({ ...all, findings: diagnose(all) });
  }
  return stories.sort((a, b) => startOf(a) - startOf(b));
}

/** When a story begins: its first hit, or its first try. */
export const startOf = (story: Pick<Story, 'hits' | 'tries'>): number =>
  Math.min(story.hits[0]?.at ?? Infinity, story.tries[0]?.first ?? Infinity);

function signalHits(strikes: readonly Strike[]): Hit[] {
  const groups = new Map<string, Strike[]>();
  for (const strike of strikes) {
    if (!strike.ok) continue;
    const key = `${strike.killer.id} ${strike.target.life?.id ?? `p${strike.target.pid}`}`;
    const group = groups.get(key);
    if (group) group.push(strike);
    else groups.set(key, [strike]);
  }
  return [...groups.values()].map((group) => {
    const { target, first } = group[0]!;
    return {
      at: first,
      pid: target.pid,
      victim: target.life,
      image: target.life && imageAt(target.life, first),
      name: target.comm,
      strikes: group,
      crash: undefined,
      kernel: undefined,
      outcome: outcomeOf(target.life, group),
    };
  });
}

function outcomeOf(life: Life | undefined, strikes: readonly Strike[]): Outcome {
  const first = strikes[0]!.first;
  // Ended by a signal, and not by one of these: it lived on until then.
  if (life?.endSource === 'signal' && life.signal !== undefined && !strikes.some((s) => s.signal === life.signal))
    return { kind: 'survived' };
  if (strikes.some((s) => s.signal === 9)) return { kind: 'ended', after: 0, signal: 9 };
  if (!life) return { kind: 'unknown' };
  const last = strikes.reduce((max, s) => Math.max(max, s.last), 0);
  if (life.end !== undefined && life.end >= first - 1 && life.end - last <= PATIENCE)
    return {
      kind: 'ended',
      after: Math.max(0, life.end - first),
      ...(life.status !== undefined && { status: life.status }),
      ...(life.signal !== undefined && { signal: life.signal }),
    };
  return life.lastSeen > last + SURVIVED ? { kind: 'survived' } : { kind: 'unknown' };
}

function crashHits(collector: KillCollector): Hit[] {
  return collector.crashes.map((crash) => ({
    at: crash.first,
    pid: crash.life.pid,
    victim: crash.life,
    image: imageAt(crash.life, crash.first),
    name: imageAt(crash.life, crash.first).comm,
    strikes: [],
    crash,
    kernel: undefined,
    outcome: { kind: 'ended', after: 0, signal: crash.signal },
  }));
}

function kernelHits(kills: readonly KernelKill[], find: (node: string, pid: number) => Life | undefined): Hit[] {
  return kills.map((kernel) => {
    const life = find('', kernel.pid);
    const fits = life?.images.some((image) => image.comm === kernel.name) ? life : undefined;
    return {
      at: kernel.at ?? fits?.end ?? fits?.lastSeen ?? 0,
      pid: kernel.pid,
      victim: fits,
      image: fits && imageOf(fits),
      name: kernel.name,
      strikes: [],
      crash: undefined,
      kernel,
      outcome: kernelOutcome(kernel),
    };
  });
}

/** A signal that a program or the kernel says it sent need not have ended whom it went to, but for SIGKILL. */
function kernelOutcome({ kind, said }: KernelKill): Outcome {
  const sure = said ? said.signal === SIGKILL : kind !== 'oom-skip';
  return sure ? { kind: 'ended', after: 0 } : { kind: 'unknown' };
}

function chooseHits(hits: readonly Hit[], query: VictimQuery): Hit[] {
  const fitting = hits.filter((hit) => isVictim(hit, query) && inTime({ first: hit.at, last: hit.at }, query));
  if (query.near === undefined) return fitting;
  const distance = (hit: Hit) => Math.abs(hit.at - query.near!);
  const nearest = smallest(fitting.map(distance));
  return fitting.filter((hit) => distance(hit) <= Math.max(nearest, NEAR));
}

const inTime = ({ first, last }: { first: number; last: number }, query: VictimQuery): boolean =>
  overlapsRange(first, last, query);

const isNear = ({ first, last }: Strike, { near }: VictimQuery): boolean =>
  near === undefined || (first - near <= NEAR && near - last <= NEAR);

/** Whether a hit's victim is whom the query asks for. */
export function isVictim(hit: Pick<Hit, 'pid' | 'victim' | 'image' | 'name' | 'kernel'>, query: VictimQuery): boolean {
  const { pid, name, unit } = query;
  if (pid !== undefined) return hit.pid === pid || hit.victim?.nsPid === pid;
  if (unit) {
    const cgroup = hit.kernel?.cgroup ?? '';
    return unit.pids.has(hit.pid) || cgroup.split('/').includes(unit.name) || namesUnit(hit, unit.name);
  }
  if (name === undefined) return true;
  return isNamed(hit.victim, hit.image, hit.name, name);
}

/** A unit's processes where only their names are known: `cron.service` is `cron`. */
function namesUnit(hit: Pick<Hit, 'victim' | 'image' | 'name'>, unit: string): boolean {
  return isNamed(hit.victim, hit.image, hit.name, unit.replace(/(@.*)?\.(service|scope)$/, ''));
}

/** By program, script, path or word of the command line; by the kernel's 15 letters only where nothing better is known. */
export function isNamed(life: Life | undefined, image: Image | undefined, comm: string, name: string): boolean {
  const images = image ? [image] : (life?.images ?? []);
  for (const { argv, exe, comm: kernelName } of images) {
    if (kernelName === name || exe === name || baseName(exe) === name) return true;
    if (argv && isAmong(argv, name)) return true;
  }
  if (comm === name) return true;
  const known = images.some(({ argv }) => argv !== undefined);
  return !known && name.length > 15 && comm === name.slice(0, 15);
}

/** Whether command lines hold the name asked for last: a trail may name one process a hundred thousand times. */
let asked = { name: '', among: new WeakMap<readonly string[], boolean>() };

function isAmong(argv: readonly string[], name: string): boolean {
  if (asked.name !== name) asked = { name, among: new WeakMap() };
  const known = asked.among.get(argv);
  if (known !== undefined) return known;
  const found =
    argv.some((word) => word === name || baseName(word) === name) ||
    ((name.includes(' ') || name.includes('/')) && argv.join(' ').includes(name));
  asked.among.set(argv, found);
  return found;
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function addHit({ byKey, kinds }: Drafts, hit: Hit): void {
  const strike = hit.strikes[0];
  const cause: Cause = strike ? 'signal' : (hit.kernel?.kind ?? hit.crash!.kind);
  const killer = strike?.killer;
  const node = killer?.node ?? hit.victim?.node ?? '';
  const program = (hit.image ? programOf(hit.image) : hit.name) || `pid ${hit.pid}`;
  const survived = hit.outcome.kind === 'survived' ? 'survived' : '';
  const itself = killer !== undefined && killer === hit.victim ? 'itself' : '';
  const key = [node, cause, survived, itself, strike ? senderOf(strike, kinds) : '', program].join('\x01');
  let draft = byKey.get(key);
  if (!draft) byKey.set(key, (draft = { cause, node, killer, image: strike?.image, hits: [], tries: [] }));
  draft.hits.push(hit);
}

/** A killer of whom nothing but its number is known is one by itself; others are one by what they run. */
function senderOf({ killer, image }: Strike, kinds: KillerKinds): string {
  const known = image.exe !== '' || image.comm !== '' || (image.argv?.length ?? 0) > 0;
  return known ? String(kinds.of(image)) : `pid ${killer.pid}`;
}

/** Puts a failed signal to the story it belongs to: same killer, same number. Alone it is a story of its own. */
function addTry({ byKey, kinds }: Drafts, struck: StruckNumbers<Draft>, strike: Strike, query: VictimQuery): void {
  const known = struck.draftOf(strike);
  if (known) {
    known.tries.push(strike);
    return;
  }
  const { target, killer, image } = strike;
  const victim = strike.formerChild ?? target.life;
  const hit = {
    pid: target.pid,
    victim,
    image: victim && imageAt(victim, strike.first),
    name: target.comm,
    kernel: undefined,
  };
  if (strike.to === 'everyone' || strike.to === 'group' || strike.to === 'own-group') hit.pid = strike.given;
  if (!isVictim(hit, query)) return;
  const key = [killer.node, 'try', kinds.of(image), victim ? programOf(imageAt(victim, strike.first)) : ''].join(
    '\x01',
  );
  let draft = byKey.get(key);
  if (!draft) byKey.set(key, (draft = { cause: 'signal', node: killer.node, killer, image, hits: [], tries: [] }));
  draft.tries.push(strike);
}

/** The rhythm of three moments or more. */
export function rhythmOf(times: readonly number[]): Rhythm | undefined {
  const sorted = [...times].sort((a, b) => a - b);
  if (sorted.length < 3) return undefined;
  const gaps = sorted.slice(1).map((at, i) => at - sorted[i]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const spread = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  return { count: sorted.length, mean, spread, regular: mean >= 5 && spread <= mean * 0.15 };
}

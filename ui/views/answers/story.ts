// A kill story as the parts of its page: what happened in order of time, the chain from the login to the killer, and where
// to look on. Pure: data in, data out; the page draws it.

import { momentOf } from '../../parts/moment.ts';
import { commandOf, duration } from '../words.ts';
import type { AnswerProcess, KillStory, Strike, Victim } from './shapes.ts';

/** One line of the story's timeline. `at` and `until` are ms since 1970 UTC. */
export interface Moment {
  readonly at: number;
  readonly until?: number;
  readonly kind: 'start' | 'signal' | 'failed' | 'end' | 'kernel';
  readonly text: string;
  /** The event's serial number, where one record tells it. */
  readonly serial?: number;
}

/** What happened, in order of time; equal times keep cause before effect. */
export function momentsOf(story: KillStory): Moment[] {
  const moments: Moment[] = [];
  const { killer } = story;
  if (killer?.started !== undefined)
    moments.push({
      at: momentOf(killer.started),
      kind: 'start',
      text: `${killer.program} (pid ${killer.pid}) started`,
    });
  for (const victim of story.victims) moments.push(...victimMoments(victim, killer?.pid));
  for (const strike of story.failed) moments.push(strikeMoment(strike));
  if (killer?.ended !== undefined) moments.push({ at: momentOf(killer.ended), kind: 'end', text: endText(killer) });
  return moments
    .map((moment, i) => ({ moment, i }))
    .sort((a, b) => a.moment.at - b.moment.at || a.i - b.i)
    .map(({ moment }) => moment);
}

function victimMoments(victim: Victim, killer: number | undefined): Moment[] {
  const { process } = victim;
  const moments: Moment[] = [];
  if (process?.started !== undefined)
    moments.push({
      at: momentOf(process.started),
      kind: 'start',
      text: `${process.program} (pid ${process.pid}) started`,
    });
  for (const strike of victim.signals) moments.push(strikeMoment(strike));
  if (victim.crash) moments.push({ at: momentOf(victim.at), kind: 'kernel', text: crashText(victim) });
  if (victim.kernel) moments.push({ at: momentOf(victim.at), kind: 'kernel', text: kernelText(victim) });
  if (process?.ended !== undefined && process.pid !== killer)
    moments.push({ at: momentOf(process.ended), kind: 'end', text: endText(process) });
  return moments;
}

function endText({ program, pid, endSignal, exitStatus }: AnswerProcess): string {
  const how =
    endSignal !== undefined ? `, by ${endSignal}` : exitStatus !== undefined ? `, exit status ${exitStatus}` : '';
  return `${program} (pid ${pid}) ended${how}`;
}

function crashText({ name, pid, crash }: Victim): string {
  const who = `${name ?? 'process'} (pid ${pid})`;
  return crash?.forbiddenCall === undefined
    ? `${who} crashed: ${crash?.signal}`
    : `the filter of ${who} forbids ${crash.forbiddenCall}: ${crash.signal}`;
}

function kernelText({ name, pid, kernel }: Victim): string {
  const memory = kernel?.rssKb === undefined ? '' : `, which held ${Math.round(kernel.rssKb / 1024)} MiB`;
  return `the kernel ended ${name ?? 'process'} (pid ${pid})${memory}: ${kernel?.kind}`;
}

/** `kill(6016, 9)` cannot be told from a strike's data alone, so the call and its target are said in words. */
export function strikeText(strike: Strike): string {
  const { signal, call, given, count, ok, error } = strike;
  const times = count > 1 ? `, ${count} times` : '';
  const target =
    given === 0 ? 'its own group' : given < -1 ? `process group ${-given}` : given === -1 ? 'everyone' : `pid ${given}`;
  return `${signal} to ${target} by ${call}${times}${ok ? '' : `, failed: ${error ?? 'unknown error'}`}`;
}

function strikeMoment(strike: Strike): Moment {
  return {
    at: momentOf(strike.at),
    ...(strike.last === undefined ? {} : { until: momentOf(strike.last) }),
    kind: strike.ok ? 'signal' : 'failed',
    text: strikeText(strike),
    serial: strike.serial,
  };
}

/** A link of the chain from the login down to the killer. */
export interface Link {
  readonly role: 'login' | 'ancestor' | 'killer';
  readonly title: string;
  readonly detail: string;
  readonly process?: AnswerProcess;
}

/** From the login, through its processes, to the killer. The server gives ancestors nearest first. */
export function chainOf(story: KillStory): Link[] {
  const links: Link[] = [];
  const { login, killer } = story;
  if (login) {
    const from = [
      login.session === undefined ? '' : `session ${login.session}`,
      login.address ? `from ${login.address}` : '',
      login.terminal ? `on ${login.terminal}` : '',
      login.through ? `through ${login.through}` : '',
    ];
    links.push({
      role: 'login',
      title: login.user ?? `login uid ${login.auid}`,
      detail: [`login uid ${login.auid}`, ...from].filter((part) => part !== '').join(', '),
    });
  }
  for (const process of [...(story.ancestors ?? [])].reverse())
    links.push({ role: 'ancestor', title: commandOf(process), detail: processDetail(process), process });
  if (killer) links.push({ role: 'killer', title: commandOf(killer), detail: processDetail(killer), process: killer });
  return links;
}

/** `pid 6013, user root, /usr/local/roxen/bin/pike, started 312 ms before`. */
export function processDetail(process: AnswerProcess): string {
  const { pid, user, uid, exe, started, ended } = process;
  const lived = started !== undefined && ended !== undefined ? momentOf(ended) - momentOf(started) : undefined;
  return [
    `pid ${pid}`,
    user === undefined ? (uid === undefined ? '' : `uid ${uid}`) : `user ${user}`,
    exe ?? '',
    lived === undefined ? '' : `lived ${duration(lived)}`,
    process.commandFrom === 'proctitle' ? 'command line from the process title' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** What became of a victim. */
export function outcomeText({ outcome }: Victim): string {
  const after = outcome.after === undefined || outcome.after === 0 ? '' : ` ${duration(outcome.after)} later`;
  if (outcome.kind === 'survived') return 'lived on';
  if (outcome.kind === 'unknown') return 'what became of it is not in the trail';
  if (outcome.signal !== undefined) return `ended by ${outcome.signal}${after}`;
  return outcome.status === undefined ? `ended${after}` : `ended${after}, exit status ${outcome.status}`;
}

/** What the findings' `sure` means to a reader. */
export const SURE: Readonly<Record<string, { readonly label: string; readonly means: string }>> = {
  proven: { label: 'Proven', means: 'Records of the trail prove it.' },
  likely: { label: 'Likely', means: 'The records point to it, but do not prove it.' },
  note: { label: 'Note', means: 'A fact worth knowing.' },
};

/** Cause as a reader would say it. */
export const CAUSES: Readonly<Record<string, string>> = {
  signal: 'Signal',
  crash: 'Crash',
  seccomp: 'Forbidden system call',
  oom: 'Out of memory',
  'oom-cgroup': 'Memory limit of a group',
  'oom-skip': 'Out of memory',
  hardware: 'Hardware',
  daemon: 'Service',
  fault: 'Fault',
};

/** The address of one story in a list of answers: when it began, and whom it was about. */
export const storyId = (story: KillStory): string =>
  `${momentOf(story.first).toString(36)}-${story.victims[0]?.pid ?? story.failed[0]?.given ?? 0}-${story.killer?.pid ?? 0}`;

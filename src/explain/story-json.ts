// A story as plain data for programs: the facts of the page, with stable names. Strings are Unicode (bytes of the log
// that are no UTF-8 as docs/json.md says); times are ISO 8601 in UTC; what the trail does not say is absent.
import { visible } from '../base/index.ts';
import { isSet } from '../record/index.ts';
import { errnoName } from '../tables/index.ts';
import type { Strike } from './kills.ts';
import { ancestorsOf, commandOf, type Image, imageAt, type Life, programOf } from './life.ts';
import type { LoginBook } from './logins.ts';
import { nextSteps } from './next-step.ts';
import { signalWord } from './signals.ts';
import type { Hit, Story } from './story.ts';
import { headline } from './story-text.ts';
import { startOf } from './who-killed.ts';
import { isoTime, type Words } from './words.ts';

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json | undefined };

const id = (n: number): number | undefined => (isSet(n) ? n : undefined);

/** A process at a moment. */
export function processJson(life: Life, image: Image, words: Words): { readonly [name: string]: Json | undefined } {
  const uid = id(life.euid) ?? id(life.uid);
  return {
    pid: life.pid,
    nsPid: life.nsPid,
    ppid: id(life.ppid),
    program: visible(programOf(image)),
    command: commandOf(image).map(visible),
    commandFrom: image.source,
    exe: image.exe ? visible(image.exe) : undefined,
    comm: image.comm ? visible(image.comm) : undefined,
    uid,
    user: uid === undefined ? undefined : words.accounts?.userName(uid),
    auid: id(life.auid),
    session: id(life.ses),
    terminal: life.tty ? visible(life.tty) : undefined,
    node: life.node ? visible(life.node) : undefined,
    started: life.startSource === 'fork' ? isoTime(life.start) : undefined,
    firstSeen: isoTime(life.start),
    lastSeen: isoTime(life.lastSeen),
    ended: life.end === undefined ? undefined : isoTime(life.end),
    exitStatus: life.status,
    endSignal: life.signal === undefined ? undefined : signalWord(life.signal),
  };
}

/** The story as JSON data. */
export function storyJson(
  story: Story,
  logins: LoginBook,
  words: Words,
): { readonly [name: string]: Json | undefined } {
  const { killer, image } = story;
  const actor = killer ?? story.hits[0]?.victim;
  const session = actor && logins.find(actor.node, actor.ses);
  const at = startOf(story);
  return {
    answer: headline(story),
    cause: story.cause,
    first: at === 0 && isTimeless(story.hits[0]) ? undefined : isoTime(at),
    killer: killer && image ? processJson(killer, image, words) : undefined,
    ancestors: actor && ancestorsOf(actor).map((life) => processJson(life, imageAt(life, at), words)),
    login:
      (actor &&
        id(actor.auid) !== undefined && {
          auid: actor.auid,
          user: words.accounts?.userName(actor.auid),
          session: id(actor.ses),
          address: session?.address ? visible(session.address) : undefined,
          terminal: session?.terminal ? visible(session.terminal) : undefined,
          through: session?.exe ? visible(session.exe) : undefined,
        }) ||
      undefined,
    victims: story.hits.map((hit) => hitJson(hit, words)),
    failed: story.tries.map(strikeJson),
    rhythm: story.rhythm && {
      count: story.rhythm.count,
      everyMs: Math.round(story.rhythm.mean),
      spreadMs: Math.round(story.rhythm.spread),
      regular: story.rhythm.regular,
    },
    findings: story.findings.map(({ id: name, sure, text }) => ({ id: name, sure, text: visible(text) })),
    next: nextSteps(story, words).map(({ text, commands }) => ({ text, commands: commands.map(visible) })),
  };
}

/** Whether nothing tells when: the kernel's line has no time, and no record names the victim. 1970 is a time. */
const isTimeless = (hit: Hit | undefined): boolean =>
  hit?.kernel !== undefined && hit.kernel.at === undefined && hit.victim === undefined;

function hitJson(hit: Hit, words: Words): { readonly [name: string]: Json | undefined } {
  const { kernel, crash } = hit;
  return {
    at: isTimeless(hit) ? undefined : isoTime(hit.at),
    pid: hit.pid > 0 ? hit.pid : undefined,
    name: hit.name ? visible(hit.name) : undefined,
    process: hit.victim && hit.image ? processJson(hit.victim, hit.image, words) : undefined,
    outcome: { ...hit.outcome, signal: hit.outcome.signal === undefined ? undefined : signalWord(hit.outcome.signal) },
    signals: hit.strikes.map(strikeJson),
    crash: crash && { signal: signalWord(crash.signal), forbiddenCall: crash.call },
    kernel: kernel && {
      kind: kernel.kind,
      sinceBootMs: kernel.since,
      rssKb: kernel.rssKb,
      scoreAdj: kernel.scoreAdj,
      asker: kernel.asker && visible(kernel.asker),
      cgroup: kernel.cgroup && visible(kernel.cgroup),
      limitCgroup: kernel.limitCgroup && visible(kernel.limitCgroup),
      wholeGroup: kernel.wholeGroup || undefined,
      by: kernel.said?.by,
      signal: kernel.said?.signal === undefined ? undefined : signalWord(kernel.said.signal),
      unit: kernel.said?.unit && visible(kernel.said.unit),
      reason: kernel.said?.reason && visible(kernel.said.reason),
      chosen: kernel.chosen && { pid: kernel.chosen.pid, name: visible(kernel.chosen.name) },
      fault: kernel.fault,
      address: kernel.address,
      object: kernel.object && visible(kernel.object),
      tasks: kernel.tasks.length > 0 ? kernel.tasks.map((task) => ({ ...task, name: visible(task.name) })) : undefined,
    },
  };
}

function strikeJson(strike: Strike): { readonly [name: string]: Json | undefined } {
  return {
    at: isoTime(strike.first),
    last: strike.count > 1 ? isoTime(strike.last) : undefined,
    serial: strike.serial,
    call: strike.call,
    signal: signalWord(strike.signal),
    given: strike.given,
    to: strike.to,
    count: strike.count,
    ok: strike.ok,
    error: strike.ok ? undefined : (errnoName(-strike.error) ?? String(strike.error)),
    pidFile: strike.pidFile && visible(strike.pidFile.path),
    formerChild: strike.formerChild && strike.formerChild !== strike.target.life ? strike.formerChild.pid : undefined,
  };
}

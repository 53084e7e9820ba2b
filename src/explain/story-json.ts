// A story as plain data for programs: the facts of the page, with stable names. Strings are Unicode (bytes of the log
// that are no UTF-8 become U+FFFD); times are ISO 8601 in UTC; what the trail does not say is absent.
import { utf8 } from '../base/index.ts';
import { UNSET } from '../record/index.ts';
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

const id = (n: number): number | undefined => (n < 0 || n === UNSET ? undefined : n);

/** A process at a moment. */
export function processJson(life: Life, image: Image, words: Words): { readonly [name: string]: Json | undefined } {
  const uid = id(life.euid) ?? id(life.uid);
  return {
    pid: life.pid,
    nsPid: life.nsPid,
    ppid: id(life.ppid),
    program: utf8(programOf(image)),
    command: commandOf(image).map(utf8),
    commandFrom: image.source,
    exe: image.exe ? utf8(image.exe) : undefined,
    comm: image.comm ? utf8(image.comm) : undefined,
    uid,
    user: uid === undefined ? undefined : words.accounts?.userName(uid),
    auid: id(life.auid),
    session: id(life.ses),
    terminal: life.tty ? utf8(life.tty) : undefined,
    node: life.node ? utf8(life.node) : undefined,
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
    first: at === 0 ? undefined : isoTime(at),
    killer: killer && image ? processJson(killer, image, words) : undefined,
    ancestors: actor && ancestorsOf(actor).map((life) => processJson(life, imageAt(life, at), words)),
    login:
      (actor &&
        id(actor.auid) !== undefined && {
          auid: actor.auid,
          user: words.accounts?.userName(actor.auid),
          session: id(actor.ses),
          address: session?.address ? utf8(session.address) : undefined,
          terminal: session?.terminal ? utf8(session.terminal) : undefined,
          through: session?.exe ? utf8(session.exe) : undefined,
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
    findings: story.findings.map(({ id: name, sure, text }) => ({ id: name, sure, text: utf8(text) })),
    next: nextSteps(story).map(({ text, commands }) => ({ text, commands: commands.map(utf8) })),
  };
}

function hitJson(hit: Hit, words: Words): { readonly [name: string]: Json | undefined } {
  const { kernel, crash } = hit;
  return {
    at: hit.at === 0 ? undefined : isoTime(hit.at),
    pid: hit.pid > 0 ? hit.pid : undefined,
    name: hit.name ? utf8(hit.name) : undefined,
    process: hit.victim && hit.image ? processJson(hit.victim, hit.image, words) : undefined,
    outcome: { ...hit.outcome, signal: hit.outcome.signal === undefined ? undefined : signalWord(hit.outcome.signal) },
    signals: hit.strikes.map(strikeJson),
    crash: crash && { signal: signalWord(crash.signal), forbiddenCall: crash.call },
    kernel: kernel && {
      kind: kernel.kind,
      rssKb: kernel.rssKb,
      scoreAdj: kernel.scoreAdj,
      asker: kernel.asker && utf8(kernel.asker),
      cgroup: kernel.cgroup && utf8(kernel.cgroup),
      limitCgroup: kernel.limitCgroup && utf8(kernel.limitCgroup),
      wholeGroup: kernel.wholeGroup || undefined,
      fault: kernel.fault,
      address: kernel.address,
      object: kernel.object && utf8(kernel.object),
      tasks: kernel.tasks.length > 0 ? kernel.tasks.map((task) => ({ ...task, name: utf8(task.name) })) : undefined,
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
    pidFile: strike.pidFile && utf8(strike.pidFile.path),
    formerChild: strike.formerChild && strike.formerChild !== strike.target.life ? strike.formerChild.pid : undefined,
  };
}

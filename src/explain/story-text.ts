// A story as a page of text: who, whom, how, on whose behalf, why, and what to do next. This is what people see first,
// so it says the answer in its first line, in words, and everything else below it. Unicode; log text is made safe.

import { cut, safeText, widthOf, wrap } from '../base/index.ts';
import { signalCall } from '../tables/calls.ts';
import { errnoName, errnoText } from '../tables/index.ts';
import type { Strike } from './kills.ts';
import { ancestorsOf, imageAt, type Life } from './life.ts';
import type { LoginBook } from './logins.ts';
import { nextSteps } from './next-step.ts';
import { isFault, signalMeaning, signalWord } from './signals.ts';
import type { Hit, Story } from './story.ts';
import { startOf } from './who-killed.ts';
import {
  clockTime,
  commandText,
  dateTime,
  duration,
  fullName,
  loginText,
  pidText,
  programName,
  userName,
  type Words,
} from './words.ts';

const LABEL = 10;
const MOST_ROWS = 8;

/** The whole page of a story, ending in a newline. */
export function storyText(story: Story, logins: LoginBook, words: Words): string {
  const lines = [words.paint.bold(headline(story)), ''];
  const rows = [...whenRows(story, words), ...victimRows(story, words), ...killerRows(story, words)];
  rows.push(...signalRows(story, words), ...memoryRows(story, words), ...behalfRows(story, logins, words));
  for (const [label, text] of rows) lines.push(...row(label, text, words));
  const { findings } = story;
  if (findings.length > 0) lines.push('');
  findings.forEach((finding, i) => {
    const sure = finding.sure === 'likely' ? 'likely, ' : '';
    const text = `${sure}${safeText(finding.text)}`;
    const strong = finding.sure !== 'note' && i === 0;
    lines.push(...row(i === 0 ? 'why' : '', `${text}.`, words, strong ? words.paint.yellow : undefined));
  });
  lines.push('', ...stepLines(story, words));
  return `${lines.join('\n')}\n`;
}

/** The answer in one line. */
export function headline(story: Story): string {
  const hit = story.hits[0];
  const killer = story.killer ? fullName(story.killer, story.image, '', story.killer.pid) : 'the kernel';
  if (!hit) {
    const strike = story.tries[0]!;
    const aim = strike.formerChild ?? strike.target.life;
    const name = aim ? ` (${programName(aim, imageAt(aim, strike.first), '', aim.pid)})` : '';
    return `${killer} tried to end ${aimText(strike)}${name}, in vain`;
  }
  const victim = programName(hit.victim, hit.image, hit.name, hit.pid);
  const many =
    story.hits.length > 1
      ? `${victim}, ${story.hits.length} times,`
      : `${victim}${victim === pidText(hit.pid) ? '' : ` (${pidText(hit.pid)})`}`;
  switch (story.cause) {
    case 'crash':
      return isFault(hit.crash!.signal)
        ? `${many} crashed: ${signalWord(hit.crash!.signal)}`
        : `${many} was ended by ${signalWord(hit.crash!.signal)} from someone this log does not show`;
    case 'fault':
      return `${many} crashed: ${safeText(hit.kernel!.fault ?? '')}`;
    case 'seccomp':
      return `${many} was killed by its seccomp filter, for calling ${hit.crash!.call ?? 'a forbidden system call'}`;
    case 'oom':
      return `${many} was killed by the kernel: ${oomText(hit)}`;
    case 'oom-cgroup':
      return `${many} was killed by the kernel: its memory limit was reached`;
    case 'hardware':
    case 'daemon':
      return saidHeadline(hit, many, victim);
    case 'oom-skip':
      return `${many} was to be killed for memory, but was ending already`;
    default:
      return signalHeadline(story, hit, many, killer);
  }
}

/** What a program, or the kernel, says it did. */
function saidHeadline({ pid, kernel }: Hit, many: string, victim: string): string {
  const { by, signal, reason } = kernel!.said!;
  const whom = pid > 0 ? many : victim;
  const why = reason ? `: ${safeText(reason)}` : '';
  if (signal === 9 || signal === undefined) return `${whom} was killed by ${by}${why}`;
  return `${whom} got ${signalWord(signal)} from ${by}${why}`;
}

/** Whose memory was short: a process may be held to some of the machine's memory nodes. */
function oomText({ kernel }: Hit): string {
  const constraint = kernel?.constraint ?? '';
  return /CPUSET|MEMORY_POLICY/.test(constraint)
    ? 'the memory nodes it may use were full'
    : 'the machine was out of memory';
}

/** What a call aimed at, by the number given to it. */
function aimText({ to, given, target }: Strike): string {
  switch (to) {
    case 'pidfd':
      return target.pid > 0 ? `pid ${target.pid}` : `the process behind its descriptor ${given}`;
    case 'group':
      return `the process group ${-given}`;
    case 'own-group':
      return 'its own process group';
    case 'everyone':
      return 'every process it may signal';
    default:
      return `${to === 'thread' ? 'thread' : 'pid'} ${given}`;
  }
}

function signalHeadline(story: Story, hit: Hit, victim: string, killer: string): string {
  const signal = signalWord(hit.strikes[0]!.signal);
  if (story.killer === hit.victim)
    return hit.outcome.kind === 'ended'
      ? `${victim} ended itself with ${signal}`
      : `${victim} sent itself ${signal}${hit.outcome.kind === 'survived' ? ', and lived on' : ''}`;
  if (hit.outcome.kind === 'survived') return `${victim} got ${signal} from ${killer}, and lived on`;
  if (hit.strikes.some((s) => s.signal === 9)) return `${victim} was killed by ${killer}`;
  if (hit.outcome.kind === 'ended') return `${victim} was ended by ${killer} with ${signal}`;
  return `${victim} got ${signal} from ${killer}`;
}

type Row = readonly [label: string, text: string];

function whenRows(story: Story, words: Words): Row[] {
  const { hits, rhythm } = story;
  const since = hits[0]?.kernel?.since;
  if (startOf(story) === 0 && since !== undefined && hits.length === 1)
    return [['when', `${(since / 1000).toFixed(3)} s after the machine booted; the log does not say when that was`]];
  if (startOf(story) === 0) return [['when', `the log does not say${hits.length > 1 ? `: ${hits.length} times` : ''}`]];
  if (hits.length < 2) return [['when', dateTime(words, startOf(story))]];
  const rows: Row[] = [];
  const every = rhythm?.regular ? `, every ${duration(rhythm.mean)}` : '';
  const first = hits[0]!.at;
  const last = hits.at(-1)!.at;
  rows.push(['when', `${dateTime(words, first)} to ${dateTime(words, last)}: ${hits.length} times${every}`]);
  const shown = hits.length > MOST_ROWS ? [...hits.slice(0, MOST_ROWS - 1), hits.at(-1)!] : hits;
  shown.forEach((hit, i) => {
    if (hits.length > MOST_ROWS && i === MOST_ROWS - 1) rows.push(['', `… ${hits.length - MOST_ROWS} more …`]);
    const signal = hit.strikes[0] ? ` ${signalWord(hit.strikes[0].signal)}` : '';
    const user = hit.victim ? `  ${userName(words, hit.victim.euid)}` : '';
    rows.push(['', `${clockTime(words, hit.at)}  pid ${hit.pid}${signal}${user}`]);
  });
  return rows;
}

function victimRows(story: Story, words: Words): Row[] {
  const hit = story.hits[0];
  if (!hit) {
    const aim = story.tries[0]!.formerChild ?? story.tries[0]!.target.life;
    return aim
      ? [
          ['target', commandText(imageAt(aim, story.tries[0]!.first))],
          ['', lifeFacts(aim, words)],
        ]
      : [];
  }
  if (!hit.image || !hit.victim) {
    const known = hit.name
      ? `${safeText(hit.name)} (${hit.kernel?.said && hit.kernel.kind !== 'hardware' ? `as ${hit.kernel.said.by} has it` : "the kernel's name"}; no record of its own tells its command line)`
      : '';
    return [['victim', known || `pid ${hit.pid} (no record names it)`]];
  }
  return [
    ['victim', commandText(hit.image) || '(no record names it)'],
    ['', [lifeFacts(hit.victim, words), ended(hit)].filter(Boolean).join(', ')],
  ];
}

function ended(hit: Hit): string {
  const { kind, after, status } = hit.outcome;
  if (kind === 'unknown') return hit.kernel ? '' : 'no later record of it';
  if (kind === 'survived') return `lived on (${duration(hit.victim!.lastSeen - hit.at)} at least)`;
  if (status !== undefined && after !== undefined) return `ended ${duration(after)} later, exit status ${status}`;
  return after !== undefined && after > 0 ? `gone ${duration(after)} later` : '';
}

function lifeFacts(life: Life, words: Words): string {
  const facts = [`${pidText(life.pid)}${life.nsPid === undefined ? '' : ` (${life.nsPid} in its own pid namespace)`}`];
  const user = userName(words, life.euid >= 0 ? life.euid : life.uid);
  if (user) facts.push(`user ${user}`);
  if (life.startSource === 'fork') {
    const lived = life.end === undefined ? '' : `, lived ${duration(life.end - life.start)}`;
    facts.push(`started ${clockTime(words, life.start)}${lived}`);
  }
  return facts.join(', ');
}

function killerRows(story: Story, words: Words): Row[] {
  const { killer, image } = story;
  if (!killer || !image) return [];
  const exe = image.exe && image.exe !== image.argv?.[0] ? `, ${safeText(image.exe)}` : '';
  const rows: Row[] = [
    ['killer', commandText(image) || '(no record names it)'],
    [
      '',
      `${lifeFacts(killer, words)}${exe}${killer.end === undefined || killer.startSource === 'fork' ? '' : ', has ended since'}`,
    ],
  ];
  if (image.source !== 'execve' && commandText(image))
    rows.push([
      '',
      image.source === 'comm' ? 'command line not in the trail' : 'command line from its title, no execve in the trail',
    ]);
  return rows;
}

function signalRows(story: Story, words: Words): Row[] {
  const rows: Row[] = [];
  const strikes = story.hits[0]?.strikes ?? [];
  for (const strike of strikes.slice(0, 4)) rows.push([rows.length === 0 ? 'signal' : '', strikeText(strike)]);
  for (const strike of story.tries.slice(0, 4)) {
    const then = strikes.length > 0 ? 'then ' : '';
    rows.push([rows.length === 0 ? 'signal' : '', `${then}${strikeText(strike)}${tryTimes(strike, words)}`]);
  }
  const crash = story.hits[0]?.crash;
  const meaning = crash && signalMeaning(crash.signal);
  if (crash && strikes.length === 0)
    rows.push(['signal', `${signalWord(crash.signal)}${meaning ? `: ${meaning}` : ''}`]);
  const kernel = story.hits[0]?.kernel;
  if (kernel?.fault)
    rows.push([
      'fault',
      safeText(
        `${kernel.fault}${kernel.address ? ` at ${kernel.address}` : ''}${kernel.object ? ` in ${kernel.object}` : ''}`,
      ),
    ]);
  return rows;
}

function strikeText(strike: Strike): string {
  const second = signalCall(strike.call)?.signal === 2 ? ', …' : '';
  const plain = strike.to === 'process' && strike.given === 0 ? '…' : String(strike.given);
  const target = strike.to === 'pidfd' ? `pidfd ${strike.given}` : plain;
  const what = `${signalWord(strike.signal)} by ${strike.call}(${target}${second}, ${strike.signal})`;
  const count = strike.count > 1 ? `, ${strike.count} times` : '';
  if (strike.ok) return `${what}${count}`;
  const error = errnoName(-strike.error) ?? `error ${-strike.error}`;
  return `${what}${count}, failed: ${error} (${errnoText(-strike.error).toLowerCase()})`;
}

const tryTimes = (strike: Strike, words: Words): string =>
  strike.count > 1
    ? `, ${clockTime(words, strike.first)} to ${clockTime(words, strike.last)}`
    : `, ${clockTime(words, strike.first)}`;

/** `88 kB`, `2.3 MB`, `507 MB`. */
const memoryText = (kb: number): string => (kb < 1024 ? `${kb} kB` : `${(kb / 1024).toFixed(kb < 10_240 ? 1 : 0)} MB`);

function memoryRows(story: Story, words: Words): Row[] {
  const kernel = story.hits[0]?.kernel;
  if (!kernel || kernel.kind === 'fault') return [];
  const rows: Row[] = kernel.said?.unit ? [['unit', safeText(kernel.said.unit)]] : [];
  const mb = memoryText;
  if (kernel.rssKb !== undefined) {
    const score = kernel.scoreAdj ? `, score adjusted by ${kernel.scoreAdj}` : '';
    rows.push(['memory', `it used ${mb(kernel.rssKb)}${score}`]);
  }
  if (kernel.asker) rows.push(['', `${safeText(kernel.asker)} asked for memory when there was none`]);
  if (kernel.chosen)
    rows.push([
      '',
      `${safeText(kernel.chosen.name)} (pid ${kernel.chosen.pid}) was chosen, and this child of it killed in its place`,
    ]);
  if (kernel.wholeGroup) rows.push(['', 'its whole cgroup was to be killed (memory.oom.group)']);
  kernel.tasks.slice(0, 5).forEach((task, i) => {
    const name = safeText(task.name);
    rows.push([
      i === 0 ? 'tasks' : '',
      `${mb(task.rssKb).padStart(9)}  pid ${task.pid}  ${userName(words, task.uid)}  ${name}`,
    ]);
  });
  return rows;
}

function behalfRows(story: Story, logins: LoginBook, words: Words): Row[] {
  const life = story.killer ?? story.hits[0]?.victim;
  if (!life) return [];
  const login = loginText(words, life, logins);
  const chain = [life, ...ancestorsOf(life)].reverse();
  const shown = chain.length > 8 ? chain.slice(-8) : chain;
  const at = startOf(story);
  const first = shown[0]!;
  const origin = first.ppid === 1 ? ['init 1'] : first.ppid > 1 ? [`pid ${first.ppid} (not in the trail)`] : [];
  const names = shown.map((one) => {
    const name = programName(one, imageAt(one, at), '', one.pid);
    return name === pidText(one.pid) ? name : `${name} ${one.pid || '?'}`;
  });
  return [
    ['for', login || (life.auid < 0 ? 'a login the log does not tell' : 'no login: a service, or started at boot')],
    ['', [...origin, ...names].join(' › ')],
  ];
}

function stepLines(story: Story, words: Words): string[] {
  const lines: string[] = [];
  nextSteps(story, words).forEach((step, i) => {
    lines.push(...row(i === 0 ? 'next' : '', `${step.text}:`, words));
    for (const command of step.commands)
      lines.push(`${' '.repeat(LABEL + 4)}${words.paint.cyan(cut(safeText(command), words.width - LABEL - 4))}`);
  });
  return lines;
}

/** A label and its text, wrapped beside it. */
function row(label: string, text: string, words: Words, paint: (text: string) => string = (t) => t): string[] {
  const room = Math.max(20, words.width - LABEL - 2);
  return wrap(text, room).map((line, i) => {
    const head = i === 0 ? label : '';
    return `  ${words.paint.dim(head)}${' '.repeat(LABEL - widthOf(head))}${paint(line)}`;
  });
}

// What a story means. Each finding is one rule over the facts of a story; it says how sure it is, and on what grounds.
//
// The cause in both seed stories is a stale pid: a program keeps the number of a child (or of a pid file), the child
// ends, the kernel gives its number to another process, and the program signals that one. The proof is in the trail when
// it holds the forks: the killer's child of that number and the victim are two different lives.
// Text is latin1; names come from the log and are escaped when printed.
import { largest, smallest } from '../base/index.ts';
import type { Strike } from './kills.ts';
import { ancestorsOf, commandOf, imageAt, type Life, programOf } from './life.ts';
import { isFault, signalWord } from './signals.ts';
import type { Finding, FindingId, Story } from './story.ts';

type Facts = Omit<Story, 'findings'>;
type Rule = (story: Facts) => Finding | undefined;

/** What the trail says about a story, most telling first. */
export function diagnose(story: Facts): Finding[] {
  return RULES.map((rule) => rule(story)).filter((finding) => finding !== undefined);
}

const strikesOf = (story: Facts): Strike[] => story.hits.flatMap((hit) => [...hit.strikes]);

/** A strike whose target is another life than the child the killer knew by that number. */
function staleStrike(story: Facts): { strike: Strike; child: Life; victim: Life } | undefined {
  for (const strike of strikesOf(story)) {
    const child = strike.formerChild;
    const victim = strike.target.life;
    if (strike.to !== 'process' || !child || !victim || child === victim) continue;
    // Among its own children the killer may mean just this one: which of them has the number is not certain.
    if (isChildOf(victim, strike.killer) && (victim.startSource === 'seen' || child.guessed)) continue;
    return { strike, child, victim };
  }
  return undefined;
}

const isChildOf = (life: Life, parent: Life): boolean => life.parent === parent || life.ppid === parent.pid;

const nameAt = (life: Life, at: number): string => programOf(imageAt(life, at)) || `pid ${life.pid}`;

const seconds = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;

function stalePid(story: Facts): Finding | undefined {
  const found = staleStrike(story);
  if (found) {
    const { strike, child, victim } = found;
    const killer = programOf(
      child.parent === strike.killer || !child.parent ? strike.image : imageAt(child.parent, strike.first),
    );
    const was = child.guessed ? 'one of several' : nameAt(child, Math.min(child.lastSeen, strike.first));
    const ended = child.end === undefined ? 'has ended since' : `ended ${seconds(strike.first - child.end)} before`;
    return {
      id: 'stale-pid',
      sure: 'proven',
      text:
        `stale pid: ${killer} forked a child with pid ${strike.given} (${was}), which ${ended}; the kernel gave the ` +
        `number to ${nameAt(victim, strike.first)}, and ${killer} signalled it believing it was its child`,
    };
  }
  const first = strikesOf(story).find((s) => s.to === 'process' && !s.formerChild);
  const later = first && strikesOf(story).find((s) => s.given === first.given && s.target.life !== first.target.life);
  if (!first || !later || !first.target.life || !later.target.life || later.killer !== first.killer) return undefined;
  return {
    id: 'stale-pid',
    sure: 'likely',
    text:
      `stale pid: ${programOf(first.image)} signals the number ${first.given} again after its owner ended and ` +
      `another process got it`,
  };
}

const ESRCH = -3;
const EPERM = -1;

function deadPid(story: Facts): Finding | undefined {
  const failed = story.tries.filter((s) => s.error === ESRCH && s.to === 'process' && !s.call.includes('tg'));
  if (failed.length === 0) return undefined;
  const count = failed.reduce((sum, strike) => sum + strike.count, 0);
  const first = smallest(failed.map((s) => s.first));
  const last = largest(failed.map((s) => s.last));
  const numbers = new Set(failed.map((s) => s.given));
  const hit = story.hits.find((h) => h.strikes.some((s) => numbers.has(s.given)));
  const over = last > first ? ` over ${seconds(last - first)}` : '';
  const since = hit && first > hit.at ? `, ${seconds(first - hit.at)} after it ended` : '';
  const child = failed.find((s) => s.formerChild)?.formerChild;
  const whose = child ? `, once its child (${nameAt(child, first)})` : '';
  return {
    id: 'dead-pid',
    sure: 'proven',
    text:
      `dead pid: ${programOf(story.image!)} signals pid ${[...numbers].slice(0, 3).join(', ')}${whose} though no such ` +
      `process is left: ${times(count)}${over}${since}. It holds a stale number: once the kernel gives it to another ` +
      `process, that one is killed`,
  };
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

function pidFile(story: Facts): Finding | undefined {
  const strike = strikesOf(story).find((s) => s.pidFile);
  const file = strike?.pidFile;
  if (!strike || !file) return undefined;
  const by = file.by === strike.killer ? 'it' : `its child ${commandOf(imageAt(file.by, file.at)).join(' ')}`;
  return {
    id: 'pid-file',
    sure: 'likely',
    text:
      `the number came from ${file.path}, which ${by} read ${seconds(Math.max(0, strike.first - file.at))} before; if ` +
      `that file is older than the process it names, the wrong one is hit`,
  };
}

/** Killer and victim share the kernel's 15 letters, or the victim's name hides what it is. */
function sameName(story: Facts): Finding | undefined {
  const hit = story.hits.find((h) => h.image && h.strikes.length > 0 && h.victim !== story.killer);
  if (!hit || !story.image || !hit.image) return undefined;
  const comm = hit.image.comm || hit.name;
  const differ = commandOf(hit.image).join('\0') !== commandOf(story.image).join('\0');
  if (comm === '' || comm !== story.image.comm || !differ) return undefined;
  return {
    id: 'same-name',
    sure: 'note',
    text:
      `the kernel calls both "${comm}" (it keeps 15 letters of a name); their command lines tell them apart: ` +
      `${programOf(story.image)} killed ${programOf(hit.image)}`,
  };
}

function ownChild(story: Facts): Finding | undefined {
  const strike = strikesOf(story).find((s) => {
    const victim = s.target.life;
    return victim !== undefined && victim !== s.killer && isChildOf(victim, s.killer);
  });
  if (!strike || staleStrike(story)) return undefined;
  return {
    id: 'own-child',
    sure: 'proven',
    text: `${programOf(strike.image)} is the parent of the process it signalled: a supervisor, a shell or a timeout at work`,
  };
}

function itself(story: Facts): Finding | undefined {
  const strike = strikesOf(story).find((s) => s.target.life === s.killer);
  if (!strike) return undefined;
  return {
    id: 'itself',
    sure: 'proven',
    text: `${programOf(strike.image)} sent the signal to itself (kill, raise or abort)`,
  };
}

const BY_NAME = /^(pkill|killall5?|skill|slay|fuser)$/;

function byName(story: Facts): Finding | undefined {
  if (!story.killer || !story.image) return undefined;
  const chain = [
    story.image,
    ...ancestorsOf(story.killer)
      .slice(0, 2)
      .map((life) => imageAt(life, startAt(story))),
  ];
  const tool = chain.find((image) => BY_NAME.test(programOf(image)));
  if (tool)
    return {
      id: 'by-name',
      sure: 'proven',
      text: `it picks its victims by a pattern: ${commandOf(tool).join(' ')}; check what else the pattern matches`,
    };
  return undefined;
}

const startAt = (story: Facts): number => story.hits[0]?.at ?? story.tries[0]?.first ?? 0;

function serviceManager(story: Facts): Finding | undefined {
  if (!story.image || !isServiceManager(story)) return undefined;
  return {
    id: 'service-manager',
    sure: 'likely',
    text: 'the service manager stops or restarts a unit: its journal tells which, and who asked',
  };
}

/** Process 1, whatever it calls itself, and a user's own. */
export const isServiceManager = ({ killer, image }: Pick<Story, 'killer' | 'image'>): boolean =>
  killer?.pid === 1 || (image !== undefined && programOf(image) === 'systemd');

function regular(story: Facts): Finding | undefined {
  if (!story.rhythm?.regular) return undefined;
  const { count, mean, spread } = story.rhythm;
  return {
    id: 'regular',
    sure: 'note',
    text: `it comes back every ${seconds(mean)} (give or take ${seconds(spread)}, ${count} times): look for a timer or a loop`,
  };
}

function oneUser(story: Facts): Finding | undefined {
  const users = new Set(story.hits.map((hit) => hit.victim?.uid));
  const programs = new Set(story.hits.map((hit) => hit.name));
  const [uid] = users;
  if (story.cause !== 'signal' || users.size !== 1 || programs.size < 3 || uid === undefined || uid < 0)
    return undefined;
  return { id: 'one-user', sure: 'note', text: `all its victims run as one user (uid ${uid}), whatever their name` };
}

function group(story: Facts): Finding | undefined {
  const strike = strikesOf(story).find((s) => s.to === 'group' || s.to === 'own-group' || s.to === 'everyone');
  if (!strike) return undefined;
  const whom = {
    group: `the process group ${-strike.given}`,
    'own-group': 'its own process group',
    everyone: 'every process it may signal',
  };
  return {
    id: 'group',
    sure: 'proven',
    text: `it was meant for ${whom[strike.to as 'group']}: the victim was one of many`,
  };
}

function notAllowed(story: Facts): Finding | undefined {
  const strike = story.tries.find((s) => s.error === EPERM);
  if (!strike) return undefined;
  return {
    id: 'not-allowed',
    sure: 'proven',
    text: `it was not allowed to: ${times(strike.count)}${strike.killer.euid < 0 ? '' : ` (uid ${strike.killer.euid})`}`,
  };
}

function memory(story: Facts): Finding | undefined {
  const kill = story.hits[0]?.kernel;
  if (!kill || kill.kind === 'fault') return undefined;
  if (kill.kind === 'hardware')
    return {
      id: 'said',
      sure: 'proven',
      text: 'a page of memory it used is broken: the machine, not the program, is at fault',
    };
  if (kill.said)
    return {
      id: 'said',
      sure: 'likely',
      text: `according to ${kill.said.by}'s own line in the log${kill.said.reason ? `: ${kill.said.reason}` : ''}; a line of plain text proves no more than its tag`,
    };
  if (kill.kind === 'oom-skip')
    return {
      id: 'out-of-memory',
      sure: 'proven',
      text: 'memory ran out, and the chosen victim was ending already: the kernel killed nothing more',
    };
  if (kill.kind === 'oom-cgroup') {
    if (kill.limitCgroup === undefined)
      return {
        id: 'memory-limit',
        sure: 'proven',
        text: 'the memory limit of its cgroup was reached (which one the log does not tell): raise the limit or use less',
      };
    const own = kill.cgroup !== kill.limitCgroup && kill.cgroup ? `, of which ${kill.cgroup} is a part` : '';
    return {
      id: 'memory-limit',
      sure: 'proven',
      text: `the memory limit of the cgroup ${kill.limitCgroup} was reached${own}: raise the limit or use less`,
    };
  }
  return {
    id: 'out-of-memory',
    sure: 'proven',
    text: /CPUSET|MEMORY_POLICY/.test(kill.constraint ?? '')
      ? 'the memory nodes that the process may use were full (a cpuset or a memory policy); the kernel chose the largest by its score'
      : 'the machine ran out of memory; the kernel chose the largest by its score',
  };
}

function forbidden(story: Facts): Finding | undefined {
  const crash = story.hits.find((hit) => hit.crash?.kind === 'seccomp')?.crash;
  if (!crash) return undefined;
  return {
    id: 'forbidden-call',
    sure: 'proven',
    text: `its seccomp filter does not allow ${crash.call ?? 'the system call'}: the filter must learn it, or the program go without`,
  };
}

function crashed(story: Facts): Finding | undefined {
  const hit = story.hits.find(
    (h) => h.strikes.length === 0 && (h.crash?.kind === 'crash' || h.kernel?.kind === 'fault'),
  );
  if (!hit) return undefined;
  if (hit.crash?.outside)
    return {
      id: 'sender-unknown',
      sure: 'proven',
      text: 'its sender stands outside of its pid namespace (si_pid is 0): on the host of its container, whose own log tells who',
    };
  if (hit.crash && !isFault(hit.crash.signal))
    return {
      id: 'sender-unknown',
      sure: 'note',
      text: 'the calls of its sender are not in this log: a process that was not traced, or the kernel (out of memory: see its log)',
    };
  const by = hit.kernel?.kind === 'fault' ? hit.kernel.said?.by : undefined;
  if (by)
    return {
      id: 'crash',
      sure: 'likely',
      text: `according to ${by}'s own line in the log: a fault of its own, or a signal that somebody sent it, which the core tells`,
    };
  const where = hit.kernel?.object ? ` in ${hit.kernel.object.trim()}` : '';
  return {
    id: 'crash',
    sure: 'proven',
    text: `nobody killed it: a fault of its own${where}; a core file or gdb tells the line`,
  };
}

/** A signal that the victim itself had asked for. */
function parentEnded(story: Facts): Finding | undefined {
  const strike = strikesOf(story).find((one) => one.atParentsEnd);
  return (
    strike && {
      id: 'parent-ended',
      sure: 'likely',
      text: `the victim had asked for ${signalWord(strike.signal)} at the end of its parent (PR_SET_PDEATHSIG): pid ${strike.killer.pid} ended, and that is how its end was told`,
    }
  );
}

/** Says when the trail could not have proven a stale pid. */
function noForks(story: Facts): Finding | undefined {
  const { killer } = story;
  if (story.cause !== 'signal' || !killer || killer.former) return undefined;
  const hit = story.hits.find((h) => h.victim && h.victim !== killer && h.victim.startSource === 'seen');
  if (!hit || ownChild(story) || byName(story)) return undefined;
  return {
    id: 'no-forks',
    sure: 'note',
    text: 'the trail holds no forks of the killer, so whether the pid was once its child cannot be told; rules for clone, fork, execve and exit_group would',
  };
}

const RULES: readonly Rule[] = [
  stalePid,
  deadPid,
  pidFile,
  itself,
  ownChild,
  group,
  byName,
  serviceManager,
  memory,
  forbidden,
  crashed,
  parentEnded,
  notAllowed,
  sameName,
  regular,
  oneUser,
  noForks,
];

/** For tests and callers that want the facts alone. */
export const hasFinding = (story: { readonly findings: readonly Finding[] }, id: FindingId): boolean =>
  story.findings.some((finding) => finding.id === id);

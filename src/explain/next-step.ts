// What to do next, as command lines to copy: how to catch a killer in the act, or how to look at what the kernel did.
import { commandLine } from '../base/index.ts';
import { isServiceManager } from './diagnose.ts';
import { type Image, imageAt, programOf } from './life.ts';
import { isFault } from './signals.ts';
import type { Story } from './story.ts';
import { clockTime, dateOf, isDated, type Words } from './words.ts';

export interface NextStep {
  readonly text: string;
  readonly commands: readonly string[];
}

/** Whether the program runs in Python, which gdb can show in Python's own terms. */
const isPython = (image: Image): boolean =>
  /(^|\/)python[\d.]*$/.test(image.exe) || /(^|\/)python[\d.]*$/.test(image.argv?.[0] ?? '');

/** How a user would ask for the victim again; '' for a group or what no record names. */
function victimName({ hits, tries }: Omit<Story, 'findings'>): string {
  const [hit] = hits;
  if (hit) return (hit.image ? programOf(hit.image) : hit.name) || (hit.pid > 0 ? String(hit.pid) : '');
  const strike = tries[0];
  const aim = strike?.formerChild ?? strike?.target.life;
  if (aim) return programOf(imageAt(aim, strike!.first)) || String(aim.pid);
  return strike && strike.target.pid > 0 ? String(strike.target.pid) : '';
}

/** No process of a log as old as this runs still, as a rule: a year. */
const LONG_AGO = 365 * 86_400_000;

/** Whether the story is of long ago: nobody attaches gdb to a process of 2017. Without a clock, none is. */
const isLongAgo = (at: number, { now }: Words): boolean => now !== undefined && isDated(at) && now - at > LONG_AGO;

/** `--since '2017-12-01 12:25' --until '2017-12-01 12:36'`: the minutes around a moment, local. */
function around(at: number, words: Words): string[] {
  const minute = (ms: number): string => `${dateOf(words, ms)} ${clockTime(words, ms).slice(0, 5)}`;
  return ['--since', minute(at - 5 * 60_000), '--until', minute(at + 6 * 60_000)];
}

/** The steps for a story, best first. */
export function nextSteps(story: Omit<Story, 'findings'>, words: Words): NextStep[] {
  const signal = story.hits[0]?.crash?.signal;
  if (story.cause === 'signal' || (story.cause === 'crash' && signal !== undefined && !isFault(signal)))
    return signalSteps(story, victimName(story), words);
  const hit = story.hits[0];
  const exe = hit?.image?.exe ?? '';
  switch (story.cause) {
    case 'crash':
    case 'fault':
      return [
        {
          text: 'See where it crashed, if a core file was kept',
          commands: [`coredumpctl gdb ${hit?.pid ?? ''}`.trim(), ...(exe ? [commandLine(['gdb', exe, 'core'])] : [])],
        },
      ];
    case 'seccomp':
      return [
        { text: 'See every call the filter forbids', commands: ["auspex search --where '\\record_type == SECCOMP'"] },
      ];
    case 'oom-cgroup':
      return [
        {
          text: 'See and raise the limit, where systemd set it',
          commands: ['systemd-cgtop -m', 'systemctl set-property UNIT MemoryMax=SIZE'],
        },
      ];
    case 'hardware':
      return [
        {
          text: 'See what else the memory reported',
          commands: ['journalctl -k -g "Memory failure|Hardware Error"', 'ras-mc-ctl --errors'],
        },
      ];
    default:
      if (/^(?:lmkd|lowmemorykiller)$/.test(hit?.kernel?.said?.by ?? ''))
        return [{ text: 'See who uses the memory of the phone', commands: ['adb shell dumpsys meminfo'] }];
      if (hit?.kernel?.said?.by === 'systemd') return managerSteps(hit.kernel.said.unit ?? 'UNIT');
      return [
        {
          text: 'See who uses the memory, and spare whom you must',
          commands: ['ps -eo pid,rss,oom_score_adj,args --sort=-rss', 'systemctl edit UNIT   # OOMScoreAdjust=-500'],
        },
      ];
  }
}

function managerSteps(unit: string): NextStep[] {
  const commands = [commandLine(['journalctl', '-u', unit]), commandLine(['systemctl', 'status', unit])];
  return [{ text: 'See what the unit wrote before, and its limits', commands }];
}

function signalSteps(story: Omit<Story, 'findings'>, victim: string, words: Words): NextStep[] {
  const { killer, image } = story;
  const steps: NextStep[] = [];
  const strike = story.hits[0]?.strikes[0] ?? story.tries[0];
  const manager = isServiceManager(story);
  const runs = killer?.end === undefined && strike !== undefined && !('atParentsEnd' in strike && strike.atParentsEnd);
  const at = strike?.first ?? story.hits[0]?.at ?? 0;
  const old = isLongAgo(at, words);
  if (killer && image && strike && runs && !manager && !old) {
    const commands = [
      `gdb -p ${killer.pid}`,
      `(gdb) catch syscall ${strike.call}`,
      '(gdb) continue',
      '(gdb) bt',
      ...(isPython(image) ? ['(gdb) py-bt'] : []),
    ];
    steps.push({ text: 'Catch it in the act: it still runs, as far as the trail tells', commands });
  }
  const when = old ? around(at, words) : ['--since', '-1h'];
  if (killer && manager)
    steps.push({ text: 'Ask the service manager', commands: [commandLine(['journalctl', '_PID=1', ...when])] });
  else if (old) steps.push({ text: 'See what else was logged then', commands: [commandLine(['journalctl', ...when])] });
  steps.push({
    text: 'Wait for the next time, and be told at once',
    commands: [commandLine(['auspex', 'who-killed', '--watch', ...(victim === '' ? [] : [victim])])],
  });
  return steps;
}

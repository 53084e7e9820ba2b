// What to do next, as command lines to copy: how to catch a killer in the act, or how to look at what the kernel did.
import { commandLine } from '../base/index.ts';
import { isServiceManager } from './diagnose.ts';
import { type Image, imageAt, programOf } from './life.ts';
import { isFault } from './signals.ts';
import type { Story } from './story.ts';

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

/** The steps for a story, best first. */
export function nextSteps(story: Omit<Story, 'findings'>): NextStep[] {
  const signal = story.hits[0]?.crash?.signal;
  if (story.cause === 'signal' || (story.cause === 'crash' && signal !== undefined && !isFault(signal)))
    return signalSteps(story, victimName(story));
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

function signalSteps(story: Omit<Story, 'findings'>, victim: string): NextStep[] {
  const { killer, image } = story;
  const steps: NextStep[] = [];
  const strike = story.hits[0]?.strikes[0] ?? story.tries[0];
  const manager = isServiceManager(story);
  if (killer && image && strike && killer.end === undefined && !manager) {
    const commands = [
      `gdb -p ${killer.pid}`,
      `(gdb) catch syscall ${strike.call}`,
      '(gdb) continue',
      '(gdb) bt',
      ...(isPython(image) ? ['(gdb) py-bt'] : []),
    ];
    steps.push({ text: 'Catch it in the act: it still runs, as far as the trail tells', commands });
  }
  if (killer && manager) steps.push({ text: 'Ask the service manager', commands: [`journalctl _PID=1 --since -1h`] });
  steps.push({
    text: 'Wait for the next time, and be told at once',
    commands: [commandLine(['auspex', 'who-killed', '--watch', ...(victim === '' ? [] : [victim])])],
  });
  return steps;
}

// Lines of the kernel's log, as who-killed reads them: nothing throws, no more ends are told than there are lines, and the
// stories, as text and as JSON, hold nothing that a terminal would obey.
import { askKills, splitKernelLine, storyJson, storyText } from '../../src/explain/index.ts';
import { type Campaign, hold, type Target } from '../kit/campaign.ts';
import { textAt } from '../kit/material.ts';
import { checkJson, checkShown, plain } from '../kit/shown.ts';

const CLOCK = { boot: 1_700_000_000_000, year: 2026, offset: 3600 };

async function check(input: Buffer): Promise<void> {
  const lines = input.toString('latin1').split('\n');
  for (const line of lines) {
    const { at, message } = splitKernelLine(line, CLOCK);
    hold(line.endsWith(message), () => `${message} is not the end of ${line}`);
    hold(at === undefined || Number.isFinite(at), () => `at ${at}`);
  }
  const { all, logins } = await askKills(
    async () => {},
    {},
    CLOCK,
    async (push) => lines.forEach(push),
  );
  const hits = all.reduce((sum, story) => sum + story.hits.length, 0);
  hold(hits <= lines.length, () => `${hits} ends in ${lines.length} lines`);
  for (const story of all) {
    checkShown(storyText(story, logins, plain));
    checkJson(storyJson(story, logins, plain));
  }
}

const HEADS = ['', '[ 2877.499810] ', '<4>[   12.500000][  T123] ', 'kern  :err   : [   12.500000] ', '[  +1.020000] '];
const STAMPED = [
  ...[
    '2026-11-03T10:00:00,123456+01:00 ',
    'Nov  3 10:00:02 host kernel: ',
    '[Tue Nov  3 10:00:02 2026] ',
    '[Nov 3 10:00] ',
  ],
  ...[
    '1793700002.123456 host kernel: ',
    'Tue 2026-11-03 10:00:02 CET host kernel: ',
    '<4>1 2026-11-03T10:00:02.1+01:00 host kernel - - - ',
  ],
];
const MESSAGES = [
  'x invoked oom-killer: gfp_mask=0x100cca, order=0',
  '[  123]  1000   123   45678   9012   98304        0          -500 name',
  'oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/a,task_memcg=/a/b,task=name,pid=123,uid=1000',
  'Task in /a/b killed as a result of limit of /a',
  'Tasks in /a are going to be killed due to memory.oom.group set',
  'Memory cgroup out of memory: Killed process 123 (name) total-vm:1kB, anon-rss:2kB, file-rss:3kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0',
  'Out of memory (oom_kill_allocating_task): Killed process 1 (a b), UID 7, total-vm:1kB',
  'Out of memory: OOM victim 123 (name) is already exiting. Skip killing the task',
  'name[123]: segfault at 8 ip 00007f rsp 00007f error 4 in libc.so.6[7f00+1000]',
  'traps: name[123] trap int3 ip:4 sp:5 error:0 in a.out[4+5]',
  'traps: name[123] general protection fault ip:4 sp:5 error:0',
  'name[123] bad frame in rt_sigreturn frame:1 ip:2 sp:3 orax:4 in x[1+2]',
  'name[123]: unhandled exception: DABT (lower EL), ESR 0x1, level 2 translation fault in x[1+2]',
  'name[123]: unhandled signal 11 code 0x1 at 0x8 in x[1+2]',
  'audit: type=1701 audit(1795234667.115:7): auid=0 uid=0 gid=0 ses=1 pid=123 comm="name" exe="/x" sig=11 res=1',
  'audit: type=1300 audit(1795234667.115:8): arch=c000003e syscall=62 success=yes exit=0 a0=7b a1=9 ppid=1 pid=9 auid=0 uid=0 ses=1 comm="k" exe="/k"',
];

export const campaign: Campaign = {
  about: 'lines of the kernel’s log, and who killed by them',
  seeds: () => [
    Buffer.from(textAt('test/explain/oom-cgroup.dmesg'), 'latin1'),
    ...MESSAGES.map((message, i) => Buffer.from(`${[...HEADS, ...STAMPED][i % 12]}${message}\n`)),
    Buffer.from(MESSAGES.map((message) => `[ 2877.499810] ${message}\n`).join('')),
  ],
  words: () => [...HEADS, ...STAMPED, ...MESSAGES, ...MESSAGES.flatMap((message) => message.split(/(?<=[:,[(])/))],
  open: (): Target => ({ check }),
};

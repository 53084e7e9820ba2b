// Logs of strace, as tree, who-killed and summary read them: nothing throws, no more calls are told than there are lines, and what
// is shown holds nothing that a terminal would obey.
import { utf8 } from '../../src/base/index.ts';
import { takeLines } from '../../src/cli/strace-input.ts';
import {
  askKills,
  askTree,
  storyJson,
  storyText,
  treeHtml,
  treeJson,
  treeSvg,
  treeText,
} from '../../src/explain/index.ts';
import { activityJson } from '../../src/report/activity/json.ts';
import { StraceActivity } from '../../src/report/activity/strace.ts';
import { activityText } from '../../src/report/activity/text.ts';
import { looksLikeStrace, readStraceLine, readStrings, StraceReader, splitArguments } from '../../src/strace/index.ts';
import { type Campaign, hold, type Target } from '../kit/campaign.ts';
import { kernelWords } from '../kit/material.ts';
import { checkJson, checkShown, plain, scriptsIn } from '../kit/shown.ts';

async function check(input: Buffer): Promise<void> {
  const lines = input.toString('latin1').split('\n');
  checkLines(lines);
  const { trees } = await askTree(async ({ strace }) => takeLines(lines, strace!, 0), {});
  checkShown(treeText(trees, plain));
  for (const tree of trees) checkJson(treeJson(tree, plain));
  hold(scriptsIn(treeHtml(trees, 'x', plain)) === scriptsIn(treeHtml([], 'x', plain)), 'a script in the page');
  hold(trees.length === 0 || scriptsIn(treeSvg(trees, plain)) === 1, 'a script in the picture');
  const { all, logins } = await askKills(async ({ strace }) => takeLines(lines, strace!, 0), {}, {});
  for (const story of all) {
    checkShown(storyText(story, logins, plain));
    checkJson(storyJson(story, logins, plain));
  }
  const activity = new StraceActivity({});
  takeLines(lines, activity, 0);
  const text = activityText(activity.activity, { subject: 'all', top: 10, stamp: ({ sec, ms }) => `${sec}.${ms}` });
  checkShown(utf8(text));
  checkJson(activityJson(activity.activity, 'all', 10));
}

function checkLines(lines: readonly string[]): void {
  let calls = 0;
  const reader = new StraceReader({ call: () => calls++ });
  for (const line of lines) {
    const read = readStraceLine(line);
    hold(!read || line.endsWith(read.rest), () => `${read!.rest} is not the end of ${line}`);
    looksLikeStrace(line);
    splitArguments(line);
    readStrings(line);
    reader.push(line);
  }
  hold(calls <= lines.length, () => `${calls} calls of ${lines.length} lines`);
}

const LOG = [
  '10 12:00:01.000123 execve("/bin/sh", ["sh", "-c", "x, \\"y\\""...], 0x7ffd /* 20 vars */) = 0',
  '10 clone3({flags=CLONE_VM|CLONE_THREAD|CLONE_SIGHAND, stack=0x7f}, 88) = 11',
  '10 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, child_tidptr=0x7f49) = 12',
  '11 execve("/bin/echo", ["echo"], 0x7ffc /* 3 vars */ <unfinished ...>',
  '10 <... pause resumed>) = ?',
  '10 +++ superseded by execve in pid 11 +++',
  '12 openat(AT_FDCWD</home/x>, "\\x2f\\057\\n"..., O_RDONLY|O_CLOEXEC) = 3</etc/passwd>',
  '12 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.2.3.4")}, 16) = -1 EINPROGRESS (Operation now in progress)',
  '12 kill(10, SIGKILL <unfinished ...>',
  '12 kill(99, SIGTERM) = -1 ESRCH (No such process)',
  '10 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=12, si_uid=0} ---',
  '10 +++ killed by SIGKILL (core dumped) +++',
  '12 setuid(0) = 0',
  '12 exit_group(1) = ?',
  '12 +++ exited with 1 +++',
  'getpid() = 10',
  'clone(child_stack=NULL, flags=SIGCHLDstrace: Process 11 attached',
  ', child_tidptr=0x7f4993c1ca10) = 11',
  '[pid    11<my prog>] 1700000000.250000 [  62] [00007f8cadbf5ad7] exit_group(0) = ?',
  '1234<sh>       0.000123 renameat2(3</tmp>, "a", AT_FDCWD, "b", 0) = 0 <0.000012>',
];

export const campaign: Campaign = {
  about: 'logs of strace, as a tree, kills and a summary',
  seeds: () => [...LOG.map((line) => Buffer.from(`${line}\n`)), Buffer.from(`${LOG.join('\n')}\n`)],
  words: () => [
    ...kernelWords()
      .slice(0, 400)
      .map((name) => `${name}(`),
    ...kernelWords().slice(400),
    ...LOG.map((line) => `${line}\n`),
    ...[
      ') = 0',
      ') = ?',
      ') = -1 ENOENT (x)',
      ' <unfinished ...>',
      '<... kill resumed>',
      '--- ',
      ' ---',
      '+++ ',
      '[pid ',
      '] ',
    ],
    ...[
      'strace: Process 7 attached',
      '"...',
      '\\x1b',
      '\\33[31m',
      '{',
      '}',
      '[',
      ' /* 3 vars */',
      'si_pid=',
      '23:59:59 ',
      '00:00:01 ',
    ],
  ],
  open: (): Target => ({ check }),
};

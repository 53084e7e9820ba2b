// The story page against the record lines it was told from: the findpid kill of the sample trail, as
// `auspex who-killed --json` prints it (docs/who-killed.md).
import { expect, it } from 'vitest';
import type { KillStory } from './shapes.ts';
import { chainOf, momentsOf, outcomeText, processDetail, storyId, strikeText } from './story.ts';

const killer = {
  pid: 6013,
  ppid: 5903,
  program: 'roxen',
  command: ['roxen', '6016', '9', '6'],
  commandFrom: 'execve',
  exe: '/usr/local/roxen/bin/pike',
  comm: 'pike',
  uid: 0,
  user: 'root',
  auid: 1001,
  session: 22,
  firstSeen: '2026-11-21T04:17:46.803Z',
  lastSeen: '2026-11-21T04:17:47.235Z',
  ended: '2026-11-21T04:17:47.235Z',
  exitStatus: 0,
};
const victim = {
  pid: 6016,
  ppid: 6014,
  program: 'findpid',
  command: ['/usr/local/lab/findpid'],
  commandFrom: 'execve',
  exe: '/usr/local/lab/findpid',
  uid: 0,
  user: 'root',
  started: '2026-11-21T04:17:46.803Z',
  firstSeen: '2026-11-21T04:17:46.803Z',
  lastSeen: '2026-11-21T04:17:47.115Z',
  ended: '2026-11-21T04:17:47.115Z',
  endSignal: 'SIGKILL',
};
const strike = {
  at: '2026-11-21T04:17:47.115Z',
  serial: 975608,
  call: 'kill',
  signal: 'SIGKILL',
  given: 6016,
  to: 'process',
  count: 1,
  ok: true,
};
const story: KillStory = {
  answer: 'findpid (pid 6016) was killed by roxen (pike)',
  cause: 'signal',
  first: '2026-11-21T04:17:47.115Z',
  killer,
  ancestors: [
    { ...killer, pid: 6012, program: 'bash', command: ['bash'] },
    { ...killer, pid: 6011, program: 'sshd', command: ['sshd: alice'] },
  ],
  login: { auid: 1001, user: 'alice', session: 22, address: '192.0.2.7' },
  victims: [
    {
      at: strike.at,
      pid: 6016,
      name: 'findpid',
      process: victim,
      outcome: { kind: 'ended', after: 0, signal: 'SIGKILL' },
      signals: [strike],
    },
  ],
  failed: [
    {
      ...strike,
      at: '2026-11-21T04:17:47.135Z',
      last: '2026-11-21T04:17:47.215Z',
      serial: 975610,
      count: 5,
      ok: false,
      error: 'ESRCH',
    },
  ],
  findings: [],
  next: [],
};

it('tells in order of time, the signal before the end it caused', () => {
  expect(momentsOf(story).map(({ kind, text, serial }) => [kind, text, serial])).toEqual([
    ['start', 'findpid (pid 6016) started', undefined],
    ['signal', 'SIGKILL to pid 6016 by kill', 975608],
    ['end', 'findpid (pid 6016) ended, by SIGKILL', undefined],
    ['failed', 'SIGKILL to pid 6016 by kill, 5 times, failed: ESRCH', 975610],
    ['end', 'roxen (pid 6013) ended, exit status 0', undefined],
  ]);
});

it('says the end of a process that ended itself once', () => {
  const own: KillStory = {
    ...story,
    failed: [],
    victims: [{ ...story.victims[0]!, pid: 6013, process: { ...victim, pid: 6013 } }],
  };
  expect(momentsOf(own).filter(({ kind }) => kind === 'end')).toHaveLength(1);
});

it('goes from the login down to the killer', () => {
  expect(chainOf(story).map(({ role, title }) => [role, title])).toEqual([
    ['login', 'alice'],
    ['ancestor', "'sshd: alice'"],
    ['ancestor', 'bash'],
    ['killer', 'roxen 6016 9 6'],
  ]);
  expect(chainOf(story)[0]!.detail).toBe('login uid 1001, session 22, from 192.0.2.7');
});

it('says targets, outcomes and doubts in words', () => {
  expect(strikeText({ ...strike, given: -500 })).toBe('SIGKILL to process group 500 by kill');
  expect(strikeText({ ...strike, given: -1 })).toBe('SIGKILL to everyone by kill');
  expect(strikeText({ ...strike, given: 0 })).toBe('SIGKILL to its own group by kill');
  expect(outcomeText(story.victims[0]!)).toBe('ended by SIGKILL');
  expect(outcomeText({ ...story.victims[0]!, outcome: { kind: 'ended', after: 200, status: 0 } })).toBe(
    'ended 200 ms later, exit status 0',
  );
  expect(outcomeText({ ...story.victims[0]!, outcome: { kind: 'survived' } })).toBe('lived on');
  expect(processDetail({ ...victim, commandFrom: 'proctitle' })).toBe(
    'pid 6016, user root, /usr/local/lab/findpid, lived 312 ms, command line from the process title',
  );
});

it('names a story the same way each time', () => {
  expect(storyId(story)).toBe(`${Date.parse(story.first!).toString(36)}-6016-6013`);
});

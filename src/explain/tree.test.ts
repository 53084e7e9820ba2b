// Process trees of the lab’s compile, of deep chains and of strace logs; pictures with nothing a browser would obey.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProcessHistory } from './history.ts';
import { KillCollector } from './kills.ts';
import { commandOf, imageOf } from './life.ts';
import { headline } from './story-text.ts';
import { looksLikeStrace, StraceFeed } from './strace.ts';
import { killsIn, TrailWriter } from './trail.fixture.ts';
import { processTrees, type TreeNode, walkTrees } from './tree.ts';
import { treeHtml, treeSvg } from './tree-picture.ts';
import { treeText } from './tree-text.ts';
import { killStories } from './who-killed.ts';
import { plainWords } from './words.ts';

/** A tree as nested arrays of programs, to compare whole shapes. */
const shape = (node: TreeNode): unknown[] => [
  commandOf(imageOf(node.life))[0]!.replace(/^.*\//, ''),
  ...node.children.map(shape),
];

describe('the process tree', () => {
  const lab = new URL('../../../shared/corpus/lab/raw.log', import.meta.url);
  it.skipIf(!existsSync(lab))('of a compile: who started whom, and how each ended [needs ../shared/corpus]', () => {
    const { history } = killsIn(readFileSync(lab));
    const [tree, ...more] = processTrees(history.lives, { ses: 33 });
    expect(more).toEqual([]);
    expect(shape(tree!).slice(0, 2)).toEqual(['bash', ['gcc', ['cc1'], ['as'], ['collect2', ['ld']]]]);
    expect(tree!.children.slice(1).map((node) => node.life.status)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('is chosen by pid, session or login, with all descendants and nothing twice', () => {
    const a = { pid: 10, ppid: 1, comm: 'a', ses: 7 };
    const b = { pid: 11, ppid: 10, comm: 'b', ses: 7 };
    const c = { pid: 12, ppid: 11, comm: 'c', ses: 8 };
    const trail = new TrailWriter().exec(0, a, ['a']).fork(1, a, 11).exec(2, b, ['b']).fork(3, b, 12).exec(4, c, ['c']);
    const { lives } = killsIn(trail.bytes).history;
    expect(processTrees(lives, { ses: 7 }).map(shape)).toEqual([['a', ['b', ['c']]]]);
    expect(processTrees(lives, { ses: 8 }).map(shape)).toEqual([['c']]);
    expect(processTrees(lives, { pid: 11 }).map(shape)).toEqual([['b', ['c']]]);
    expect(processTrees(lives, { until: 1 })).toEqual([]);
  });

  it('takes a chain of forks of any depth', () => {
    const trail = new TrailWriter();
    for (let i = 0; i < 20_000; i++) trail.fork(i, { pid: 10 + i, ppid: 9 + i, comm: 'chain' }, 11 + i);
    const { history } = killsIn(trail.bytes);
    const trees = processTrees(history.lives, {});
    const shown = [...trees].reduce((sum, tree) => sum + [...walkTrees([tree])].length, 0);
    expect(shown).toBe(20_001);
    expect(treeText(trees.slice(0, 1), plainWords).split('\n').length).toBeGreaterThan(400);
  });

  it('is drawn without a byte that a browser or a terminal would obey', () => {
    const evil = { pid: 10, ppid: 1, comm: '</title><script>alert(1)</script>' };
    const trail = new TrailWriter().exec(0, evil, ['<script>alert(1)</script>', '\x1b[31m']).exit(5, evil, 1);
    const trees = processTrees(killsIn(trail.bytes).history.lives, {});
    expect(treeSvg(trees, plainWords)).not.toContain('<script');
    expect(treeHtml(trees, '<b>', plainWords).match(/<script/g)).toHaveLength(1);
    expect(treeText(trees, plainWords)).not.toContain('\x1b');
  });
});

describe('strace logs', () => {
  const log = `
100 07:31:01.785894 execve("/usr/bin/bash", ["bash", "-c", "gcc \\"x y\\"; exit 3"], 0x7ffd /* 39 vars */) = 0
100 07:31:01.816000 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 101
100 07:31:01.816500 wait4(-1,  <unfinished ...>
101 07:31:01.817000 set_robust_list(0x7f, 24) = 0
101 07:31:01.818000 execve("/usr/bin/gcc", ["gcc", "x y"], 0x55 /* 39 vars */) = 0
101 07:31:01.819000 clone3({flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD, parent_tid=0x7f} => {parent_tid=[102]}, 88) = 102
102 07:31:01.819500 exit(0)                 = ?
102 07:31:01.819600 +++ exited with 0 +++
101 07:31:01.820000 vfork( <unfinished ...>
103 07:31:01.820100 execve("/usr/bin/as", ["as"], 0x55 /* 39 vars */ <unfinished ...>
103 07:31:01.820200 <... execve resumed>)   = 0
101 07:31:01.820300 <... vfork resumed>)    = 103
101 07:31:01.821000 kill(103, SIGKILL)      = 0
103 07:31:01.821100 +++ killed by SIGKILL +++
101 07:31:01.822000 exit_group(0)           = ?
101 07:31:01.822100 +++ exited with 0 +++
100 07:31:01.823000 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 101
100 07:31:01.823100 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=101, si_uid=0, si_status=0} ---
100 07:31:01.824000 exit_group(3)           = ?
100 07:31:01.824100 +++ exited with 3 +++
`.trim();

  it('give the same tree as a trail would: interrupted calls, vfork, threads, signals', () => {
    const history = new ProcessHistory({ keep: 'all' });
    const signals: string[] = [];
    const feed = new StraceFeed(history, {
      signal: (act) => signals.push(`${act.killer.pid} ${act.call} ${act.given} ${act.signal}`),
    });
    for (const line of log.split('\n')) {
      expect(looksLikeStrace(line)).toBe(true);
      feed.push(line);
    }
    const [tree, ...more] = processTrees(history.lives, {});
    expect(more).toEqual([]);
    expect(shape(tree!)).toEqual(['bash', ['gcc', ['as']]]);
    const [gcc] = tree!.children;
    expect(commandOf(imageOf(gcc!.life))).toEqual(['gcc', 'x y']);
    expect(commandOf(imageOf(tree!.life))[2]).toBe('gcc "x y"; exit 3');
    expect(gcc!.life).toMatchObject({ threads: 1, status: 0, reaped: true });
    expect(gcc!.children[0]!.life).toMatchObject({ signal: 9 });
    expect(tree!.life.status).toBe(3);
    expect(signals).toEqual(['101 kill 103 9']);
  });

  it('tell who killed: a sender that is not traced, a call that never returned, a group, a fault without a core', () => {
    const told = (...lines: string[]) => {
      const collector = new KillCollector();
      const history = new ProcessHistory();
      const feed = new StraceFeed(history, {
        signal: (act) => collector.signal(act),
        crash: (act) => collector.crash(act),
      });
      for (const line of lines) feed.push(line);
      return killStories(collector, [], {}, (node, pid) => history.find(node, pid)).map(headline);
    };
    const got = (signal: string, from: number) =>
      `--- ${signal} {si_signo=${signal}, si_code=SI_USER, si_pid=${from}, si_uid=0} ---`;
    const exec = '80 execve("/bin/victim", ["victim"], 0x7ffc /* 3 vars */) = 0';
    expect(told(exec, `80 ${got('SIGTERM', 42)}`, '80 +++ killed by SIGTERM +++')).toEqual([
      'victim (pid 80) was ended by pid 42 with SIGTERM',
    ]);
    expect(told(exec, '80 kill(80, SIGKILL <unfinished ...>', '80 +++ killed by SIGKILL +++')).toEqual([
      'victim (pid 80) ended itself with SIGKILL',
    ]);
    expect(
      told(
        exec,
        '42 kill(-80, SIGTERM <unfinished ...>',
        `80 ${got('SIGTERM', 42)}`,
        '42 <... kill resumed>) = 0',
        '80 +++ killed by SIGTERM +++',
      ),
    ).toEqual(['victim (pid 80) was ended by pid 42 with SIGTERM']);
    expect(told(exec, '42 kill(80, SIGTERM) = 0', `80 ${got('SIGTERM', 42)}`, '80 exit_group(0) = ?')).toHaveLength(1);
    expect(told(exec, '42 kill(80, SIGTERM) = -1 EPERM (Operation not permitted)')).toEqual([
      'pid 42 tried to end pid 80 (victim), in vain',
    ]);
    expect(told(exec, '80 +++ killed by SIGSEGV +++')).toEqual(['victim (pid 80) crashed: SIGSEGV']);
    expect(told(exec, '80 +++ killed by SIGKILL +++')).toEqual([
      'victim (pid 80) was ended by SIGKILL from someone this log does not show',
    ]);
    const sys =
      '80 --- SIGSYS {si_signo=SIGSYS, si_code=SYS_SECCOMP, si_call_addr=0x1, si_syscall=__NR_getpid, si_arch=AUDIT_ARCH_X86_64} ---';
    expect(told(exec, sys, '80 +++ killed by SIGSYS (core dumped) +++')).toEqual([
      'victim (pid 80) was killed by its seccomp filter, for calling getpid',
    ]);
  });

  it('are told from other logs', () => {
    for (const line of [
      'type=SYSCALL msg=audit(1.1:1): a',
      '[ 12.3] foo[1]: segfault at 8 ip',
      'hello (world) = 3',
      '',
    ])
      expect(looksLikeStrace(line)).toBe(false);
  });
});

// Lives of processes: reused pids, children told before their fork, threads, orphans, and any bytes as a trail.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../base/index.ts';
import { commandOf, imageOf, type Life } from './life.ts';
import { killsIn, TrailWriter } from './trail.fixture.ts';

const shell = { pid: 10, ppid: 1, comm: 'sh' };
const said = (life: Life): string => commandOf(imageOf(life)).join(' ');

describe('ProcessHistory', () => {
  it('tells the lives of a reused pid apart', () => {
    const trail = new TrailWriter()
      .fork(0, shell, 20)
      .exec(1, { pid: 20, ppid: 10, comm: 'one' }, ['one'])
      .exit(5, { pid: 20, ppid: 10, comm: 'one' }, 3)
      .fork(500, shell, 20)
      .exec(501, { pid: 20, ppid: 10, comm: 'two' }, ['two', '-x'])
      .exit(600, { pid: 20, ppid: 10, comm: 'two' }, 0);
    const { history } = killsIn(trail.bytes);
    const lives = history.lives.filter((life) => life.pid === 20);
    expect(lives.map(said)).toEqual(['one', 'two -x']);
    expect(lives.map((life) => life.status)).toEqual([3, 0]);
    expect(lives.every((life) => life.parent?.pid === 10)).toBe(true);
  });

  it('joins a child whose records come before the fork that made it (the call began earlier, its record came later)', () => {
    const child = { pid: 21, ppid: 10, comm: 'gcc' };
    const trail = new TrailWriter().exec(100, child, ['gcc']).exit(140, child, 1).fork(96, shell, 21);
    const { history } = killsIn(trail.bytes);
    const lives = history.lives.filter((life) => life.pid === 21);
    expect(lives).toHaveLength(1);
    expect(lives[0]).toMatchObject({ startSource: 'fork', status: 1, end: 1700000000140 });
    expect(lives[0]!.parent?.pid).toBe(10);
  });

  it('counts threads apart from processes, and believes clone3 only when a record confirms it', () => {
    const trail = new TrailWriter()
      .fork(0, shell, 30, 0x3d0f00) // CLONE_THREAD
      .call(1, shell, 435, [], 31)
      .call(2, shell, 435, [], 32)
      .exec(3, { pid: 32, ppid: 10, comm: 'child' }, ['child']);
    const { history } = killsIn(trail.bytes);
    const by = new Map(history.lives.map((life) => [life.pid, life]));
    expect(by.has(30)).toBe(false);
    expect(by.get(10)!.threads).toBe(2); // 30 for certain, 31 as far as known
    expect(by.get(31)!.maybeThread).toBe(true);
    expect(by.get(32)).toMatchObject({ maybeThread: false, startSource: 'fork' });
  });

  it('does not take the end of a thread for the end of its process', () => {
    const trail = new TrailWriter()
      .call(0, shell, 435, [], 31)
      .call(5, shell, 60, [0], undefined)
      .call(6, shell, 39, [], 10)
      .exit(9, shell, 4);
    const [life] = killsIn(trail.bytes).history.lives.filter((one) => one.pid === 10);
    expect(life).toMatchObject({ end: 1700000000009, status: 4, endSource: 'exit' });
  });

  it('gives an orphan to its reaper without taking it for another process', () => {
    const trail = new TrailWriter()
      .fork(0, shell, 40)
      .exec(1, { pid: 40, ppid: 10, comm: 'svc' }, ['svc'])
      .exit(2, shell)
      .call(900, { pid: 40, ppid: 1, comm: 'svc' }, 39, [], 40);
    const { history } = killsIn(trail.bytes);
    const lives = history.lives.filter((life) => life.pid === 40);
    expect(lives).toHaveLength(1);
    expect(lives[0]!.parent?.pid).toBe(10);
  });

  it('gives an orphan to a subreaper above it, where no record tells its parent’s end', () => {
    const top = { pid: 9, ppid: 1, comm: 'systemd' };
    const under = { pid: 10, ppid: 9, comm: 'sh' };
    const trail = new TrailWriter()
      .call(0, top, 39, [], 9)
      .fork(1, under, 20)
      .fork(2, { pid: 20, ppid: 10, comm: 'sh' }, 40)
      .exec(3, { pid: 40, ppid: 9, comm: 'svc' }, ['svc']);
    const lives = killsIn(trail.bytes).history.lives.filter((life) => life.pid === 40);
    expect(lives.map(said)).toEqual(['svc']);
    expect(lives[0]!.parent?.pid).toBe(20);
  });

  it.each([
    ['clone with CLONE_PARENT', 56, 0x8011],
    ['clone3, whose flags are not in the record', 435, 0x7fff1234],
  ])(
    'takes a sibling for a child of its maker’s parent, and the maker for who knows its number: %s',
    (_, call, flags) => {
      const top = { pid: 9, ppid: 1, comm: 'top' };
      const maker = { pid: 10, ppid: 9, comm: 'sh' };
      const child = { pid: 40, ppid: 9, comm: 'svc' };
      const trail = new TrailWriter().exec(0, top, ['top']).call(1, maker, call, [flags], 40).exec(2, child, ['svc']);
      trail.kill(900, maker, 40, 9, { pid: 40, comm: 'svc' });
      const { history, stories } = killsIn(trail.bytes);
      const lives = history.lives.filter((life) => life.pid === 40);
      expect(lives.map(said)).toEqual(['svc']);
      expect(lives[0]!.parent?.pid).toBe(9);
      expect(lives[0]!.parent?.children).toContain(lives[0]);
      expect(history.lives.find((life) => life.pid === 10)).toMatchObject({ threads: 0, children: [] });
      expect(history.childOf(history.find('', 10)!, 40)).toBe(lives[0]);
      expect(said(stories[0]!.hits[0]!.victim!)).toBe('svc');
    },
  );

  it('takes any bytes as a trail without throwing', () => {
    const line = new TrailWriter().kill(0, shell, 5, 9, { pid: 5, comm: 'x' }).lines[0]!;
    fc.assert(
      fc.property(fc.nat(line.length), fc.string({ unit: 'binary' }), (at, junk) => {
        const broken = `${line.slice(0, at)}${junk}${line.slice(at)}\n`;
        expect(() => killsIn(bytesOf(broken))).not.toThrow();
      }),
    );
  });
});

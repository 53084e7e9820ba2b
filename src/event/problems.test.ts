// What is wrong with an event in the trail: missing, doubled and late records.
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../base/bytes.ts';
import { problemsOf } from './problems.ts';
import { readEvents } from './read.ts';

const of = (...lines: string[]) => readEvents([bytesOf(lines.map((l) => `${l}\n`).join(''))]).map(problemsOf);
const line = (type: string, rest: string, serial = 1, sec = 10) =>
  `type=${type} msg=audit(${sec}.000:${serial}): ${rest}`;
const call = line('SYSCALL', 'arch=c000003e syscall=2 success=yes exit=3 items=1 pid=1');
const path = line('PATH', 'item=0 name="/x" inode=1 nametype=NORMAL');
const title = line('PROCTITLE', 'proctitle="x"');

describe('problemsOf', () => {
  it('finds none in a whole event', () => {
    expect(of(call, line('CWD', 'cwd="/"'), path, title)).toEqual([[]]);
    expect(of(line('USER_LOGIN', "pid=1 msg='op=login'"))).toEqual([[]]);
  });

  it('names what is missing, doubled and unfinished', () => {
    expect(of(call, title)).toEqual([['missing-path']]);
    expect(of(call, path, path, title)).toEqual([['duplicate-record']]);
    expect(of(call, path)).toEqual([['unfinished']]);
  });

  it('tells of a record that was cut', () => {
    expect(of(call, line('CWD', 'cwd="/home/al'), path, title)).toEqual([['cut']]);
    expect(of(line('USER_LOGIN', "pid=1 msg='op=log"))).toEqual([['cut']]);
  });

  it('tells of a record that came after its event was given up', () => {
    const later = line('SYSCALL', 'arch=c000003e syscall=39 success=yes exit=1 items=0 pid=1', 2, 20);
    const end = line('PROCTITLE', 'proctitle="y"', 2, 20);
    const events = of(call, path, later, end, title);
    expect(events).toContainEqual(['unfinished']);
    expect(events).toContainEqual(['missing-syscall']);
    expect(events).toContainEqual([]);
  });
});

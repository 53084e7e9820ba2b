// This machine as we read it, against getent, uname, id and /proc itself; and made-up files of them.
import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { C_TIME } from '../base/index.ts';
import { accountsOf, parseNsswitch } from './accounts.ts';
import { bootTime, pageSize, thisMachine } from './machine.ts';
import {
  auditId,
  containerOf,
  fakeProc,
  parseCgroup,
  parseStat,
  parseStrings,
  pids,
  procfs,
  readProcess,
  unitOf,
} from './proc.ts';
import { localSeconds, localTime, timeLocale, timeLocaleName, utcOffset } from './time.ts';

const linux = process.platform === 'linux';

describe('accounts', () => {
  const accounts = accountsOf(
    'root:x:0:0::/root:/bin/sh\nadmin:x:0:0::/:/bin/sh\nbad:x:none:0\n+::::::\nü\xfc:x:7:8::/:/bin/sh\nbig:x:4294967295:0\nover:x:4294967296:0',
    'root:x:0:\nwheel:x:10:root,admin\n',
  );
  it('takes the first entry of an id and of a name, and leaves lines without an id out', () => {
    expect(accounts.userName(0)).toBe('root');
    expect(accounts.userId('admin')).toBe(0);
    expect(accounts.userName(7)).toBe('ü\xfc');
    expect(accounts.userId('bad')).toBeUndefined();
    expect(accounts.userName(4294967295)).toBe('big');
    expect(accounts.userId('over')).toBeUndefined();
    expect([accounts.groupName(10), accounts.groupId('wheel'), accounts.groupName(11)]).toEqual([
      'wheel',
      10,
      undefined,
    ]);
  });
  it('reads the order of nsswitch.conf', () => {
    expect(parseNsswitch('# x\npasswd:   files systemd # y\n', 'passwd')).toEqual({ filesFirst: true, others: true });
    expect(parseNsswitch('passwd: files', 'passwd')).toEqual({ filesFirst: true, others: false });
    expect(parseNsswitch('passwd: sss files', 'passwd')).toEqual({ filesFirst: false, others: true });
    expect(parseNsswitch('group: files [SUCCESS=merge] sss', 'group')).toEqual({ filesFirst: false, others: true });
    expect(parseNsswitch('passwd_compat: nis', 'passwd')).toEqual({ filesFirst: true, others: false });
  });
});

describe('/proc', () => {
  it('reads a stat line whose name holds parentheses, spaces and a newline', () => {
    const rest = `S 1 2 3 ${Array.from({ length: 40 }, (_, i) => 100 + i).join(' ')}`;
    const stat = parseStat(`42 (a) b (c\nd)) ${rest}`);
    expect(stat).toMatchObject({
      pid: 42,
      comm: 'a) b (c\nd)',
      state: 'S',
      ppid: 1,
      pgrp: 2,
      session: 3,
      startTime: 115,
    });
    expect(parseStat('')).toBeUndefined();
  });
  it('reads argument lists with empty arguments', () => {
    expect(parseStrings('sh\0-c\0\0')).toEqual(['sh', '-c', '']);
    expect(parseStrings('title without end')).toEqual(['title without end']);
    expect(parseStrings('')).toEqual([]);
  });
  it('names unit and container of a cgroup', () => {
    const id = 'a'.repeat(64);
    expect(parseCgroup('12:cpu:/x\n0::/system.slice/ssh.service\n')).toBe('/system.slice/ssh.service');
    expect(parseCgroup('12:cpu:/x\n1:name=systemd:/user.slice/a:b\n')).toBe('/user.slice/a:b');
    expect(unitOf('/user.slice/user-0.slice/session-3.scope')).toBe('session-3.scope');
    expect(containerOf(`/system.slice/docker-${id}.scope`)).toBe(id);
    expect(containerOf(`/kubepods/pod1/${id}`)).toBe(id);
    expect(containerOf('/system.slice/ssh.service')).toBeUndefined();
  });
  it('reads audit ids', () => {
    expect([auditId('4294967295'), auditId('0\n'), auditId('7005'), auditId(undefined), auditId('')]).toEqual([
      undefined,
      0,
      7005,
      undefined,
      undefined,
    ]);
  });
  it('reads the same process through a fake and through the kernel', () => {
    const proc = fakeProc({ '7/stat': '7 (sh) S 1 7 7 0', '7/exe': '/bin/sh', '7/loginuid': '0', '8/stat': '' });
    expect(readProcess(proc, 7)).toMatchObject({
      pid: 7,
      comm: 'sh',
      ppid: 1,
      exe: '/bin/sh',
      auid: 0,
      ses: undefined,
    });
    expect(readProcess(proc, 8)).toBeUndefined();
    expect(pids(proc)).toEqual([7, 8]);
  });
  it.skipIf(!linux)('reads this process [needs Linux]', () => {
    const self = readProcess(procfs(), process.pid)!;
    expect(self.ppid).toBe(process.ppid);
    expect(self.exe).toBe(process.execPath);
    expect(pids(procfs())).toContain(process.pid);
  });
});

describe('this machine', () => {
  it.skipIf(!linux)('agrees with uname, getconf and /proc/stat [needs Linux]', () => {
    const run = (...argv: [string, ...string[]]): string =>
      execFileSync(argv[0], argv.slice(1), { encoding: 'utf8' }).trim();
    expect(thisMachine().arch).toBe(run('uname', '-m'));
    expect(thisMachine().release).toBe(run('uname', '-r'));
    expect(pageSize()).toBe(Number(run('getconf', 'PAGESIZE')));
    expect(Math.abs(bootTime() - (Date.now() / 1000 - Number(run('cut', '-d ', '-f1', '/proc/uptime'))))).toBeLessThan(
      5,
    );
  });
});

describe('time', () => {
  const tz = process.env.TZ;
  afterEach(() => {
    if (tz === undefined) delete process.env.TZ;
    else process.env.TZ = tz;
  });
  it('names the locale as locale(7) orders it', () => {
    expect(timeLocaleName({ LC_ALL: '', LC_TIME: 'de_DE.UTF-8', LANG: 'C' })).toBe('de_DE.UTF-8');
    expect(timeLocaleName({})).toBe('C');
    expect(timeLocale({ LC_ALL: 'C', LANG: 'de_DE.UTF-8' })).toBe(C_TIME);
    expect(timeLocale({ LC_ALL: 'C.UTF-8' })).toBe(C_TIME);
    expect(timeLocale({ LC_ALL: 'xx_XX.none' })).toEqual(C_TIME);
  });
  it.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe'])(
    'turns seconds into local time and back in %s, as date(1) does',
    (zone) => {
      process.env.TZ = zone;
      for (const sec of [0, 1_610_536_930, 1_616_893_199, 1_616_893_200, 1_635_638_400, 1_690_000_000, 4_102_444_799]) {
        const t = localTime(sec);
        const date = new Date(sec * 1000);
        expect([t.year, t.month, t.day, t.hour, t.minute, t.second, t.weekday]).toEqual([
          date.getFullYear(),
          date.getMonth(),
          date.getDate(),
          date.getHours(),
          date.getMinutes(),
          date.getSeconds(),
          date.getDay(),
        ]);
        expect(localSeconds(t) + utcOffset(localSeconds(t))).toBe(sec + utcOffset(sec));
      }
    },
  );
  it('counts days of the year and carries parts that are out of range', () => {
    process.env.TZ = 'UTC';
    expect(localTime(Date.UTC(2024, 11, 31) / 1000).yearday).toBe(365);
    expect(localSeconds({ year: 2024, month: 0, day: 32, hour: 24, minute: 0, second: -1 })).toBe(
      Date.UTC(2024, 1, 1, 23, 59, 59) / 1000,
    );
  });
});

// who-touched over moves and links: both ends count, each file by its own name.
import { expect, it } from 'vitest';
import { auspex, FILE } from './wild.fixture.ts';

const ids = 'auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=1';
const path = (item: number, name: string, inode: number, nametype: string): string =>
  `type=PATH msg=audit(1700000000.100:100): item=${item} name="${name}" inode=${inode} dev=08:01 mode=0100644 ouid=1000 ogid=1000 rdev=00:00 nametype=${nametype}`;
const MOVE = [
  `type=SYSCALL msg=audit(1700000000.100:100): arch=c000003e syscall=316 success=yes exit=0 a0=ffffff9c a1=7ffc a2=ffffff9c a3=7ffd items=4 ppid=100 pid=101 ${ids} comm="mv" exe="/usr/bin/mv" key="www"`,
  'type=CWD msg=audit(1700000000.100:100): cwd="/home/u"',
  path(0, '/tmp/', 2, 'PARENT'),
  path(1, '/srv/www/', 3, 'PARENT'),
  path(2, '/tmp/evil.php', 12, 'DELETE'),
  path(3, '/srv/www/index.php', 12, 'CREATE'),
  '',
].join('\n');

it.each(['/tmp', '/srv/www'])('a move concerns both folders: %s', async (folder) => {
  const { stdout } = await auspex(['who-touched', '--below', folder, '-i', FILE], MOVE);
  expect(stdout).toMatch(/renamed/);
  expect(stdout).toMatch(/\/tmp\/evil\.php → \/srv\/www\/index\.php/);
});

it('and no other', async () => {
  const { stdout, status } = await auspex(['who-touched', '--below', '/srv/ww', '-i', FILE], MOVE);
  expect([stdout, status]).toEqual(['', 1]);
});

const call = (serial: number, syscall: number, args: string, comm: string, items: number, success = 'yes exit=0') =>
  `type=SYSCALL msg=audit(1638181912.404:${serial}): arch=c000003e syscall=${syscall} success=${success} ${args} a3=0 items=${items} ppid=1 pid=23507 ${ids} comm="${comm}" exe="/usr/bin/${comm}" key="k"`;
const file = (serial: number, item: number, name: string, inode: number, nametype: string, mode = '0100664'): string =>
  `type=PATH msg=audit(1638181912.404:${serial}): item=${item} name="${name}" inode=${inode} dev=fd:00 mode=${mode} ouid=1000 ogid=1000 rdev=00:00 nametype=${nametype}`;
const cwd = (serial: number): string => `type=CWD msg=audit(1638181912.404:${serial}): cwd="/home/u"`;
/** `rm -rf /tmp/d` with a folder in it: each name is below a descriptor, the last event alone names `/tmp/d`. */
const RM_RF = [
  call(1, 263, 'a0=5 a1=1 a2=0', 'rm', 2),
  cwd(1),
  file(1, 0, '/home/u', 12, 'PARENT', '040775'),
  file(1, 1, 'deep', 13, 'DELETE'),
  call(2, 263, 'a0=4 a1=1 a2=200', 'rm', 2),
  cwd(2),
  file(2, 0, '/home/u', 11, 'PARENT', '040775'),
  file(2, 1, 'sub', 12, 'DELETE', '040775'),
  call(3, 263, 'a0=ffffff9c a1=1 a2=200', 'rm', 2),
  cwd(3),
  file(3, 0, '/tmp/', 2, 'PARENT', '041777'),
  file(3, 1, '/tmp/d', 11, 'DELETE', '040775'),
  '',
].join('\n');

it.each(['/tmp/d/sub/deep', '/tmp/d/sub', '/tmp/d'])('rm -rf: %s is known by its folders’ inodes', async (path) => {
  const { stdout } = await auspex(['who-touched', path, '-i', FILE], RM_RF);
  expect(stdout).toContain(`${path}  inode`);
  expect(stdout).toMatch(/deleted/);
});

it('rm -rf below a folder: each file by its own path', async () => {
  const { stdout } = await auspex(['who-touched', '--below', '/tmp/d', '-i', FILE], RM_RF);
  const titles = stdout.split('\n').filter((line) => line.startsWith('/'));
  expect(titles.map((line) => line.split(' ')[0])).toEqual(['/tmp/d/sub/deep', '/tmp/d/sub', '/tmp/d']);
});

it('never joined to the working directory', async () => {
  const { stdout, status } = await auspex(['who-touched', '--below', '/home/u', '-i', FILE], RM_RF);
  expect([stdout, status]).toEqual(['', 1]);
});

it('a file of a torn event: by whom is not told', async () => {
  const torn = RM_RF.split('\n').slice(9).join('\n');
  const { stdout } = await auspex(['who-touched', '/tmp/d', '-i', FILE], torn);
  expect(stdout).toMatch(/deleted +\(program not recorded\)\n +the record that tells who did it is missing/);
});

it.each([
  [
    'AppArmor',
    'type=AVC msg=audit(1714412531.488:9): apparmor="DENIED" operation="mknod" profile="p" name="/srv/x" pid=48 comm="ps" requested_mask="c" denied_mask="c" fsuid=0 ouid=0',
    /created failed: EACCES, refused by AppArmor +ps\n +pid 48, profile p, login not recorded, mknod/,
  ],
  [
    'AppArmor in complain mode',
    'type=AVC msg=audit(1714412531.488:9): apparmor="ALLOWED" operation="open" profile="p" name="/srv/x" pid=48 comm="ps" requested_mask="wc" denied_mask="wc" fsuid=0 ouid=0',
    /opened to write +ps/,
  ],
  [
    'SELinux',
    'type=AVC msg=audit(1714412531.488:9): avc:  denied  { read open } for  pid=48 comm="ps" path="/srv/x" dev="dm-0" ino=5 scontext=a:b:c:s0 tcontext=a:b:d:s0 tclass=file permissive=0',
    /opened to read failed: EACCES, refused by SELinux +ps\n +pid 48, profile a:b:c:s0/,
  ],
  [
    'Landlock',
    'type=UNKNOWN[1423] msg=audit(1714412531.488:9): domain=1a blockers=fs.remove_file path="/srv/x" dev="dm-0" ino=100',
    /deleted failed: EACCES, refused by Landlock/,
  ],
])('a refusal names the file: %s', async (_module, line, wanted) => {
  const { stdout } = await auspex(['who-touched', '/srv/x', '-i', FILE], `${line}\n`);
  expect(stdout).toMatch(wanted);
});

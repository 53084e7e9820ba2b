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

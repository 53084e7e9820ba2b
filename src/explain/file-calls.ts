// What a system call does to a file it names, in words: the man pages of section 2. Flags of open are those of x86 and
// the generic table; the bits used here (access mode, O_CREAT, O_TRUNC, O_PATH) are the same on every arch of tables/.

export type Deed =
  | 'created'
  | 'opened to read'
  | 'opened to write'
  | 'emptied'
  | 'renamed'
  | 'replaced'
  | 'linked'
  | 'deleted'
  | 'permissions changed'
  | 'owner changed'
  | 'attributes changed'
  | 'times changed'
  | 'size changed'
  | 'executed'
  | 'loaded'
  | 'entered'
  | 'mounted'
  | 'watched'
  | 'looked at'
  | 'used';

const DEEDS: Readonly<Record<string, Deed>> = {
  mkdir: 'created',
  mkdirat: 'created',
  mknod: 'created',
  mknodat: 'created',
  symlink: 'created',
  symlinkat: 'created',
  bind: 'created',
  rename: 'renamed',
  renameat: 'renamed',
  renameat2: 'renamed',
  link: 'linked',
  linkat: 'linked',
  unlink: 'deleted',
  unlinkat: 'deleted',
  rmdir: 'deleted',
  chmod: 'permissions changed',
  fchmod: 'permissions changed',
  fchmodat: 'permissions changed',
  fchmodat2: 'permissions changed',
  chown: 'owner changed',
  fchown: 'owner changed',
  lchown: 'owner changed',
  fchownat: 'owner changed',
  chown32: 'owner changed',
  fchown32: 'owner changed',
  lchown32: 'owner changed',
  setxattr: 'attributes changed',
  lsetxattr: 'attributes changed',
  fsetxattr: 'attributes changed',
  setxattrat: 'attributes changed',
  removexattr: 'attributes changed',
  lremovexattr: 'attributes changed',
  fremovexattr: 'attributes changed',
  removexattrat: 'attributes changed',
  utime: 'times changed',
  utimes: 'times changed',
  utimensat: 'times changed',
  futimesat: 'times changed',
  truncate: 'size changed',
  ftruncate: 'size changed',
  truncate64: 'size changed',
  ftruncate64: 'size changed',
  fallocate: 'size changed',
  execve: 'executed',
  execveat: 'executed',
  uselib: 'loaded',
  chdir: 'entered',
  fchdir: 'entered',
  chroot: 'entered',
  pivot_root: 'mounted',
  mount: 'mounted',
  umount: 'mounted',
  umount2: 'mounted',
  move_mount: 'mounted',
  inotify_add_watch: 'watched',
  fanotify_mark: 'watched',
};

const LOOKS =
  'access faccessat faccessat2 stat stat64 lstat lstat64 fstat newfstatat fstatat64 statx statfs statfs64 readlink readlinkat getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr name_to_handle_at oldstat oldlstat';
const LOOK_CALLS: ReadonlySet<string> = new Set(LOOKS.split(' '));

/** Where the flags of an open stand among a0-a3; openat2 keeps them in memory (an OPENAT2 record tells). */
const OPEN_FLAGS: Readonly<Record<string, number>> = { open: 1, openat: 2, open_by_handle_at: 2, mq_open: 1 };
const O_ACCMODE = 3;
const O_TRUNC = 0x200;
const O_PATH = 0x200000;

/** What the call did, before the record's own nametype has its say. `openFlags` from an OPENAT2 record. */
export function deedOf(call: string, args: readonly number[], openFlags?: number): Deed {
  if (call === 'creat') return 'emptied';
  const place = OPEN_FLAGS[call];
  if (place !== undefined || call === 'openat2') {
    const flags = place === undefined ? (openFlags ?? 0) : args[place]!;
    if (flags & O_PATH) return 'looked at';
    if (flags & O_TRUNC) return 'emptied';
    return (flags & O_ACCMODE) === 0 ? 'opened to read' : 'opened to write';
  }
  if (LOOK_CALLS.has(call)) return 'looked at';
  return Object.hasOwn(DEEDS, call) ? DEEDS[call]! : 'used';
}

/** Deeds that leave the file as it was. */
export const isHarmless = (deed: Deed): boolean => deed === 'looked at' || deed === 'entered' || deed === 'watched';

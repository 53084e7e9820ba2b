// Classes of system calls for `auspex trace -e`, after strace's. Names only; the tables give each arch's numbers.
import { AuditError, suggestion } from '../base/index.ts';
import { type Arch, archNumber, compatArch, syscallNumber, syscalls } from '../tables/index.ts';

/** Class -> calls. `file` takes a path, `descriptor` a file descriptor. */
export const CLASSES: Readonly<Record<string, readonly string[]>> = {
  process:
    'execve execveat fork vfork clone clone3 exit exit_group wait4 waitid waitpid kill tkill tgkill pidfd_open pidfd_send_signal setpgid setsid prctl ptrace unshare setns'.split(
      ' ',
    ),
  file: 'open openat openat2 creat access faccessat faccessat2 stat lstat newfstatat fstatat64 statx stat64 lstat64 statfs statfs64 truncate truncate64 rename renameat renameat2 mkdir mkdirat rmdir link linkat unlink unlinkat symlink symlinkat readlink readlinkat chmod fchmodat fchmodat2 chown lchown fchownat utime utimes utimensat futimesat mknod mknodat chdir chroot mount umount umount2 pivot_root swapon swapoff setxattr lsetxattr getxattr lgetxattr listxattr llistxattr removexattr lremovexattr inotify_add_watch fanotify_mark execve execveat name_to_handle_at open_tree move_mount quotactl uselib acct'.split(
    ' ',
  ),
  network:
    'socket socketpair bind connect listen accept accept4 getsockname getpeername sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg shutdown setsockopt getsockopt socketcall'.split(
      ' ',
    ),
  signal:
    'kill tkill tgkill rt_sigaction rt_sigprocmask rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo rt_tgsigqueueinfo rt_sigreturn sigaction sigprocmask sigpending sigsuspend sigreturn signal sigaltstack signalfd signalfd4 pause pidfd_send_signal'.split(
      ' ',
    ),
  descriptor:
    'read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 close close_range dup dup2 dup3 fcntl fcntl64 lseek _llseek ioctl pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2 fstat fstat64 fstatfs ftruncate fallocate fsync fdatasync flock fchmod fchown fchdir fgetxattr fsetxattr flistxattr fremovexattr getdents getdents64 sendfile sendfile64 splice tee vmsplice copy_file_range memfd_create inotify_init inotify_init1 timerfd_create timerfd_settime'.split(
      ' ',
    ),
  privilege:
    'setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset chmod fchmod fchmodat fchmodat2 chown lchown fchown fchownat init_module finit_module delete_module bpf ptrace mount umount2 unshare setns keyctl add_key request_key perf_event_open'.split(
      ' ',
    ),
  memory: 'brk mmap mmap2 munmap mprotect mremap madvise mlock munlock mlockall munlockall msync pkey_mprotect'.split(
    ' ',
  ),
  ipc: 'msgget msgsnd msgrcv msgctl semget semop semtimedop semctl shmget shmat shmdt shmctl mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr'.split(
    ' ',
  ),
};

/** What `auspex trace` shows when nothing else is asked for: what a program does to the world outside itself. */
export const DEFAULT_CLASSES: readonly string[] = ['process', 'file', 'network', 'privilege', 'ipc'];

/**
 * The calls an expression names: classes and calls joined by commas (`file,connect`), `all` for every call.
 * Throws AuditError `usage` for a word that is neither.
 */
export function callsOf(expression: string, host: Arch): ReadonlySet<string> | 'all' {
  const names = new Set<string>();
  for (const word of expression
    .split(',')
    .map((w) => w.trim().toLowerCase())
    .filter(Boolean)) {
    if (word === 'all') return 'all';
    const known = CLASSES[word.replace(/^%/, '')];
    if (known) for (const name of known) names.add(name);
    else if (syscallNumber(host, word) !== undefined) names.add(word);
    else {
      const near = suggestion(word, [
        ...Object.keys(CLASSES),
        ...syscalls(host)
          .entries()
          .map(([, name]) => name),
      ]);
      throw new AuditError(
        'usage',
        `Cannot trace \`${word}\`: it is no class and no system call of this machine${near}`,
      );
    }
  }
  return names;
}

/** For each of the machine's tables, the numbers of the named calls. */
export function numbersOf(names: ReadonlySet<string>, host: Arch): readonly { arch: number; numbers: number[] }[] {
  const compat = compatArch(host);
  return [host, ...(compat ? [compat] : [])].flatMap((arch) => {
    const numbers = [...names].flatMap((name) => syscallNumber(arch, name) ?? []).sort((a, b) => a - b);
    const number = archNumber(arch);
    return numbers.length && number !== undefined ? [{ arch: number, numbers }] : [];
  });
}

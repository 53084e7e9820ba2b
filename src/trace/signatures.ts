// How many arguments a system call has and what they are, a letter each: `f` file descriptor or directory, `p` path,
// `s` socket address, `d` signed number (sizes, pids, counts), `x` word or pointer, `m` file mode, `v` argument list (execve).
// The kernel records the first four only. From the kernel's syscall definitions (include/linux/syscalls.h, 6.18).

const TABLE = `
accept fsx accept4 fsxx access px acct p alarm d bind fsd bpf xxd brk x capget xx capset xx chdir p chmod pm chown pxx
chroot p clock_getres dx clock_gettime dx clock_nanosleep dxxx clone xxxxx clone3 xd close f close_range ddx connect fsd
copy_file_range fxfxdx creat pm delete_module px dup f dup2 ff dup3 ffx epoll_create d epoll_create1 x epoll_ctl fxfx
epoll_pwait fxddxx epoll_wait fxdd eventfd d eventfd2 dx execve pv execveat fpv exit d exit_group d faccessat fpx
faccessat2 fpxx fadvise64 fddd fallocate fxdd fchdir f fchmod fm fchmodat fpm fchmodat2 fpmx fchown fxx fchownat fpxxx
fcntl fxx fdatasync f fgetxattr fxxd finit_module fxx flock fx fork - fstat fx fstatfs fx fsync f ftruncate fd
futex xxdxxx futimesat fpx get_robust_list dxx getcwd xd getdents fxd getdents64 fxd getegid - geteuid - getgid -
getgroups dx getpeername fsx getpgid d getpgrp - getpid - getppid - getpriority dd getrandom xdx getresgid xxx
getresuid xxx getrlimit xx getrusage dx getsid d getsockname fsx getsockopt fxxxx gettid - gettimeofday xx getuid -
getxattr pxxd init_module xdx inotify_add_watch fpx inotify_init - inotify_init1 x inotify_rm_watch fd ioctl fxx kill dx
lchown pxx lgetxattr pxxd link pp linkat fpfpx listen fd listxattr pxd llistxattr pxd lseek fdx lsetxattr pxxdx lstat px
madvise xdx memfd_create xx mkdir pm mkdirat fpm mknod pmx mknodat fpmx mlock xd mmap xdxxfd mount xpxxx mprotect xdx
mremap xdddx msync xdx munmap xd name_to_handle_at fpxxx nanosleep xx newfstatat fpxx open pxm openat fpxm openat2 fpxd
pause - personality x pidfd_open dx pidfd_send_signal fxxx pipe x pipe2 xx pivot_root pp poll xdd ppoll xdxxx prctl xxxxx
pread64 fxdd prlimit64 dxxx pselect6 dxxxxx ptrace xdxx pwrite64 fxdd read fxd readlink pxd readlinkat fpxd readv fxd
recvfrom fxdxxx recvmmsg fxdxx recvmsg fxx rename pp renameat fpfp renameat2 fpfpx rmdir p rseq xdxx rt_sigaction xxxd
rt_sigpending xd rt_sigprocmask dxxd rt_sigqueueinfo dxx rt_sigreturn - rt_sigsuspend xd rt_sigtimedwait xxxd
sched_getaffinity ddx sched_setaffinity ddx sched_yield - select dxxxx semctl ddxx semget xdx semop dxd sendfile ffxd
sendmmsg fxdx sendmsg fxx sendto fxdxxx set_robust_list xd set_tid_address x setfsgid x setfsuid x setgid x setgroups dx
setpgid dd setpriority ddd setregid xx setresgid xxx setresuid xxx setreuid xx setrlimit xx setsid - setsockopt fxxxd
setuid x setxattr pxxdx shmat dxx shmctl dxx shmdt x shmget xdx shutdown fx sigaltstack xx signalfd4 fxdx socket xxx
socketpair xxxx splice fxfxdx stat px statfs px statx fpxxx swapoff p swapon px symlink pp symlinkat pfp sync - sysinfo x
tgkill ddx time x timer_create xxx timerfd_create xx timerfd_settime fxxx times x tkill dx truncate pd umask m umount2 px
uname x unlink p unlinkat fpx unshare x utime px utimensat fpxx utimes px vfork - vmsplice fxdx wait4 dxxx waitid xdxxx
write fxd writev fxd
`;

const table = new Map<string, string>();
for (const [, name, letters] of TABLE.matchAll(/(\S+) (\S+)/g)) table.set(name!, letters === '-' ? '' : letters!);

/** The letters of a call's arguments; four plain words for a call that is not listed. */
export const signatureOf = (call: string): string => table.get(call) ?? 'xxxx';

/** Calls whose result is an address or a mask, not a count. */
export const ADDRESS_RESULT: ReadonlySet<string> = new Set(['brk', 'mmap', 'mmap2', 'mremap', 'shmat']);

/** Calls that do not return. */
export const NO_RESULT: ReadonlySet<string> = new Set(['exit', 'exit_group', 'rt_sigreturn', 'sigreturn']);

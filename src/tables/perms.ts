// Which system calls a permission filter (`perm=wa`) stands for, by name, on every arch that has the call: what auditctl
// 4.2.2 puts into a rule that gives an arch and a perm. After the kernel's include/asm-generic/audit_*.h classes, without
// read and write themselves, which would drown the log; the open flags tell the two apart.

const READ =
  'open stat fstat lstat readlink quotactl getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr openat newfstatat readlinkat statx openat2 quotactl_fd getxattrat listxattrat file_getattr';
const WRITE =
  'open bind truncate ftruncate rename mkdir rmdir creat link unlink symlink mknod acct swapon quotactl openat mkdirat mknodat unlinkat renameat linkat symlinkat fallocate renameat2 openat2 quotactl_fd';
const EXECUTE = 'execve execveat';
const ATTRIBUTE =
  'link chmod fchmod chown fchown lchown setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr fchownat linkat fchmodat fchmodat2 setxattrat removexattrat file_setattr';

/** System call names of one permission letter. */
export const permSyscalls: Readonly<Record<'r' | 'w' | 'x' | 'a', readonly string[]>> = {
  r: READ.split(' '),
  w: WRITE.split(' '),
  x: EXECUTE.split(' '),
  a: ATTRIBUTE.split(' '),
};

// What a system call means: the action's word, and where its object is looked for. By name, so it holds on every arch.
// Established by running ausearch 4.2.2 (`--format csv`) on every system call name with varied records.

import type { ObjectKind } from './types.ts';

/** Where the object of a system call stands. */
export type Where =
  /** The first PATH that is no parent. */
  | 'file'
  /** The same, of a call on an open file: its PATH may come before a CWD. */
  | 'fd'
  | 'rename'
  | 'link'
  | 'symlink'
  | 'mkdir'
  | 'mount'
  | 'owner'
  | 'exec'
  | 'socket'
  | 'pid'
  | 'module'
  | 'comm'
  | 'exe'
  | 'none';

export interface Call {
  readonly action: string;
  readonly kind: ObjectKind;
  readonly where: Where;
  /** The argument that is the second object (a new mode, owner or id). */
  readonly second: string | undefined;
  /** The system call itself is the means. */
  readonly howCall: boolean;
}

/** action | kind | where (`*` when the call is the means) | names, `:aN` where an argument is the second object */
const ROWS = `
opened-file file file open truncate ftruncate creat readlink openat readlinkat fallocate open_by_handle_at memfd_create openat2 pidfd_getfd memfd_secret open_tree_attr
checked-metadata-of file file stat fstat lstat stat64 access newfstatat faccessat statx faccessat2 getxattrat listxattrat file_getattr
allocated-memory-in memory comm mmap brk
connected-to socket socket connect
accepted-connection-from socket socket accept accept4
sent-to socket socket sendto sendmsg
received-from socket socket recvfrom recvmsg
bound-socket socket socket bind
executed file exec execve execveat
killed-pid process pid kill tkill tgkill
renamed file rename rename renameat renameat2
created-directory file mkdir mkdir mkdirat
deleted file file rmdir unlink unlinkat
symlinked file symlink symlink symlinkat
changed-file-permissions-of file file chmod:a1 fchmodat:a2 fchmodat2:a1
changed-file-permissions-of file fd fchmod:a1
changed-file-ownership-of file owner chown:a1 lchown:a1 fchownat:a2
changed-file-ownership-of file none fchown:a1
changed-identity-of process *exe setuid:a0 setgid:a0 setreuid:a0 setregid:a0 setresuid:a0 setresgid:a0 setfsuid setfsgid
changed-timestamp-of file file utime utimes futimesat utimensat
make-device unknown file mknod mknodat
checked-filesystem-metadata-of file-system file statfs fstatfs statmount
adjusted-scheduling-policy-of process *exe sched_setparam sched_setscheduler sched_setattr
changed-system-time system none stime adjtimex settimeofday clock_settime clock_settime64
mounted file-system mount mount move_mount fsopen fsconfig fsmount fspick
unmounted file-system file umount umount2
changed-system-name system none sethostname setdomainname
loaded-kernel-module file module init_module finit_module
unloaded-kernel-module file none delete_module
changed-file-attributes-of file fd fsetxattr
changed-file-attributes-of file file setxattr lsetxattr removexattr lremovexattr fremovexattr mount_setattr setxattrat removexattrat file_setattr
adjusted-security-policy-of process *exe landlock_create_ruleset landlock_add_rule landlock_restrict_self lsm_set_self_attr mseal
retrieved-security-attr-of process exe lsm_get_self_attr
listed-security-modules security-modules none lsm_list_modules`;

let calls: Map<string, Call> | undefined;

function read(): Map<string, Call> {
  const map = new Map<string, Call>();
  for (const row of ROWS.trim().split('\n')) {
    const [action = '', kind, where = '', ...names] = row.split(' ');
    for (const word of names) {
      const [name = '', second] = word.split(':');
      map.set(name, {
        action,
        kind: kind as ObjectKind,
        where: where.replace('*', '') as Where,
        second,
        howCall: where.startsWith('*'),
      });
    }
  }
  return map;
}

/** What the reference takes for a rule's match alone. */
const LINK: Call = { action: 'linked', kind: 'file', where: 'link', second: undefined, howCall: false };

/** What a system call means; undefined for one that only shows that a rule matched. `classic`: to the reference. */
export function callOf(name: string, classic = false): Call | undefined {
  if (!classic && (name === 'link' || name === 'linkat')) return LINK;
  return (calls ??= read()).get(name);
}

// System calls that do the same to the same kind of thing: a rule that names some of them and not the newer ones is blind
// there. By the man pages of section 2 (VERSIONS) and include/uapi/asm-generic/unistd.h (Linux 6.18).

/** Calls that do the same. */
export interface Family {
  /** As in `a program that ... by it is not seen`. */
  readonly does: string;
  /** Whoever names one of these means the whole family. */
  readonly calls: ReadonlySet<string>;
  /** Those that a rule must not lack: what came later, and what programs of today use. */
  readonly newer: readonly string[];
}

const family = (does: string, older: string, newer: string): Family => ({
  does,
  calls: new Set(`${older} ${newer}`.split(' ')),
  newer: newer.split(' '),
});

export const FAMILIES: readonly Family[] = [
  family('renames', 'rename', 'renameat renameat2'),
  family('deletes', 'unlink rmdir', 'unlinkat'),
  family('opens files', 'open', 'openat openat2 open_by_handle_at'),
  family('truncates files', 'truncate', 'truncate64'),
  family('truncates files', 'ftruncate', 'ftruncate64'),
  family('makes directories', 'mkdir', 'mkdirat'),
  family('makes devices', 'mknod', 'mknodat'),
  family('links', 'link', 'linkat'),
  family('makes symbolic links', 'symlink', 'symlinkat'),
  family('changes modes', 'chmod fchmod', 'fchmodat fchmodat2'),
  family('changes owners', 'chown fchown lchown chown32 fchown32 lchown32', 'fchownat'),
  family('sets attributes', 'setxattr lsetxattr fsetxattr', 'setxattrat'),
  family('removes attributes', 'removexattr lremovexattr fremovexattr', 'removexattrat'),
  family('runs programs', 'execve', 'execveat'),
  family('loads modules', 'init_module', 'finit_module'),
  family('mounts', 'mount', 'move_mount'),
  family('sends signals', 'kill tkill rt_sigqueueinfo rt_tgsigqueueinfo', 'tgkill pidfd_send_signal'),
];

/** The newer calls of a family that are not there; none where none of the family is. */
export const missingOf = ({ calls, newer }: Family, there: readonly string[]): readonly string[] =>
  there.some((name) => calls.has(name)) ? newer.filter((name) => !there.includes(name)) : [];

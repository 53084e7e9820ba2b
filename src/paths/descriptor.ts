// Which argument of a system call is the descriptor of the folder that its names are relative to: the man pages of
// section 2.

/** `dirfd` of a call with one name, or of the first name of two, by its place among a0-a3. */
const DIRFD: Readonly<Record<string, number>> = {
  ...places(
    0,
    'openat openat2 mkdirat mknodat unlinkat fchownat fchmodat fchmodat2 faccessat faccessat2 readlinkat',
    'newfstatat fstatat64 statx futimesat utimensat utimensat_time64 name_to_handle_at execveat',
    'setxattrat getxattrat listxattrat removexattrat file_getattr file_setattr',
    'renameat renameat2 linkat open_tree open_tree_attr move_mount mount_setattr fspick',
  ),
  symlinkat: 1,
  fanotify_mark: 3,
};

/** `dirfd` of the second name. */
const SECOND: Readonly<Record<string, number>> = places(2, 'renameat renameat2 linkat move_mount');

function places(place: number, ...calls: readonly string[]): Record<string, number> {
  return Object.fromEntries(calls.flatMap((names) => names.split(' ')).map((name) => [name, place]));
}

/** The place among a0-a3 of the descriptor that a name of the call is relative to; undefined: to the working directory.
 * `second`: the second of the call's names. */
export function directoryArgument(call: string, second: boolean): number | undefined {
  if (second && Object.hasOwn(SECOND, call)) return SECOND[call];
  return Object.hasOwn(DIRFD, call) ? DIRFD[call] : undefined;
}

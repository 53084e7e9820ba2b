// Where a file stands, found in a way that others cannot turn elsewhere: name after name from the root, each folder held
// by a descriptor, so that nobody puts another, or a link, where it was looked at. A link that somebody else could have
// placed is never followed; one of ours (or root's), where only we may place it, is. fs.protected_symlinks and its kin
// (proc(5)) may be off, and are not relied on. Making files there is files.ts.

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';

/** include/uapi/asm-generic/fcntl.h; Node has no name for it. */
const O_PATH = 0x20_0000;
/** What the kernel allows a path too (path_resolution(7)). */
const MOST_LINKS = 40;
const STICKY = 0o1000;

/** Whether what belongs to `uid` is ours to trust: root's, or of who runs this. */
export const isOurs = (uid: number): boolean => uid === 0 || uid === process.geteuid?.();

/** Whether others may make files in a folder. A group of our own is no others: user private groups make 0775 usual. */
export const isShared = ({ uid, gid, mode }: Stats): boolean =>
  !isOurs(uid) || (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== process.getegid?.());

/** Whether others may take away what is ours in a folder, and put something else there. */
export const isLoose = (stat: Stats): boolean => isShared(stat) && !((stat.mode & STICKY) !== 0 && isOurs(stat.uid));

/** A link others cannot have placed: one of ours, and not a second name of it. */
const isOurLink = (link: Stats, folder: Stats): boolean => isOurs(link.uid) && link.nlink === 1 && !isLoose(folder);

/** A folder held open. */
export interface Folder {
  /** A path that leads to it, whatever its own is now. */
  readonly at: string;
  readonly stat: Stats;
  /** Others may put another folder in its place, or in that of one above it. */
  readonly loose: boolean;
  /** A second call does nothing. */
  close(): void;
}

/** /proc may be missing in a changed root, and is on Linux only: there a folder is known by its path. */
const DESCRIPTORS = existsSync('/proc/self/fd');

function hold(path: string, own: string, loose: boolean): Folder {
  if (!DESCRIPTORS) return { at: own, stat: lstatSync(own), loose, close: () => {} };
  const fd = openSync(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  let open = true;
  const close = (): void => {
    if (open) closeSync(fd);
    open = false;
  };
  return { at: `/proc/self/fd/${fd}`, stat: fstatSync(fd), loose, close };
}

/** Where a name stands. */
export interface Place {
  readonly folder: Folder;
  /** '' for the folder itself. */
  readonly name: string;
  /** What is there, itself when it is a link; undefined when nothing is. */
  readonly there: Stats | undefined;
}

export interface Walk {
  /** The end is a folder too; missing ones are made with this mode, less the umask. */
  readonly make?: number;
  /** Goes on through a link at the end that is one of ours. */
  readonly through?: boolean;
}

/**
 * Goes to where `path` stands. The caller closes the folder. Throws the system's errors, as about `path`, and `ELOOP` for
 * a link on the way that others could have placed.
 */
export function placeOf(path: string, { make, through = false }: Walk = {}): Place {
  let folder = hold(path.startsWith('/') ? '/' : '.', path.startsWith('/') ? '/' : '.', false);
  let own = folder.at;
  const rest = path.split('/').reverse();
  const enter = (at: string, name: string, loose: boolean): void => {
    own = name.startsWith('/') ? name : join(own, name);
    const next = hold(at, own, loose);
    folder.close();
    folder = next;
  };
  try {
    for (let links = 0; ; ) {
      const name = rest.pop()!;
      const last = rest.length === 0;
      const here = name === '' || name === '.';
      if (here && last) return { folder, name: '', there: folder.stat };
      if (here) continue;
      const at = `${folder.at}/${name}`;
      const there = lstatSync(at, { throwIfNoEntry: false });
      const isLink = there?.isSymbolicLink() ?? false;
      if (isLink && (through || !last || make !== undefined) && isOurLink(there!, folder.stat)) {
        if (++links > MOST_LINKS) throw failure('ELOOP', `too many symbolic links, '${path}'`);
        const to = readlinkSync(at);
        rest.push(...to.split('/').reverse());
        if (to.startsWith('/')) enter('/', '/', false);
        continue;
      }
      if (last && make === undefined) return { folder, name, there };
      if (isLink)
        throw failure(
          'ELOOP',
          `${name} in '${path}' is a symbolic link that others may have placed (uid ${there!.uid})`,
        );
      if (!there && make !== undefined) makeOne(at, make);
      enter(at, name, folder.loose || isLoose(folder.stat));
      if (last) return { folder, name: '', there: folder.stat };
    }
  } catch (error) {
    folder.close();
    throw about(path, error);
  }
}

/** Another process may have made it meanwhile. */
function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** An error as the system's: with its `code`, and that in front of the words. */
export const failure = (code: string, words: string): Error => Object.assign(new Error(`${code}: ${words}`), { code });

/** A system's error as one about `path`, not about the descriptor that held its folder. */
export function about(path: string, error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!message?.includes('/proc/self/fd/')) return error;
  const words = message.slice(message.indexOf(' ') + 1).split(', ');
  return failure(code, `${words[0]}, ${words[1]?.split(' ')[0] ?? ''} '${path}'`);
}

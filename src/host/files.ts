// The one way to make files and folders. Whoever runs us is often root, and the folder may be one that others write in too:
// so a new file is made under a name nobody can guess, never where something is already, with a mode of its own whatever
// the umask is, and put in its place in one step; and a file that is added to is ours alone. Which links are followed on
// the way is place.ts. Of reading, only what decides for us is the business of this file.

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AuditError } from '../base/error.ts';
import { about, type Folder, failure, isLoose, isOurs, isShared, type Place, placeOf } from './place.ts';
import { writeWhole } from './write.ts';

/** Makes a folder, and those above it that are missing, with this mode (0700) less the umask; one that is there stays as
 * it is. Throws the system's errors, and `ELOOP` for a link others may have placed. */
export function makeFolder(path: string, mode = 0o700): void {
  placeOf(path, { make: mode }).folder.close();
}

/** A new folder for what is only for now: ours alone, under a name nobody can guess, in TMPDIR. Throws AuditError `folder`
 * where others could put another in its place, and the system's errors. */
export function temporaryFolder(): { readonly path: string; forget(): void } {
  const above = placeOf(resolve(tmpdir()), { make: 0o700 }).folder;
  above.close();
  // Before anything is made: to take it away again, past whatever others put there meanwhile, is a danger too.
  if (above.loose || isLoose(above.stat))
    throw new AuditError(
      'folder',
      `Cannot keep anything in ${tmpdir()}: others may take it away there; set TMPDIR to a folder of your own`,
    );
  const path = mkdtempSync(join(resolve(tmpdir()), 'auspex-'));
  return { path, forget: () => rmSync(path, { recursive: true, force: true }) };
}

/**
 * For a file that a library opens by its path, and others beside it: throws AuditError `folder` when anybody else may make
 * or replace files in its folder, or put another folder in its place.
 */
export function refuseSharedFolder(file: string): void {
  // From the root on, also for a relative path: DuckDB goes by the whole of it. And where a link of ours leads.
  const whole = resolve(file);
  for (const path of [dirname(whole), whole]) {
    const { folder } = path === whole ? placeOf(path, { through: true }) : placeOf(path, { make: 0o700 });
    folder.close();
    if (folder.loose || isShared(folder.stat))
      throw new AuditError(
        'folder',
        `Cannot write ${file}: others may put files in ${dirname(whole)}, or another folder in its place; keep it in one that is yours alone (mkdir -m 700)`,
      );
  }
}

export interface FileOptions {
  /** Default 0600; without it a file of ours that is replaced, where only we write, hands on its own. */
  readonly mode?: number;
  /** Group the file is given to; needs root. */
  readonly group?: number | undefined;
  /** On the disk before it is put in place. */
  readonly sync?: boolean;
}

/** A file being made. */
export interface NewFile {
  readonly fd: number;
  /** A descriptor that this process was started with: it may hold something already (`>> file`). */
  readonly given?: boolean;
  /** Puts it in its place, or under another name in that folder; what is written after goes there too. */
  place(as?: string): void;
  /** Closes it; one not yet in its place is gone. A second call does nothing. */
  close(): void;
}

/**
 * Begins a file at `path`, under a name of its own until `place`. A device, a FIFO of ours and a descriptor of this
 * process (/dev/stdout) are written as they are. A link of ours is followed; another's is replaced. Throws the system's
 * errors.
 */
export function newFile(path: string, options: FileOptions = {}): NewFile {
  const descriptor = ownDescriptor(path);
  if (descriptor !== undefined) return asItIs(descriptor, false);
  const place = placeOf(path, { through: true });
  try {
    const file = openSpecial(place) ?? beside(path, place, options) ?? openOver(place);
    if (file) return file;
    throw failure('EACCES', `permission denied, open '${path}'`);
  } catch (error) {
    place.folder.close();
    throw about(path, error);
  }
}

/** The descriptors of this process, as a person names them. */
function ownDescriptor(path: string): number | undefined {
  if (path === '/dev/stdout') return 1;
  if (path === '/dev/stderr') return 2;
  const word = /^(?:\/dev\/fd|\/proc\/self\/fd)\/(\d{1,6})$/.exec(path);
  return word ? Number(word[1]) : undefined;
}

/** A file that is written where it is. */
const asItIs = (fd: number, mine: boolean): NewFile => ({
  fd,
  given: !mine,
  place: () => {},
  close: once(() => mine && closeSync(fd)),
});

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}

/** Opens what is no regular file, where writing to it is what is meant: a terminal, /dev/null, a FIFO. */
function openSpecial({ folder, name, there }: Place): NewFile | undefined {
  if (name === '' || there?.isDirectory()) throw failure('EISDIR', 'it is a folder');
  const fits = (stat: Stats): boolean => stat.isCharacterDevice() || (stat.isFIFO() && isOurs(stat.uid));
  if (!there || !fits(there)) return undefined;
  const fd = openSync(`${folder.at}/${name}`, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NOCTTY);
  if (!fits(fstatSync(fd))) {
    closeSync(fd);
    throw failure('EEXIST', 'it was replaced meanwhile');
  }
  folder.close();
  return asItIs(fd, true);
}

const FRESH = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** `.NAME.RANDOM.tmp`, and what such a name looks like. */
const temporaryName = (name: string): string => `.${name.slice(0, 40)}.${randomBytes(8).toString('hex')}.tmp`;
const isTemporaryOf = (name: string, file: string): boolean =>
  file.startsWith(`.${name.slice(0, 40)}.`) && /^[0-9a-f]{16}\.tmp$/.test(file.slice(-20));

/** The new file in its folder, which it closes at its end; undefined where we may make none. */
function beside(path: string, { folder, name, there }: Place, options: FileOptions): NewFile | undefined {
  const mode = options.mode ?? (isOurFile(there) && !isShared(folder.stat) ? there.mode & 0o777 : 0o600);
  const temporary = `${folder.at}/${temporaryName(name)}`;
  let fd: number;
  try {
    fd = openSync(temporary, FRESH, 0o600);
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
  let waiting = true;
  const close = once(() => {
    closeSync(fd);
    if (waiting) rmSync(temporary, { force: true });
    folder.close();
  });
  const place = (as = name): void => {
    try {
      if (options.sync) fsyncSync(fd);
      renameSync(temporary, `${folder.at}/${as}`);
      waiting = false;
      if (options.sync) syncFolder(folder);
      folder.close();
    } catch (error) {
      throw about(path, error);
    }
  };
  try {
    if (options.group !== undefined) fchownSync(fd, process.geteuid!(), options.group);
    fchmodSync(fd, mode);
    return { fd, place, close };
  } catch (error) {
    close();
    throw error;
  }
}

const isOurFile = (there: Stats | undefined): there is Stats =>
  there?.isFile() === true && there.uid === process.geteuid?.() && there.nlink === 1;

/** A file of ours in a folder where we may make none is written over, as it always could be. */
function openOver({ folder, name, there }: Place): NewFile | undefined {
  if (!isOurFile(there)) return undefined;
  const fd = openSync(`${folder.at}/${name}`, constants.O_WRONLY | constants.O_NOFOLLOW);
  const now = fstatSync(fd);
  if (now.ino !== there.ino || now.dev !== there.dev || !isOurFile(now)) {
    closeSync(fd);
    return undefined;
  }
  ftruncateSync(fd);
  folder.close();
  return asItIs(fd, true);
}

function syncFolder({ at }: Folder): void {
  const fd = openSync(at, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Puts a whole file in place in one step; text as UTF-8. A reader sees the old one or the new one. Throws the system's
 * errors, and then the old one stays. */
export function replaceFile(path: string, content: string | Uint8Array, options: FileOptions = {}): void {
  const file = newFile(path, options);
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    writeWhole(file.fd, bytes);
    file.place();
  } finally {
    file.close();
  }
}

/** Removes what a process that was killed left of files it was making at `path`: for what only one process makes. */
export function forgetUnfinished(path: string): void {
  const { folder, name } = placeOf(path);
  try {
    for (const file of readdirSync(folder.at))
      if (isTemporaryOf(name, file)) rmSync(`${folder.at}/${file}`, { force: true });
  } catch {
    // a folder that cannot be read, or a disk that cannot be written: what opens the file says so
  } finally {
    folder.close();
  }
}

export interface OwnFileOptions extends FileOptions {
  /** open(2) flags besides O_RDWR and O_CREAT. */
  readonly flags?: number;
  /** Follow a link at the end, if it is one of ours. */
  readonly through?: boolean;
}

const SECOND_NAME = 'it has a second name (a hard link), which others may have made; remove one';

/**
 * Opens a file that is added to, made where there is none; its mode is as asked for then. It is a regular file, ours, no
 * link, and where others make files too it has no second name. Returns the descriptor. Throws the system's errors; `ELOOP`
 * for a link, `EINVAL` and `EPERM` for what is not ours to add to.
 */
export function openOwn(
  path: string,
  { mode = 0o600, group, flags = 0, through = false }: OwnFileOptions = {},
): number {
  const { folder, name, there } = placeOf(path, { through });
  let fd = -1;
  try {
    if (there?.isSymbolicLink()) throw failure('ELOOP', `'${path}' is a symbolic link`);
    // O_NONBLOCK: a FIFO must not keep us waiting; on a file it means nothing.
    const how = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK | flags;
    fd = openSync(`${folder.at}/${name}`, how, mode);
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw failure('EINVAL', 'it is not a regular file');
    if (stat.uid !== process.geteuid?.())
      throw failure('EPERM', `it belongs to uid ${stat.uid}, who could change it; chown it`);
    if (stat.nlink !== 1 && isShared(folder.stat)) throw failure('EPERM', SECOND_NAME);
    if (group !== undefined) fchownSync(fd, 0, group);
    fchmodSync(fd, mode);
    return fd;
  } catch (error) {
    if (fd >= 0) closeSync(fd);
    throw about(path, error);
  } finally {
    folder.close();
  }
}

/** Takes the rights of others from a file of ours that a library made by its path; of a group's, when others had some. */
export function keepPrivate(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.uid !== process.geteuid?.() || (stat.mode & 0o007) === 0) return;
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    fchmodSync(fd, 0o600);
  } finally {
    closeSync(fd);
  }
}

/**
 * Text (latin1) of a file that decides something for us. Throws the system's errors, `ELOOP` for a link others could have
 * placed, `EPERM` for a file of somebody else's or with a second name where others make files, `EINVAL` for a FIFO, which would keep us waiting, and the like.
 */
export function readOwn(path: string): string {
  const { folder, name } = placeOf(path, { through: true });
  let fd = -1;
  try {
    const how = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    fd = openSync(`${folder.at}/${name}`, how);
    const stat = fstatSync(fd);
    if (!stat.isFile() && !stat.isCharacterDevice()) throw failure('EINVAL', 'it is not a regular file');
    if (!isOurs(stat.uid)) throw failure('EPERM', `it belongs to uid ${stat.uid}; chown it`);
    if (stat.nlink !== 1 && isShared(folder.stat)) throw failure('EPERM', SECOND_NAME);
    return readFileSync(fd, 'latin1');
  } catch (error) {
    throw about(path, error);
  } finally {
    if (fd >= 0) closeSync(fd);
    folder.close();
  }
}

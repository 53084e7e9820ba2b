// One life of a process: the interval from its fork to its end, with the program images it ran in between. A pid is
// reused; a life is not. Data only: history.ts fills lives in, the answers read them.

/** How a moment is known. */
export type StartSource =
  /** A fork, vfork or clone of the parent is in the trail. */
  | 'fork'
  /** No fork is in the trail: `start` is the first record of it. */
  | 'seen';

export type EndSource =
  /** exit_group: certain. */
  | 'exit'
  /** exit, which ends a thread: the last one, as far as known. */
  | 'last-thread'
  /** A crash record (ANOM_ABEND), or a signal that cannot be caught. */
  | 'signal'
  /** Its parent waited for it. */
  | 'reaped'
  /** Its pid was given to another process. */
  | 'replaced'
  /** A signal to it found no such process. */
  | 'gone';

/** What a life ran from a moment on. */
export interface Image {
  readonly at: number;
  /** From the EXECVE records, else the process title (which a program may rewrite); undefined when only `comm` is known. */
  readonly argv: readonly string[] | undefined;
  readonly source: 'execve' | 'proctitle' | 'comm';
  /** '' when unknown. */
  readonly exe: string;
  readonly comm: string;
  readonly cwd: string | undefined;
}

export interface Life {
  /** Unique in a history: counts up in order of appearance. */
  readonly id: number;
  /** Machine of the records; '' for none. */
  readonly node: string;
  /** As the machine's first pid namespace counts (records' `pid=`). */
  pid: number;
  /** The number its own pid namespace gave it, where that is known to differ. */
  nsPid: number | undefined;
  /** Its fork results and kill targets count in a pid namespace of their own. */
  foreign: boolean;
  /** -1 when unknown. */
  ppid: number;
  parent: Life | undefined;
  /** Milliseconds since 1970 UTC. */
  start: number;
  startSource: StartSource;
  end: number | undefined;
  endSource: EndSource | undefined;
  /** Exit status 0-255, from exit or exit_group. */
  status: number | undefined;
  /** The signal that ended it, where one did. */
  signal: number | undefined;
  /** Its parent collected it (wait): from then on its pid may be given to another process. */
  reaped: boolean;
  /** Made by a call that may have made a thread only (clone3), and no record of its own says otherwise. */
  maybeThread: boolean;
  /** Oldest first. A fork begins with its parent's. */
  readonly images: Image[];
  /** Ids as numbers; 4294967295 unset, -1 unknown. */
  auid: number;
  ses: number;
  uid: number;
  euid: number;
  tty: string;
  lastSeen: number;
  /** Threads it began and has not seen end, those counted that may yet prove to be processes. */
  threads: number;
  /** Children by the pid this process knows them by (newest of each pid), bounded. */
  former: Map<number, Life> | undefined;
  /** Those of them that no record had shown when they were made, oldest first; bounded. */
  unshown: Life[] | undefined;
  /** Another child of its parent may be the one with its `nsPid`: several waited for a record when it was given. */
  guessed: boolean;
  /** Until when such a number was given to a child, in ms; a child forked before may be taken for a sibling. */
  guessedUntil: number;
  /** Children whose records came, but not their fork's; bounded. */
  unjoined: Life[] | undefined;
  /** Children in no order; only where the history keeps every life. */
  children: Life[] | undefined;
  /** Where it stands among its parent's children. */
  place: number;
  /** It is the parent of another life. */
  parental: boolean;
}

/** What it runs now (or ran last). */
export const imageOf = (life: Life): Image => life.images[life.images.length - 1]!;

/** What it ran at a moment. */
export function imageAt(life: Life, at: number): Image {
  for (let i = life.images.length - 1; i > 0; i--) if (life.images[i]!.at <= at) return life.images[i]!;
  return life.images[0]!;
}

/** Its command line as words: arguments, else title, else executable or name. At least one word unless nothing is known. */
export function commandOf(image: Image): readonly string[] {
  if (image.argv && image.argv.length > 0) return image.argv;
  const word = image.comm || image.exe;
  return word === '' ? [] : [word];
}

/** Its ancestors, parent first, as far as the trail knows them. */
export function ancestorsOf(life: Life): Life[] {
  const chain: Life[] = [];
  for (let at = life.parent; at && chain.length < 256; at = at.parent) chain.push(at);
  return chain;
}

const INTERPRETERS =
  /^(?:(?:ba|da|z|k|c|tc|a)?sh|busybox|python[\d.]*|perl[\d.]*|ruby[\d.]*|node|nodejs|php[\d.]*|tclsh[\d.]*|lua[\d.]*|java|Rscript|env|awk|gawk|mawk)$/;

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const programs = new WeakMap<Image, string>();

/** What people call the program: the script's name where an interpreter runs one, else the program's. May be ''. Found
 * once an image: a trail that names a process with a long command line a hundred thousand times must not read it as often. */
export function programOf(image: Image): string {
  let program = programs.get(image);
  if (program === undefined) programs.set(image, (program = programIn(image)));
  return program;
}

function programIn(image: Image): string {
  const [first, ...rest] = image.argv ?? [];
  const program = baseName((first ?? '').replace(/^-/, '')) || baseName(image.exe) || image.comm;
  if (!INTERPRETERS.test(program) && !INTERPRETERS.test(baseName(image.exe))) return program;
  const script = rest.find((word) => !word.startsWith('-'));
  const inline = rest.some((word) => /^-[a-z]*[ce]$/.test(word));
  return script === undefined || inline || !INTERPRETERS.test(program) ? program : baseName(script) || program;
}

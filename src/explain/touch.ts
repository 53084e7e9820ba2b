// What a trail tells of one file: data only. touched.ts fills it in, touched-text.ts says it.

import type { Deed } from './file-calls.ts';
import type { Image, Life } from './life.ts';

/** Whoever touched a file where no SYSCALL record tells it: what the other records of the event say. */
export interface Told {
  /** -1 where it is not told. */
  readonly pid: number;
  readonly comm: string | undefined;
  /** The process title, as words. */
  readonly argv: readonly string[] | undefined;
  /** The profile or domain that the security module held it to. */
  readonly profile: string | undefined;
}

export interface Touch {
  readonly at: number;
  readonly serial: number;
  /** Who did it; undefined where the SYSCALL record is missing, and then `told` is there. */
  readonly life: Life | undefined;
  readonly image: Image | undefined;
  readonly told: Told | undefined;
  /** The system call; where none is recorded, what a security module calls the deed; '' where nothing tells it. */
  readonly call: string;
  readonly deed: Deed;
  /** 0 for success, else the negative error. */
  readonly error: number;
  /** The security module that refused it. */
  readonly refusedBy: string | undefined;
  /** Absolute where it could be resolved; undefined where the record has no name. */
  readonly path: string | undefined;
  /** How sure the path is: `known`; `relative` to a directory no record tells; `none` in the record. */
  readonly named: 'known' | 'relative' | 'none';
  /** The folder of a relative path, `MAJOR:MINOR inode`, where the event tells it. */
  readonly folder: string | undefined;
  /** The other name of a rename or link. */
  readonly other: string | undefined;
  /** Device and inode. */
  readonly file: string | undefined;
  /** The mode or owner the call set, where it is a change of those. */
  readonly to: string | undefined;
  /** Same touches of the same process that followed. */
  count: number;
  last: number;
}

/** One file that stood at the path, from its creation (or its first record) on. */
export interface FileLife {
  readonly file: string | undefined;
  readonly touches: readonly Touch[];
}

export interface TouchQuery {
  /** Absolute, normalised, latin1. */
  readonly path: string;
  /** Everything below it too; then files are not followed beyond it. */
  readonly below?: boolean;
}

/** Whether a path is the one asked for, or below it where that is asked. */
export function isAsked(path: string | undefined, query: TouchQuery): boolean {
  if (path === undefined) return false;
  return path === query.path || (query.below === true && path.startsWith(`${query.path.replace(/\/$/, '')}/`));
}

/** A life while it is put together. */
interface Drawn {
  readonly file: string | undefined;
  readonly touches: Touch[];
  /** It stood at the path asked for, once. */
  ours: boolean;
  /** It got another name. */
  linked: boolean;
}

/** The lives of the files that stood at the path asked for, oldest first, each with its touches in order of time. */
export function livesOf(touches: readonly Touch[], query: TouchQuery): FileLife[] {
  const sorted = [...touches].sort((a, b) => a.at - b.at || a.serial - b.serial);
  const current = new Map<string, Drawn>();
  const all: Drawn[] = [];
  for (const touch of sorted) {
    const key = touch.file ?? 'unfound';
    let life = current.get(key);
    const born = touch.deed === 'created' && touch.error === 0 && touch.file !== undefined;
    if (!life || (born && life.touches.length > 0) || isGone(life)) {
      life = { file: touch.file, touches: [], ours: false, linked: false };
      current.set(key, life);
      all.push(life);
    }
    life.linked ||= touch.deed === 'linked';
    life.ours ||= isAsked(touch.path, query) || isAsked(touch.other, query);
    merge(life.touches, touch);
  }
  return all.filter((life) => life.ours).map(({ file, touches }) => ({ file, touches }));
}

/** Whether its last name is gone, as far as the trail tells: what the inode number names later is another file. */
function isGone({ touches, linked }: Drawn): boolean {
  const last = touches.at(-1);
  return last?.error === 0 && (last.deed === 'deleted' || last.deed === 'replaced') && !linked;
}

/** The same deed by the same process again is one touch with a count. */
function merge(touches: Touch[], touch: Touch): void {
  const before = touches.at(-1);
  if (
    before &&
    before.life === touch.life &&
    before.told?.pid === touch.told?.pid &&
    before.deed === touch.deed &&
    before.path === touch.path &&
    before.error === touch.error &&
    before.to === touch.to &&
    touch.deed !== 'renamed'
  ) {
    before.count++;
    before.last = touch.at;
  } else touches.push(touch);
}

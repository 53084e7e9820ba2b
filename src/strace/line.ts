// One line of a strace log: whose it is, when, and what it says. Formats: strace(1) 4.x to 6.x with -f, -ff, -t, -tt, -ttt,
// -r, -T, -i, -n, -y, -Y, --decode-pids. What the rest of a line means is reader.ts's business. Lines look like
//
//   1234  12:00:01.000123 execve("/bin/sh", ["sh", "-c", "x"], 0x7ffd /* 20 vars */) = 0
//   [pid  1234] 12:00:01.000123 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD, …) = 1235
//   1234<sh>  0.000123 [  59] [00007f8cadbf5ad7] exit_group(0) = ?

/** How a line says when: a time of day (ms since midnight), a moment (ms since 1970 UTC), ms since the line before. */
export type StraceTime =
  | { readonly kind: 'clock'; readonly ms: number }
  | { readonly kind: 'moment'; readonly ms: number }
  | { readonly kind: 'delta'; readonly ms: number };

export interface StraceLine {
  /** The thread's id; undefined where the line does not say. */
  readonly tid: number | undefined;
  readonly time: StraceTime | undefined;
  /** From the call's name, `<... `, `--- ` or `+++ ` on. */
  readonly rest: string;
}

// Blanks are counted: two parts that both may take any number of them would try every way to share a long run.
const GAP = ' {1,32}';
const COMM = '(?:<[^>]*>)?';
const WHO = `(?:\\[pid${GAP}(?<shown>\\d+)${COMM}\\]${GAP}|(?<own>\\d{1,7})${COMM}${GAP})?`;
const CLOCK = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d(?:\\.\\d+)?)';
const WHEN = `(?:(?:${CLOCK}|(?<moment>\\d{9,11}(?:\\.\\d+)?))(?: \\(\\+${GAP}\\d+\\.\\d+\\))?${GAP}| {0,32}(?<delta>\\d{1,8}\\.\\d+)${GAP})?`;
/** System call number (-n) and instruction pointer (-i). */
const PLACES = `(?:\\[[ 0-9a-f?]{1,64}\\]${GAP}){0,2}`;
const LINE = new RegExp(`^ {0,32}${WHO}${WHEN}${PLACES}(?=[a-z_?][a-z0-9_?]*\\(|<\\.\\.\\. |\\+\\+\\+ |--- )`);

/** Takes a line apart; undefined when it is none of strace's. */
export function readStraceLine(line: string): StraceLine | undefined {
  const found = LINE.exec(line);
  if (!found) return undefined;
  const { shown, own, hour, minute, second, moment, delta } = found.groups!;
  const tid = shown ?? own;
  const time: StraceTime | undefined =
    hour !== undefined
      ? { kind: 'clock', ms: Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1000 }
      : moment !== undefined
        ? { kind: 'moment', ms: Number(moment) * 1000 }
        : delta !== undefined
          ? { kind: 'delta', ms: Number(delta) * 1000 }
          : undefined;
  return { tid: tid === undefined ? undefined : Number(tid), time, rest: line.slice(found[0].length) };
}

/** The thread that `strace: Process N attached` tells of; on a terminal that stands in the middle of its maker's call. */
export function attachedBy(line: string): { readonly tid: number; readonly before: string } | undefined {
  const found = /^(?:(.*)strace: |)Process (\d+) (?:attached|created)/.exec(line);
  return found ? { tid: Number(found[2]), before: found[1] ?? '' } : undefined;
}

/**
 * The process that lines without a pid begin with: what its own getpid says, or the first `[pid N]` that was not
 * attached on the way.
 */
export function mainProcess(lines: Iterable<string>): number | undefined {
  const attached = new Set<number>();
  for (const line of lines) {
    const read = readStraceLine(line);
    const own = /^(?:getpid\(|gettid\(|set_tid_address\().*\) += (\d+)$/.exec(read?.rest ?? '')?.[1];
    if (read && read.tid === undefined && own !== undefined && attached.size === 0) return Number(own);
    const named = read?.tid;
    if (named !== undefined && !attached.has(named)) return named;
    const child = attachedBy(line);
    if (child) attached.add(child.tid);
  }
  return undefined;
}

/** Whether a line is the second half of a call: `, child_tidptr=0x7f49) = 8404`. */
export const isRemainder = (line: string): boolean => /^(?:, [a-z_]+=.*)?\) += (?:-?\d|\?)/.test(line);

/** Whether a line looks like strace's. */
export const looksLikeStrace = (line: string): boolean =>
  (LINE.test(line) && /\) += |resumed>|unfinished|\+\+\+|---|\($/.test(line)) ||
  attachedBy(line) !== undefined ||
  isRemainder(line);

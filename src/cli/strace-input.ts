// strace logs among the inputs: recognised by their first lines, read whole, and put in the order of time where there are
// several (`strace -ff` writes one file a process, named FILE.PID).
import { statSync } from 'node:fs';
import { AuditError, latin1 } from '../base/index.ts';
import { localSeconds, localTime } from '../host/index.ts';
import { LineSplitter } from '../record/index.ts';
import type { Trail } from '../search/index.ts';
import { looksLikeStrace, mainProcess, readStraceLine, type StraceOptions } from '../strace/index.ts';

/** What takes the lines: an answer's feed, a summary's counter. */
export interface StraceTaker {
  file(options: StraceOptions): void;
  push(line: string): void;
}

/** Whether a trail is a strace log; a stream is not looked at. */
export async function isStrace(trail: Trail): Promise<boolean> {
  if (trail.name === 'standard input') return false;
  try {
    for await (const chunk of trail.chunks()) {
      const head = latin1(chunk, 0, Math.min(chunk.length, 4096)).split('\n', 4);
      return head.some(looksLikeStrace);
    }
  } catch (error) {
    if (!(error instanceof AuditError)) throw error; // told when it is read
  }
  return false;
}

interface TimedLine {
  readonly time: number;
  readonly text: string;
}

const DAY = 86_400_000;

/** Reads strace logs into what takes them. */
export async function readStrace(trails: readonly Trail[], taker: StraceTaker): Promise<void> {
  const lines: TimedLine[] = [];
  let day: number | undefined;
  for (const trail of trails) {
    day ??= dayOf(trail.name);
    await readFile(trail, lines);
  }
  if (trails.length > 1) lines.sort((a, b) => a.time - b.time);
  takeLines(
    lines.map(({ text }) => text),
    taker,
    day,
  );
}

/** The lines of one log, or of several in the order of time. `day`: midnight of the day they are of. */
export function takeLines(lines: readonly string[], taker: StraceTaker, day?: number): void {
  const main = mainProcess(lines);
  taker.file({ ...(day !== undefined && { day }), ...(main !== undefined && { main }) });
  for (const line of lines) taker.push(line);
}

/** The lines of one file with the pid of its name where they have none, and their times (going on past midnight). */
async function readFile(trail: Trail, lines: TimedLine[]): Promise<void> {
  const pid = /\.(\d+)$/.exec(trail.name)?.[1];
  let last = 0;
  let days = 0;
  const splitter = new LineSplitter((bytes, start, end) => {
    const text = latin1(bytes, start, end);
    const line = readStraceLine(text);
    const time = line?.time && line.time.kind !== 'delta' ? line.time.ms + days : last;
    if (line?.time?.kind === 'clock' && time < last - DAY / 2) days += DAY;
    last = Math.max(last, line?.time?.kind === 'clock' ? line.time.ms + days : time);
    lines.push({ time: last, text: line && line.tid === undefined && pid !== undefined ? `${pid} ${text}` : text });
  });
  for await (const chunk of trail.chunks()) splitter.push(chunk);
  splitter.end();
}

/** Local midnight of the day a file was last written, ms since 1970 UTC. */
function dayOf(path: string): number | undefined {
  try {
    const { year, month, day } = localTime(Math.floor(statSync(path).mtimeMs / 1000));
    return localSeconds({ year, month, day, hour: 0, minute: 0, second: 0 }) * 1000;
  } catch {
    return undefined;
  }
}

// strace logs among the inputs: recognised by their first lines, read whole, and put in the order of time where there are
// several (`strace -ff` writes one file a process, named FILE.PID).
import { statSync } from 'node:fs';
import { AuditError, latin1 } from '../base/index.ts';
import { looksLikeStrace, type StraceFeed } from '../explain/index.ts';
import { localSeconds, localTime } from '../host/index.ts';
import { LineSplitter } from '../record/index.ts';
import type { Trail } from '../search/index.ts';

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
  readonly time: string;
  readonly text: string;
}

/** Reads strace logs into a feed. */
export async function readStrace(trails: readonly Trail[], feed: StraceFeed): Promise<void> {
  const lines: TimedLine[] = [];
  let day: number | undefined;
  for (const trail of trails) {
    const pid = /\.(\d+)$/.exec(trail.name)?.[1];
    day ??= dayOf(trail.name);
    const splitter = new LineSplitter((bytes, start, end) => {
      const line = latin1(bytes, start, end);
      const own = /^(?:\[pid|\d+ +\d)/.test(line) || pid === undefined;
      const time = /^(?:\[pid +\d+\] +|\d+ +)?(\d\d:\d\d:\d\d(?:\.\d+)?|\d{9,11}\.\d+)/.exec(line)?.[1] ?? '';
      lines.push({ time, text: own ? line : `${pid} ${line}` });
    });
    for await (const chunk of trail.chunks()) splitter.push(chunk);
    splitter.end();
  }
  if (trails.length > 1) lines.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  feed.file({ ...(day !== undefined && { day }) });
  for (const line of lines) feed.push(line.text);
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

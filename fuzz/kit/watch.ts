// Looks after the process of a campaign: sees from outside when an input does not come back, kills it then, keeps the input,
// and goes on with what time is left; likewise when the process dies of an input.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault, Report, Wish } from './report.ts';
import { readState } from './state.ts';

/** An input that takes so much of the processor, in ms, does not come back. The loop itself tells those that take less. */
const HANGS_CPU = 5_000;
/** And one that sleeps so long, in ms of the clock: it waits for what never comes. Time spent waiting for a processor is none. */
const HANGS_ASLEEP = 120_000;
const MOST_STARTS = 6;
/** Live memory a campaign may need at all, in MB. */
const MEMORY = 1024;

export type Task = Omit<Wish, 'work' | 'folder'> & { readonly folder?: string };

/** Runs a campaign to its end. `file` is the loop's. */
export async function runCampaign(task: Task): Promise<Report> {
  const file = join(task.out, 'fuzz/kit/loop.js');
  const reports: Report[] = [];
  const faults: Fault[] = [];
  let lost = 0;
  const begun = performance.now();
  for (let start = 0; start < MOST_STARTS && faults.every(({ bytes }) => bytes > 0); start++) {
    const seconds = task.seconds - (performance.now() - begun) / 1000;
    const runs = task.runs === undefined ? undefined : task.runs - lost;
    if (start > 0 && (seconds < 1 || (runs !== undefined && runs < 1))) break;
    const work = mkdtempSync(join(tmpdir(), 'auspex-fuzz-'));
    // Another seed after a fault: the same one would lead to the same place.
    const wish: Wish = {
      folder: 'campaigns',
      ...task,
      ...(runs !== undefined && { runs }),
      seconds,
      seed: task.seed + 1000 * start,
      work,
    };
    const { fault, executions } = await runOnce(file, wish);
    const left = join(work, 'report.json');
    if (existsSync(left)) reports.push(JSON.parse(readFileSync(left, 'utf8')) as Report);
    rmSync(work, { recursive: true, force: true });
    if (!fault) break;
    faults.push(fault);
    lost += executions;
    if (faults.length >= (task.faults ?? MOST_STARTS)) break;
  }
  const report = joined(task, reports, faults, (performance.now() - begun) / 1000);
  return { ...report, executions: report.executions + lost };
}

/** One process: the fault that ended it, or none when it ended in order, and how many inputs it had run by then. */
async function runOnce(file: string, wish: Wish): Promise<{ fault?: Fault; executions: number }> {
  const state = join(wish.work, 'state');
  writeFileSync(state, '');
  const flags = ['--expose-gc', '--enable-source-maps', `--max-old-space-size=${MEMORY}`];
  const child = spawn(process.execPath, [...flags, file, 'loop', JSON.stringify(wish)], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-20_000);
  });
  const fd = openSync(state, 'r');
  let hung: 'cpu' | 'asleep' | undefined;
  const watch = new Watch(child.pid!);
  const timer = setInterval(() => {
    hung ??= watch.look(readState(fd, false).number);
    if (hung) child.kill('SIGKILL');
  }, 200);
  const how = await new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(code === 0 ? '' : (signal ?? `status ${code}`)));
  });
  clearInterval(timer);
  const { number, input } = readState(fd, true);
  closeSync(fd);
  if (how === '') return { executions: number };
  const message = hung
    ? `did not come back within ${hung === 'cpu' ? `${HANGS_CPU / 1000} s of processor time` : `${HANGS_ASLEEP / 1000} s of sleep`}`
    : `the process died: ${how}: ${reason(said)}`;
  return { fault: keep(wish, hung ? 'hang' : 'died', message, said, input), executions: number };
}

const reason = (said: string): string =>
  /FATAL ERROR.*|\w*Error: .*/.exec(said)?.[0] ?? said.trim().split('\n')[0] ?? '';

function keep(wish: Wish, kind: Fault['kind'], message: string, said: string, input: Buffer): Fault {
  mkdirSync(wish.found, { recursive: true });
  const file = join(wish.found, `${kind}-${wish.seed}-${Date.now()}`);
  writeFileSync(file, input);
  writeFileSync(`${file}.txt`, `${message}\n${said}\n`);
  return { kind, message, place: '', file, bytes: input.length };
}

/** Whether the process is still at the input it was at, and for how long: how busy others keep the machine does not count. */
class Watch {
  private number = 0;
  private looked = 0;
  private asleep = 0;
  private cpu = 0;
  private readonly pid: number;

  constructor(pid: number) {
    this.pid = pid;
  }

  look(number: number): 'cpu' | 'asleep' | undefined {
    const now = performance.now();
    const since = now - this.looked;
    this.looked = now;
    const { cpu, runnable } = stateOf(this.pid) ?? { cpu: now, runnable: false };
    if (number !== this.number || this.cpu === 0) {
      this.number = number;
      this.asleep = 0;
      this.cpu = cpu;
      return undefined;
    }
    if (!runnable) this.asleep += since;
    if (this.asleep > HANGS_ASLEEP) return 'asleep';
    if (number === 0) return undefined; // still loading
    return cpu - this.cpu > HANGS_CPU ? 'cpu' : undefined;
  }
}

/** Processor time of a process in ms (proc(5), stat, in ticks of 10 ms), and whether it runs, or waits for a processor or a
 * disk; undefined where /proc does not tell, and the clock must do. */
function stateOf(pid: number): { cpu: number; runnable: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { cpu: (Number(fields[11]) + Number(fields[12])) * 10, runnable: /[RD]/.test(fields[0]!) };
  } catch {
    return undefined;
  }
}

/** One report of all processes of a campaign. */
function joined(task: Task, reports: readonly Report[], faults: readonly Fault[], seconds: number): Report {
  const last = reports.at(-1);
  const sum = (of: (report: Report) => number): number => reports.reduce((n, report) => n + of(report), 0);
  const slowest = reports.map((r) => r.slowest).sort((a, b) => b.per100kB - a.per100kB)[0];
  return {
    campaign: task.campaign,
    seed: task.seed,
    seconds,
    executions: sum((r) => r.executions),
    kept: last?.kept ?? 0,
    taken: last?.taken ?? 0,
    branches: last?.branches ?? 0,
    entered: last?.entered ?? {},
    faults: [...faults, ...reports.flatMap((r) => r.faults)],
    slowest: slowest ?? { per100kB: 0, ms: 0, bytes: 0 },
    heap: last?.heap ?? { first: 0, last: 0 },
    growing: reports.some((r) => r.growing),
  };
}

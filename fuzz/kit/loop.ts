// The loop of one campaign, in a process of its own (watch.ts looks after it): takes an input that did something new once,
// changes it, runs it, and keeps it when it does something new again. The same seed makes the same inputs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { seeded } from '../../test/random.fixture.ts';
import type { Campaign, Target } from './campaign.ts';
import { Coverage } from './coverage.ts';
import { faultKey, shrink } from './faults.ts';
import { Heap } from './heap.ts';
import { inputsIn } from './inputs.ts';
import { Mutator } from './mutate.ts';
import { type Fault, LONGEST_INPUT, LONGEST_MS, type Report, type Wish } from './report.ts';
import { StateWriter } from './state.ts';

/** Inputs that only change a little are this long at most; long ones come from repeating. */
const USUAL = 4096;
/** Long inputs make at most this share of all work. */
const LONG_SHARE = 0.3;
const MOST_KEPT_BYTES = 32 << 20;
const MOST_FAULTS = 12;
/** Shorter inputs say nothing of the time a byte takes. */
const TELLING = 10_000;

class Loop {
  readonly wish: Wish;
  readonly target: Target;
  readonly coverage: Coverage;
  readonly mutator: Mutator;
  readonly heap: Heap;
  readonly faults = new Map<string, Fault>();
  private readonly state: StateWriter;
  private kept: Buffer[] = [];
  private keptBytes = 0;
  /** Of long inputs, by their size's logarithm: the one with the most steps a byte. */
  private readonly heavy = new Map<number, { rate: number; input: Buffer }>();
  private work = 0;
  private longWork = 0;
  private late: unknown;
  executions = 0;
  slowest = { per100kB: 0, ms: 0, bytes: 0 };

  constructor(wish: Wish, campaign: Campaign, target: Target, coverage: Coverage) {
    this.wish = wish;
    this.target = target;
    this.coverage = coverage;
    this.heap = new Heap(campaign.caches ?? 0);
    const words = [...campaign.words(), ...coverage.words];
    this.mutator = new Mutator(seeded(wish.seed), words, LONGEST_INPUT);
    this.state = new StateWriter(join(wish.work, 'state'));
    const told = (error: unknown): void => {
      this.late ??= error ?? new Error('rejected with nothing');
    };
    process.on('uncaughtException', told);
    process.on('unhandledRejection', told);
  }

  async run(seeds: readonly Buffer[]): Promise<void> {
    for (const seed of seeds) await this.one(seed.subarray(0, LONGEST_INPUT), true);
    const begun = performance.now();
    const end = begun + this.wish.seconds * 1000;
    const { runs = Number.POSITIVE_INFINITY, faults = MOST_FAULTS } = this.wish;
    for (let now = begun; now < end && this.executions < runs && this.faults.size < faults; ) {
      const long = this.longWork < LONG_SHARE * this.work && this.mutator.below(8) === 0;
      const from = this.pick(long);
      const input = long ? this.mutator.repeat(from) : this.mutator.change(from.subarray(0, USUAL), this.pick(false));
      await this.one(input, false);
      now = performance.now();
      // A waiting timer or socket of the target gets its turn.
      if ((this.executions & 255) === 0) await new Promise((resolve) => setImmediate(resolve));
      const done = Math.max((now - begun) / (end - begun), this.executions / runs);
      this.heap.look(done, this.keptBytes);
    }
    this.heap.look(1, this.keptBytes);
    this.state.write(0, Buffer.alloc(0));
  }

  private pick(long: boolean): Buffer {
    const { mutator, kept } = this;
    if (long && this.heavy.size > 0 && mutator.below(3) === 0)
      return [...this.heavy.values()][mutator.below(this.heavy.size)]!.input;
    const newest = mutator.below(2) === 0 ? Math.min(kept.length, 48) : kept.length;
    return kept[kept.length - 1 - mutator.below(newest)] ?? Buffer.alloc(0);
  }

  private async one(input: Buffer, seed: boolean): Promise<void> {
    const { ms, error } = await this.execute(input);
    const { news, steps } = this.coverage.take();
    const work = steps + input.length;
    if (!seed) {
      this.work += work;
      if (input.length > USUAL) this.longWork += work;
    }
    if (news || seed) this.keep(input);
    if (input.length >= TELLING) this.weigh(input, work / input.length);
    if (error !== undefined) await this.fault(input, error);
    else if (input.length >= TELLING || ms > LONGEST_MS) await this.time(input, ms);
  }

  /** Runs it once. `ms` of the clock or, when `exact`, of processor time where that is less: others use the machine too. */
  async execute(input: Buffer, exact = false): Promise<{ ms: number; error: unknown }> {
    this.state.write(++this.executions, input);
    this.coverage.reset();
    this.late = undefined;
    let error: unknown;
    const before = exact ? process.cpuUsage() : undefined;
    const begun = performance.now();
    try {
      const waiting = this.target.check(input);
      if (waiting) await waiting;
    } catch (caught) {
      error = caught ?? new Error('threw nothing');
    }
    const wall = performance.now() - begun;
    const cpu = before && process.cpuUsage(before);
    return { ms: cpu ? Math.min(wall, (cpu.user + cpu.system) / 1000) : wall, error: error ?? this.late };
  }

  private keep(input: Buffer): void {
    this.kept.push(Buffer.from(input));
    this.keptBytes += input.length;
    if (this.keptBytes <= MOST_KEPT_BYTES) return;
    this.kept = this.kept.filter((_, i) => i % 2 === 1);
    this.keptBytes = this.kept.reduce((sum, one) => sum + one.length, 0);
  }

  private weigh(input: Buffer, rate: number): void {
    const size = Math.floor(Math.log2(input.length));
    if (rate > (this.heavy.get(size)?.rate ?? 0)) this.heavy.set(size, { rate, input: Buffer.from(input) });
  }

  private async time(input: Buffer, first: number): Promise<void> {
    const rateOf = (ms: number): number => ms * (LONGEST_INPUT / Math.max(input.length, TELLING));
    let ms = first;
    if (rateOf(ms) <= this.slowest.per100kB) return;
    // Compiling, collecting and other processes fall on one run and not on the next.
    for (let i = 0; i < 2; i++) ms = Math.min(ms, (await this.execute(input, true)).ms);
    if (rateOf(ms) > this.slowest.per100kB) this.slowest = { per100kB: rateOf(ms), ms, bytes: input.length };
    if (rateOf(ms) <= LONGEST_MS) return;
    const message = `${ms.toFixed(0)} ms for ${input.length} bytes`;
    this.note('hang', `hang ${Math.floor(Math.log2(input.length))}`, message, '', input);
  }

  private async fault(input: Buffer, error: unknown): Promise<void> {
    const { key, message, place } = faultKey(error);
    if (this.faults.has(key)) return;
    const small = await shrink(input, async (bytes) => {
      const { error: again } = await this.execute(bytes);
      return again !== undefined && faultKey(again).key === key;
    });
    this.note('throw', key, message, place, small);
  }

  private note(kind: Fault['kind'], key: string, message: string, place: string, input: Buffer): void {
    if (this.faults.has(key)) return;
    mkdirSync(this.wish.found, { recursive: true });
    const file = join(this.wish.found, `${kind}-${this.wish.seed}-${this.executions}`);
    writeFileSync(file, input);
    writeFileSync(`${file}.txt`, `${message}\n${place}\n`);
    this.faults.set(key, { kind, message: message.split('\n')[0]!, place, file, bytes: input.length });
  }

  report(seconds: number): Report {
    const { taken, all } = this.coverage.totals();
    return {
      campaign: this.wish.campaign,
      seed: this.wish.seed,
      seconds,
      executions: this.executions,
      kept: this.kept.length,
      taken,
      branches: all,
      entered: this.coverage.entered(),
      faults: [...this.faults.values()],
      slowest: this.slowest,
      ...this.heap.result(),
    };
  }
}

/** Runs a campaign as wished, and leaves its report at `work`/report.json. */
export async function runLoop(wish: Wish): Promise<void> {
  const coverage = new Coverage(join(wish.out, 'modules.json'));
  const file = join(wish.out, 'fuzz', wish.folder, `${wish.campaign}.js`);
  const { campaign } = (await import(pathToFileURL(file).href)) as { campaign: Campaign };
  const target = await campaign.open();
  const loop = new Loop(wish, campaign, target, coverage);
  const begun = performance.now();
  const seeds = [...inputsIn(wish.regressions), ...campaign.seeds().map((seed) => Buffer.from(seed))];
  await loop.run(seeds);
  const report = loop.report((performance.now() - begun) / 1000);
  await target.close?.();
  writeFileSync(join(wish.work, 'report.json'), JSON.stringify(report));
}

if (process.argv[2] === 'loop') {
  const status = await runLoop(JSON.parse(process.argv[3]!) as Wish).then(
    () => 0,
    (error: unknown) => {
      console.error(error);
      return 1;
    },
  );
  process.exit(status); // whatever the target left waiting
}

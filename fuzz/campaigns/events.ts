// Records of events that interleave, repeat, come late, or are damaged: the assembler takes any, lets a bounded number wait,
// and gives each record exactly once. And a bad line costs itself alone: a good trail with any line in it gives all its events.
import { Assembler, type AuditEvent, readEvents } from '../../src/event/index.ts';
import { LineSplitter, parseRecord, textOf } from '../../src/record/index.ts';
import { RECORD } from '../../src/tables/records.ts';
import { type Campaign, hold, holdSame } from '../kit/campaign.ts';
import { recordWords, textAt, trails } from '../kit/material.ts';

const LIMIT = 40;
const BYTES = 16_384;

const sorted = (texts: readonly string[]): string => [...texts].sort().join('\n');

/** Every record comes out exactly once, but EOE records of events that do not wait, which are counted. */
function checkOnce(input: Buffer, order: 'ending' | 'time', limits: object): void {
  const out: string[] = [];
  const seen: string[] = [];
  const assembler = new Assembler((event) => checkEvent(event, out), { order, ...limits });
  let ends = 0;
  const splitter = new LineSplitter((bytes, start, end) => {
    const record = parseRecord(bytes, start, end);
    if (!record) return;
    const before = assembler.problems.strayEnds;
    assembler.push(record);
    if (assembler.problems.strayEnds > before) ends++;
    else seen.push(textOf(record));
    if ('limit' in limits) hold(assembler.pending <= LIMIT + 1, () => `${assembler.pending} events wait`);
  });
  splitter.push(input);
  assembler.release();
  splitter.end();
  assembler.end();
  hold(assembler.pending === 0, 'nothing waits at the end');
  hold(assembler.problems.strayEnds === ends, 'ends are counted');
  holdSame(sorted(out), sorted(seen), `the records, order ${order}`);
}

function checkEvent(event: AuditEvent, out: string[]): void {
  const { node, sec, ms, serial, records } = event;
  hold(records.length > 0, 'an event has a record');
  for (const record of records) {
    const same = record.node === node && record.sec === sec && record.ms === ms && record.serial === serial;
    hold(same, () => `${textOf(record)} is not of event ${node} ${sec}.${ms}:${serial}`);
    out.push(textOf(record));
  }
  hold(event.ending !== 'eoe' || records.some(({ type }) => type === RECORD.EOE), 'an end that stands there');
}

const good = textAt('sample/audit.log').split('\n').slice(0, 24);
const idOf = ({ node, sec, ms, serial }: AuditEvent): string => `${node} ${sec}.${ms}:${serial}`;
function eventsOf(bytes: Uint8Array): Map<string, Set<string>> {
  const events = new Map<string, Set<string>>();
  for (const event of readEvents([bytes], { timeout: Number.POSITIVE_INFINITY })) {
    const records = events.get(idOf(event)) ?? new Set();
    for (const record of event.records) records.add(textOf(record));
    events.set(idOf(event), records);
  }
  return events;
}
const wanted = eventsOf(Buffer.from(good.join('\n'), 'latin1'));

/** The first line of the input, put among good ones: every good record is there. */
function checkBadLine(input: Buffer): void {
  const newline = input.indexOf(10);
  const line = newline < 0 ? input : input.subarray(0, newline);
  const at = input.length % good.length;
  const before = Buffer.from(`${good.slice(0, at).join('\n')}\n`, 'latin1');
  const after = Buffer.from(`\n${good.slice(at).join('\n')}`, 'latin1');
  const got = eventsOf(Buffer.concat([before, line, after]));
  for (const [id, records] of wanted)
    for (const record of records)
      hold(got.get(id)?.has(record) === true, () => `${record} is lost for ${line.toString('latin1')}`);
}

function check(input: Buffer): void {
  for (const order of ['ending', 'time'] as const) {
    checkOnce(input, order, {});
    checkOnce(input, order, { limit: LIMIT, byteLimit: BYTES });
  }
  if (input.length < 8192) checkBadLine(input);
}

/** Stamps that meet: the same event, the same number in another second, one before, one far away. */
const STAMPS = [
  '1.000:1',
  '1.000:2',
  '1.001:1',
  '2.000:1',
  '9.000:3',
  '9999999999.999:4',
  '0.000:0',
  '1.000:4294967297',
];
const TYPES = ['SYSCALL', 'PATH', 'EOE', 'PROCTITLE', 'USER_LOGIN', 'LOGIN', 'CWD', 'AVC', 'KERNEL'];

export const campaign: Campaign = {
  about: 'interleaved, repeated and damaged records of events, assembled',
  seeds: () => [
    ...trails(),
    Buffer.from(
      STAMPS.flatMap((stamp, i) => TYPES.map((type, j) => `type=${type} msg=audit(${stamp}): a=${i * j}\n`)).join(''),
    ),
  ],
  words: () => [
    ...recordWords(),
    ...STAMPS.flatMap((stamp) => TYPES.map((type) => `type=${type} msg=audit(${stamp}): \n`)),
    ...STAMPS.map((stamp) => `node=other type=SYSCALL msg=audit(${stamp}): arch=c000003e syscall=59\n`),
  ],
  open: () => ({ check }),
};

// A trail, and every answer told of it: kills, lives of its files, processes, logins, a summary, a first look, the live view.
// Nothing throws; what is shown holds nothing that a terminal obeys, and fits its screen; JSON is JSON; a picture has no script of
// a stranger's; nothing is told of more calls, commands or events than there are.
import { C_TIME, utf8, widthOf } from '../../src/base/index.ts';
import { shortLines } from '../../src/cli/watch-words.ts';
import { type AuditEvent, readEvents } from '../../src/event/index.ts';
import {
  askKills,
  askSessions,
  askTouches,
  askTree,
  failureJson,
  failuresText,
  Glance,
  glanceText,
  InodeFinder,
  type Read,
  sessionJson,
  sessionText,
  storyJson,
  storyText,
  type TreeNode,
  touchedText,
  touchJson,
  treeHtml,
  treeJson,
  treeSvg,
  treeText,
} from '../../src/explain/index.ts';
import { accountsOf, localTime } from '../../src/host/index.ts';
import { interpretContext } from '../../src/interpret/index.ts';
import { AT_REST, drawView, LiveModel, type ViewFacts } from '../../src/live/index.ts';
import { normalizePath, readPath } from '../../src/paths/index.ts';
import { interpretedPrinter } from '../../src/print/index.ts';
import { ActivityCounter, activityJson, activityText } from '../../src/report/index.ts';
import { RECORD } from '../../src/tables/records.ts';
import { type Campaign, hold } from '../kit/campaign.ts';
import { kernelWords, recordWords, textAt, trails } from '../kit/material.ts';
import { checkJson, checkShown, plain, scriptsIn } from '../kit/shown.ts';

/** Files of one input whose lives are told. */
const MOST_FILES = 2;

async function check(input: Buffer): Promise<void> {
  const events = readEvents([input]);
  const read: Read = async ({ event }) => events.forEach(event);
  await checkKills(read, events);
  await checkTree(read);
  await checkSessions(read);
  for (const path of pathsOf(events)) {
    await checkTouches(read, events, path, false);
    await checkTouches(read, events, path, true);
  }
  checkActivity(events);
  checkGlance(events);
  checkLive(events);
}

async function checkKills(read: Read, events: readonly AuditEvent[]): Promise<void> {
  const { all, ended, logins } = await askKills(read, {}, {});
  hold(ended.length <= all.length, 'some of all');
  // A signal to a group has a record for each of its targets.
  const records = events.reduce((sum, event) => sum + event.records.length, 0);
  const hits = all.reduce((sum, story) => sum + story.hits.length, 0);
  hold(hits <= records, () => `${hits} ends in ${records} records`);
  for (const story of all) {
    checkShown(storyText(story, logins, plain));
    checkJson(storyJson(story, logins, plain));
  }
}

async function checkTree(read: Read): Promise<void> {
  const { trees } = await askTree(read, {});
  checkShown(treeText(trees, plain));
  for (const tree of trees) checkJson(treeJson(tree, plain));
  hold(scriptsIn(treeHtml(trees, 'x', plain)) === scriptsIn(treeHtml([], 'x', plain)), 'a script in the page');
  hold(trees.length === 0 || scriptsIn(treeSvg(trees, plain)) === 1, 'a script in the picture');
  const seen = new Set<object>();
  for (const node of nodesOf(trees)) {
    hold(!seen.has(node.life), 'a process stands once in the trees');
    seen.add(node.life);
  }
}

function* nodesOf(trees: readonly TreeNode[]): Generator<TreeNode> {
  const waiting = [...trees];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    yield node;
    for (const child of node.children) waiting.push(child);
  }
}

async function checkSessions(read: Read): Promise<void> {
  const { sessions, failures } = await askSessions(read, {}, undefined, () => undefined);
  for (const story of sessions) {
    checkShown(sessionText(story, plain, true));
    checkShown(sessionText(story, plain, false));
    checkJson(sessionJson(story, plain));
  }
  checkShown(failuresText(failures, plain));
  for (const failure of failures) checkJson(failureJson(failure));
}

/** The first names of its PATH records. */
function pathsOf(events: readonly AuditEvent[]): string[] {
  const paths = new Set<string>();
  for (const { records } of events)
    for (const record of records) {
      if (record.type !== RECORD.PATH || paths.size >= MOST_FILES) continue;
      const { name } = readPath(record);
      if (name !== undefined) paths.add(normalizePath(name));
    }
  return [...paths];
}

async function checkTouches(read: Read, events: readonly AuditEvent[], path: string, below: boolean): Promise<void> {
  const query = { path, below };
  const finder = new InodeFinder(query);
  if (!below)
    for (const { records } of events)
      for (const record of records) if (record.type === RECORD.PATH) finder.path(readPath(record));
  const { lives, logins } = await askTouches(read, query, finder.files, { all: true, changes: false });
  for (const life of lives) {
    checkShown(touchedText(life, query, plain));
    for (const touch of life.touches) checkJson(touchJson(touch, life, logins, plain));
  }
}

function checkActivity(events: readonly AuditEvent[]): void {
  for (const selection of [{}, { pid: 100 }, { auid: 1001 }]) {
    const counter = new ActivityCounter(selection);
    for (const event of events) counter.add(event);
    const { activity } = counter;
    hold(activity.events <= events.length, () => `${activity.events} of ${events.length} events`);
    const stamp = ({ sec, ms }: { sec: number; ms: number }) => `${sec}.${ms}`;
    checkShown(utf8(activityText(activity, { subject: 'all', top: 10, stamp })));
    checkJson(activityJson(activity, 'all', 10));
  }
}

const context = interpretContext({ accounts: accountsOf('alice:x:1001:1001::/:\n', ''), escape: 'raw' });

function checkGlance(events: readonly AuditEvent[]): void {
  const glance = new Glance(context);
  for (const event of events) glance.push(event);
  hold(glance.events === events.length, 'each event is counted');
  checkShown(glanceText(glance, { title: 'x', source: 'y', next: [] }, plain));
}

const interpreted = interpretedPrinter({ context, dates: { localTime, locale: C_TIME } });
const facts: ViewFacts = {
  source: 'x',
  lost: 0,
  missing: 0,
  backlog: 0,
  words: plain,
  sentence: shortLines(plain, context),
  detail: interpreted,
};
const SIZES = [
  { width: 80, height: 24 },
  { width: 13, height: 9 },
];

/** Each screen is of its size. */
function checkLive(events: readonly AuditEvent[]): void {
  const model = new LiveModel();
  for (const event of events) model.push(event);
  model.settle();
  const open = model.shown.at(-1)?.event;
  for (const size of SIZES)
    for (const state of [AT_REST, { ...AT_REST, processes: true, selected: 0 }, { ...AT_REST, open }]) {
      const screen = drawView(model, state, facts, size);
      hold(screen.length === size.height, () => `${screen.length} lines of ${size.height}`);
      checkShown(screen.join('\n'));
      for (const line of screen)
        hold(widthOf(line) <= size.width, () => `${widthOf(line)} columns of ${size.width}: ${JSON.stringify(line)}`);
    }
}

const scenes = (): string[] => ['test/explain/seeds.log', 'test/explain/at-calls.log', 'sample/audit.log'].map(textAt);

/** Stretches of scenes: answers come of events together. */
function seeds(): Uint8Array[] {
  const stretches = scenes().flatMap((text) => {
    const lines = text.split('\n');
    return Array.from({ length: Math.min(12, Math.ceil(lines.length / 20)) }, (_, i) =>
      lines.slice(20 * i, 20 * i + 20).join('\n'),
    );
  });
  return [...stretches.map((text) => Buffer.from(`${text}\n`, 'latin1')), ...trails()];
}

export const campaign: Campaign = {
  about: 'a trail, and every answer told of it: kills, files, processes, logins, summary, overview, live view',
  seeds,
  words: () => [
    ...recordWords(),
    ...kernelWords().slice(0, 400),
    ...[
      'syscall=59',
      'syscall=57',
      'syscall=56',
      'syscall=62',
      'syscall=257',
      'syscall=82',
      'syscall=87',
      'syscall=42',
    ],
    ...['pid=100', 'ppid=100', 'exit=100', 'a0=64 a1=9', 'opid=100 ', 'ses=7', 'auid=1001', 'nametype=DELETE'],
    ...['nametype=CREATE', 'nametype=PARENT', 'inode=7 dev=fe:00', 'name="/etc/shadow"', 'name="x"', 'cwd="/etc"'],
  ],
  caches: 8 << 20, // what the interpreter and the live view remember of values
  open: () => ({ check }),
};

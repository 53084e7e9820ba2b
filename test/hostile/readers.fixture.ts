// Every way a trail is read, by name: lines of a log in, something out. What is read here is what an attacker may write.
import type { Accounts } from '../../src/base/types.ts';
import { enricher, plainEnricher } from '../../src/daemon/enrich.ts';
import { Metrics } from '../../src/dispatch/plugins/metrics.ts';
import { syslogArguments, syslogMessage } from '../../src/dispatch/plugins/syslog.ts';
import { BinaryReader, binaryOf } from '../../src/dispatch/wire.ts';
import { type AuditEvent, problemsOf, readEvents } from '../../src/event/index.ts';
import * as explain from '../../src/explain/index.ts';
import { localTime } from '../../src/host/time.ts';
import { interpretContext, sockaddrText } from '../../src/interpret/index.ts';
import * as print from '../../src/print/index.ts';
import { parseExpression } from '../../src/query/expression/index.ts';
import { matcher } from '../../src/query/matcher.ts';
import { interpretingContext } from '../../src/query/readings.ts';
import { ActivityCounter } from '../../src/report/activity/activity.ts';
import { activityText } from '../../src/report/activity/text.ts';
import { factsOf, isFlaw } from '../../src/report/facts/extract.ts';
import { WANT } from '../../src/report/facts/facts.ts';
import { addLastLogin, LastLogins } from '../../src/report/last.ts';
import { addToOverview, newOverview } from '../../src/report/overview.ts';
import { reports } from '../../src/report/registry.ts';
import { classicOf } from '../../src/report/report.ts';
import { numbers, words } from '../../src/report/wording.ts';
import { columnsOf, eventOf, eventsIn, rawOf, textOfEvents } from '../../src/store/row.ts';
import { RowMaker } from '../../src/web/rows.ts';

export const accounts: Accounts = {
  userName: (id) => (id === 0 ? 'root' : undefined),
  groupName: (id) => (id === 0 ? 'root' : undefined),
  userId: (name) => (name === 'root' ? 0 : undefined),
  groupId: () => undefined,
} as Accounts;

const dates = { localTime, locale: print.ISO_DATES };
const raw = interpretContext({ accounts, escape: 'raw' });
const tty = interpretContext({ accounts });
const page = { ...explain.plainWords, accounts };
const clock = { boot: 0, year: 2023, offset: 0 };

/** Printers of one event; made anew for each trail, since they remember. */
export const printers: Readonly<Record<string, () => print.EventPrinter>> = {
  raw: () => print.rawPrinter,
  default: () => print.defaultPrinter({ dates, escape: 'tty' }),
  interpreted: () => print.interpretedPrinter({ dates, context: tty }),
  text: () => print.textPrinter({ context: tty, dates }),
  csv: () => print.csvPrinter({ context: tty, dates, keys: true, labels: true, obj2: true, time: true }),
  'safe csv': () => print.safeCsvPrinter(raw, dates),
  json: () => print.jsonPrinter(raw),
  ecs: () => print.ecsPrinter(raw),
  ocsf: () => print.ocsfPrinter(raw),
  shown: () => print.shownPrinter({ context: raw, localTime }),
  row: () => {
    const maker = new RowMaker(accounts);
    return (event) => JSON.stringify(maker.row({ seq: 1, event, columns: columnsOf(event) }));
  },
  stored: () => (event) => `${rawOf(eventOf(rawOf(event)))} ${problemsOf(event)}`,
  facts: () => (event) =>
    reports
      .map(({ wants }) => factsOf(event, wants))
      .map((facts) => (isFlaw(facts) ? facts.code : `${facts.comm} ${facts.exe} ${facts.files} ${facts.keys}`))
      .join('\n'),
  matched: () => {
    const matches = ['comm i= "cat"', 'exe r= "a.*b"', '\\record_type == SYSCALL', 'uid == 0'].map((text) =>
      matcher(parseExpression(text), interpretingContext(accounts)),
    );
    return (event) => matches.map((match) => match(event)).join();
  },
};

type Reader = (events: readonly AuditEvent[], log: Uint8Array) => unknown;

const read =
  (events: readonly AuditEvent[]): explain.Read =>
  async ({ event, line, strace }) => {
    for (const one of events) {
      event(one);
      for (const { text } of one.records) if (text !== undefined) line?.(text);
      for (const { text } of one.records) if (text !== undefined) strace?.push(text);
    }
  };

/** What is asked of a trail as a whole. */
export const questions: Readonly<Record<string, Reader>> = {
  async 'who killed'(events) {
    const { all, logins } = await explain.askKills(read(events), {}, clock);
    return all.map((story) => [explain.storyText(story, logins, page), explain.storyJson(story, logins, page)]);
  },
  async 'who killed NAME'(events) {
    const { ended, logins } = await explain.askKills(
      read(events),
      { name: '/usr/bin/x y', near: 1_700_000_000_000 },
      clock,
    );
    return ended.map((story) => explain.storyText(story, logins, page));
  },
  async 'who touched'(events) {
    const query = { path: '/etc/passwd' };
    const wish = { all: true, changes: false };
    const { lives, logins } = await explain.askTouches(read(events), query, new Set(['08:01 10']), wish);
    return lives.map((life) => [
      explain.touchedText(life, query, page),
      life.touches.map((touch) => explain.touchJson(touch, life, logins, page)),
    ]);
  },
  async tree(events) {
    const { trees } = await explain.askTree(read(events), {});
    return [
      explain.treeText(trees, page),
      explain.treeHtml(trees, 'title', page).length,
      JSON.stringify(trees.map((tree) => explain.treeJson(tree, page))),
    ];
  },
  async sessions(events) {
    const { sessions, failures } = await explain.askSessions(read(events), {}, undefined, () => undefined);
    return [
      sessions.map((story) => [explain.sessionText(story, page, true), explain.sessionJson(story, page)]),
      explain.failuresText(failures, page),
      failures.map(explain.failureJson),
    ];
  },
  async 'sessions of a user'(events) {
    return (await explain.askSessions(read(events), {}, 'root', () => 0)).sessions.length;
  },
  glance(events) {
    const glance = new explain.Glance(tty);
    for (const event of events) glance.push(event);
    return [glance.rate(40), explain.glanceText(glance, { title: 't', source: 's', next: [['a', 'b']] }, page)];
  },
  summary(events) {
    const counter = new ActivityCounter({});
    for (const event of events) counter.add(event);
    return activityText(counter.activity, { subject: 's', stamp: ({ sec }) => String(sec) });
  },
  overview(events) {
    const overview = newOverview();
    for (const event of events) {
      const facts = factsOf(
        event,
        Object.values(WANT).reduce((all, bit) => all | bit, 0),
      );
      if (!isFlaw(facts)) addToOverview(overview, facts);
    }
    return overview.counts;
  },
  reports(events) {
    const wordings = [words(accounts), numbers()];
    return reports.flatMap((report) =>
      [report, classicOf(report)].map(({ takes, rows, summary, wants }) =>
        events.map((event) => {
          const facts = factsOf(event, wants);
          if (isFlaw(facts)) return facts.code;
          const counted = (summary?.takes ?? takes)(facts);
          return wordings.map((wording) => [
            takes(facts) ? rows(facts, wording) : [],
            counted ? summary?.keys(facts, wording).map((key) => summary.label?.(key, wording) ?? key) : [],
          ]);
        }),
      ),
    );
  },
  'last logins'(events) {
    const told: unknown[] = [];
    const last = new LastLogins({ stay: (stay) => told.push(stay), failure: (failure) => told.push(failure) });
    const newest = new Map();
    for (const event of events) {
      last.add(event);
      addLastLogin(newest, event);
    }
    last.end();
    return [told, [...newest]];
  },
  metrics(events) {
    const metrics = new Metrics();
    for (const event of events) metrics.see(event);
    return metrics.counts;
  },
  'a window of the store'(events) {
    return [...eventsIn(textOfEvents(events))].map(rawOf);
  },
  enrichment(_events, log) {
    const context = { accounts, sockaddr: sockaddrText };
    const lines = Buffer.from(log).toString('latin1').split('\n');
    const fast = enricher(context);
    const plain = plainEnricher(context);
    return lines.map((line) => [fast(line, 0), plain(line, 0)]);
  },
  'plugin input'(_events, log) {
    const reader = new BinaryReader();
    let heard = 0;
    const lines = Buffer.from(log).toString('latin1').split('\n');
    for (const line of lines) {
      const bytes = Buffer.from(line, 'latin1');
      syslogMessage(line, syslogArguments([]), new Date(0));
      for (const _ of reader.push(binaryOf(bytes, true))) heard++;
    }
    return heard;
  },
  'kernel log'(_events, log) {
    const lines: string[] = [];
    const kernel = new explain.KernelLog(clock, (line) => lines.push(line));
    for (const line of Buffer.from(log).toString('latin1').split('\n')) kernel.push(line);
    return [kernel.kills, lines];
  },
  'strace log'(_events, log) {
    const feed = new explain.StraceFeed(new explain.ProcessHistory({ keep: 'all' }));
    for (const line of Buffer.from(log).toString('latin1').split('\n')) feed.push(line);
    return feed.history.lives.length;
  },
};

/** The events of a log, with memory of their own. */
export function eventsOf(log: Uint8Array, order: 'ending' | 'time' = 'ending'): AuditEvent[] {
  const events = readEvents([log], { order });
  for (const { records } of events)
    for (const record of records) {
      record.text ??= Buffer.from(record.bytes!.subarray(record.start, record.end)).toString('latin1');
      record.bytes = undefined;
    }
  return events;
}

/** Everything that is made of a log. */
export async function readAll(log: Uint8Array): Promise<void> {
  const events = eventsOf(log);
  for (const make of Object.values(printers)) {
    const printer = make();
    for (const event of events) printer(event);
  }
  for (const reader of Object.values(questions)) await reader(events, log);
}

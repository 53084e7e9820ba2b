// Replies about events: rows, pages, one event, counts, what fits into a query bar, and what the live stream sends.

import { z } from 'zod';
import { maybe, named, type Sent, text, time, whole } from './shape.ts';
import { unread } from './unread.ts';

/** One event in a list: enough for a row. */
export const EventRow = named(
  'EventRow',
  z.strictObject({
    seq: whole.describe('Ascends in the order of arrival; unique in the store'),
    id: text.describe('SECONDS.MILLI:SERIAL'),
    time,
    node: text,
    type: text,
    kind: text,
    action: text,
    outcome: z.enum(['', 'success', 'failed']),
    syscall: text,
    comm: text,
    exe: text,
    tty: text,
    key: text,
    object: text,
    pid: maybe(whole),
    ppid: maybe(whole),
    auid: maybe(whole),
    uid: maybe(whole),
    ses: maybe(whole),
    login: maybe(text.describe('Name of auid on this machine, or from an enriched trail')),
    user: maybe(text.describe('The same of uid')),
    sentence: text.describe('What happened, as `auspex search --format text` says it, without the time'),
  }),
);
export type EventRow = Sent<typeof EventRow>;

/** GET /api/events: newest first; with `after` the ones that came since, oldest first. */
export const EventPage = named(
  'EventPage',
  z.strictObject({
    events: z.array(EventRow),
    more: z.boolean().describe('More of them follow in the direction asked'),
    unread,
  }),
);
export type EventPage = Sent<typeof EventPage>;

/** GET /api/events/count */
export const EventCount = named('EventCount', z.strictObject({ count: whole, unread }));
export type EventCount = Sent<typeof EventCount>;

/** A count that leads on: `q` finds the counted and maybe more (the same text elsewhere in an event, other outcomes),
 * the parameters of `narrowing` exactly them. */
export const NamedCount = named(
  'NamedCount',
  z.strictObject({
    name: text,
    count: whole,
    q: text.describe('An expression that finds them, and maybe more'),
    narrowing: z.record(text, text).describe('Parameters that narrow a view to exactly them'),
  }),
);
export type NamedCount = Sent<typeof NamedCount>;

const values = z.record(text, z.union([text, z.array(text)]));

/** A record of an event (docs/json.md). */
export const EventRecord = named(
  'EventRecord',
  z.strictObject({
    type: text,
    raw: values.describe('Every field as recorded'),
    text: maybe(values.describe('What a field reads as, where that differs')),
    words: maybe(text),
    bytes: maybe(z.record(text, text).describe('Hex of fields whose raw text is no UTF-8')),
  }),
);
export type EventRecord = Sent<typeof EventRecord>;

const party = z.strictObject({
  primary: maybe(text),
  secondary: maybe(text),
  second: maybe(text),
  kind: maybe(text),
});

const thing = party.extend({
  path: maybe(text.describe('Where a file stands, absolute')),
  newPath: maybe(text.describe('Of a rename or a link')),
  folder: maybe(
    z.strictObject({ device: text, inode: text }).describe('Of a name whose folder no record names, the folder'),
  ),
});

/** An event as docs/json.md has it. */
const EventJson = named(
  'Event',
  z.strictObject({
    id: text,
    time,
    serial: whole,
    node: maybe(text),
    kind: maybe(text),
    action: maybe(text),
    outcome: maybe(text),
    session: maybe(text),
    subject: maybe(party),
    object: maybe(thing),
    how: maybe(text),
    keys: maybe(z.array(text)),
    argv: maybe(z.array(text)),
    records: z.array(EventRecord),
    problems: maybe(z.array(text)),
  }),
);

/** GET /api/events/{seq} */
export const EventDetail = named(
  'EventDetail',
  z.strictObject({
    row: EventRow,
    event: EventJson,
    lines: z.array(text).describe('The records as they stand in the trail; a byte that is no UTF-8 as `\\xff`'),
    bytes: z.array(text).describe('The same in base64: the exact bytes'),
    related: z
      .array(z.strictObject({ label: text, count: whole, q: text, narrowing: z.record(text, text) }))
      .describe('Searches for what belongs to it: same process, session, file, program, key'),
  }),
);
export type EventDetail = Sent<typeof EventDetail>;

/** GET /api/facets: the most frequent values of each column. */
export const FacetReply = named(
  'FacetReply',
  z.strictObject({
    total: whole,
    facets: z.array(
      z.strictObject({
        column: text,
        values: z.array(z.strictObject({ value: text, label: maybe(text), count: whole })),
      }),
    ),
  }),
);
export type FacetReply = Sent<typeof FacetReply>;

/** GET /api/histogram: counts over time; with `by`, those of the 8 most frequent values, and of the rest as `other`. */
export const Histogram = named(
  'Histogram',
  z.strictObject({
    seconds: whole.describe('Width of a bucket'),
    fromSeconds: whole,
    toSeconds: whole,
    series: z.array(z.strictObject({ name: text, counts: z.array(whole) })),
  }),
);
export type Histogram = Sent<typeof Histogram>;

/** GET /api/complete: names and values that fit at a place of an expression, and the expression's fault. */
export const CompletionReply = named(
  'CompletionReply',
  z.strictObject({
    from: whole.describe('The part of `q` that an item takes the place of'),
    to: whole,
    items: z.array(z.strictObject({ text, detail: text })),
    fault: maybe(z.strictObject({ message: text, column: whole, length: whole })),
  }),
);
export type CompletionReply = Sent<typeof CompletionReply>;

/** GET /api/live, `event: rate`, once a second. */
export const LiveRate = named(
  'LiveRate',
  z.strictObject({
    seconds: whole,
    events: whole.describe('Events in the last second'),
    matched: whole.describe('Those of them that match'),
    lost: whole,
    backlog: whole,
  }),
);
export type LiveRate = Sent<typeof LiveRate>;

/** GET /api/live, `event: dropped`: this viewer was too slow for so many rows; they are in the store. */
export const LiveDropped = named('LiveDropped', z.strictObject({ count: whole }));
export type LiveDropped = Sent<typeof LiveDropped>;

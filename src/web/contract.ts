// What the console's server answers: one type for each reply, shared with the page (type-only imports) and described in
// the OpenAPI document. Text is Unicode as JSON has it: bytes of a log that are no UTF-8 are shown as `\xff`, and their
// exact bytes stand beside (docs/json.md). Nothing here is escaped for HTML: who shows it does so. Times are RFC 3339 in
// UTC, or seconds since 1970 where a number says `Seconds`.

/** Every refusal. Status 400 bad input, 401 no session, 403 not allowed, 404, 408 took too long, 413, 429, 500, 503. */
export interface ApiFault {
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** What to do about it. */
    readonly remedy?: string;
    /** Of a bad expression: the column the fault begins at, from 0, and how long it is. */
    readonly column?: number;
    readonly length?: number;
    /** Of a bad parameter: its name. */
    readonly parameter?: string;
  };
}

/** What every view may narrow the trail by; as query parameters of the same names. */
export interface Narrowing {
  /** Expression language (docs/expression.md). */
  readonly q?: string;
  /** Seconds since 1970, or a moment in words (`1h`, `today`, RFC 3339): from (with) and to (without). */
  readonly since?: string;
  readonly until?: string;
  /** Values of facets: `exe=/usr/bin/cat`, `outcome=failed`, `auid=1000`; '' is "the event has none". Repeatable. */
  readonly [facet: string]: string | undefined;
}

/** GET /api/health: what this console shows. */
export interface Health {
  readonly version: string;
  readonly host: string;
  readonly source: {
    /** live: capture of this kernel; log: a log followed; sample: the trail shipped with Auspex. */
    readonly kind: 'live-unicast' | 'live-multicast' | 'log' | 'sample';
    /** One sentence: which, and why not a better one. */
    readonly text: string;
    readonly path?: string;
  };
  readonly store: {
    readonly kind: 'duckdb' | 'memory';
    readonly path?: string;
    readonly events: number;
    readonly bytes: number;
  };
  /** While what was there at the start is still being read: how much of it, in bytes. */
  readonly reading?: { readonly bytes: number };
  /** First and last event, where there is one. */
  readonly first?: string;
  readonly last?: string;
  readonly kernel?: {
    readonly enabled: number;
    readonly daemonPid: number;
    readonly lost: number;
    readonly backlog: number;
    readonly backlogLimit: number;
    readonly rateLimit: number;
  };
  /** Events the capture knows it missed. */
  readonly missed: number;
  readonly allowChanges: boolean;
  readonly uptimeSeconds: number;
  /** The name the viewer logged in as, and whether a password may be asked for. */
  readonly viewer: string;
}

/** One event in a list: enough for a row. */
export interface EventRow {
  readonly seq: number;
  /** `SECONDS.MILLI:SERIAL`. */
  readonly id: string;
  readonly time: string;
  readonly node: string;
  readonly type: string;
  readonly kind: string;
  readonly action: string;
  readonly outcome: '' | 'success' | 'failed';
  readonly syscall: string;
  readonly comm: string;
  readonly exe: string;
  readonly tty: string;
  readonly key: string;
  readonly object: string;
  readonly pid?: number;
  readonly ppid?: number;
  readonly auid?: number;
  readonly uid?: number;
  readonly ses?: number;
  /** Names of auid and uid on this machine (or from an enriched trail), where known. */
  readonly login?: string;
  readonly user?: string;
  /** The normalised sentence, as `auspex search --format text` has it, without its time. */
  readonly sentence: string;
}

/** GET /api/events?…narrowing&limit=&before=SEQ|after=SEQ: newest first (`after`: the ones that came since, oldest first). */
export interface EventPage {
  readonly events: readonly EventRow[];
  /** More of them follow in the direction asked. */
  readonly more: boolean;
}

/** GET /api/events/count?…narrowing */
export interface EventCount {
  readonly count: number;
}

/** GET /api/events/:seq */
export interface EventDetail {
  readonly row: EventRow;
  /** As docs/json.md has it: raw fields, interpreted texts, problems. */
  readonly event: Readonly<Record<string, unknown>> & { readonly records: readonly EventRecord[] };
  /** The records' lines as they stand in the trail, bytes that are no UTF-8 or not printable as `\xff`. */
  readonly lines: readonly string[];
  /** Lines in base64: the exact bytes. */
  readonly bytes: readonly string[];
  /** Searches for what belongs to it: same process, session, file, program, key; with how many events there are. */
  readonly related: readonly ({ readonly label: string } & Omit<NamedCount, 'name'>)[];
}

export interface EventRecord {
  readonly type: string;
  readonly raw: Readonly<Record<string, string | readonly string[]>>;
  readonly text: Readonly<Record<string, string | readonly string[]>>;
  readonly words?: string;
  readonly bytes?: Readonly<Record<string, string>>;
}

/** GET /api/facets?columns=exe,key,…&limit=&…narrowing: the most frequent values of each column. */
export interface FacetReply {
  readonly total: number;
  readonly facets: readonly {
    readonly column: string;
    readonly values: readonly { readonly value: string; readonly label?: string; readonly count: number }[];
  }[];
}

/** GET /api/histogram?buckets=N&by=kind|outcome|…&…narrowing: counts over time, `by` at most the 8 most frequent values. */
export interface Histogram {
  /** Width of a bucket. */
  readonly seconds: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly series: readonly { readonly name: string; readonly counts: readonly number[] }[];
}

/** GET /api/overview?since=&until=: the front page in one reply. */
export interface Overview {
  readonly events: number;
  readonly first?: string;
  readonly last?: string;
  readonly rate: Histogram;
  readonly failures: { readonly count: number; readonly top: readonly NamedCount[] };
  readonly logins: {
    readonly succeeded: number;
    readonly failed: number;
    readonly latest: readonly EventRow[];
  };
  /** Programs seen in this range and not before it (in the store). */
  readonly newExecutables: readonly {
    readonly exe: string;
    readonly first: string;
    readonly count: number;
    readonly seq: number;
  }[];
  readonly users: readonly NamedCount[];
  readonly keys: readonly NamedCount[];
  readonly executables: readonly NamedCount[];
  readonly kills: readonly EventRow[];
  /** Loss told in the trail or by the kernel. */
  readonly loss: { readonly lost: number; readonly backlog: number; readonly backlogLimit: number };
}

export interface NamedCount {
  readonly name: string;
  readonly count: number;
  /** An expression that finds them, and maybe more: the same text elsewhere in an event, other outcomes. */
  readonly q: string;
  /** Parameters that narrow a view to exactly them: `{ exe: '/usr/bin/cat', outcome: 'failed' }`. */
  readonly narrowing: Readonly<Record<string, string>>;
}

/** GET /api/tree?pid=&session=&auid=&limit=&since=&until= */
export interface TreeReply {
  readonly trees: readonly ProcessNode[];
  /** Processes left out because there were too many. */
  readonly omitted: number;
}

/** `auspex tree --json` (docs/tree.md). */
export interface ProcessNode extends ProcessFacts {
  readonly images: readonly {
    readonly at: string;
    readonly program: string;
    readonly command: readonly string[];
    readonly exe?: string;
    readonly cwd?: string;
  }[];
  readonly threads?: number;
  readonly endedBy?: string;
  readonly children: readonly ProcessNode[];
}

export interface ProcessFacts {
  readonly pid: number;
  readonly ppid?: number;
  readonly program: string;
  readonly command: readonly string[];
  readonly exe?: string;
  readonly comm?: string;
  readonly uid?: number;
  readonly user?: string;
  readonly auid?: number;
  readonly session?: number;
  readonly terminal?: string;
  readonly started?: string;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly ended?: string;
  readonly exitStatus?: number;
  readonly endSignal?: string;
}

/** GET /api/answers/who-killed?pid=|name=|unit=&at=&all=&since=&until=; stories newest first. */
export interface KillAnswer {
  readonly stories: readonly {
    /** As `auspex who-killed --json` has it (docs/who-killed.md). */
    readonly data: Readonly<Record<string, unknown>>;
    /** The story as text, as the command tells it. */
    readonly text: string;
  }[];
  /** Older stories left out. */
  readonly omitted?: number;
  /** Why nothing may have been found: rules that are missing, and the line to add. */
  readonly hint?: string;
}

/** GET /api/answers/who-touched?path=&below=&changes=&all=&since=&until= */
export interface TouchAnswer {
  readonly files: readonly { readonly text: string; readonly touches: readonly Readonly<Record<string, unknown>>[] }[];
  readonly hint?: string;
}

/** GET /api/answers/summary?auid=|uid=|session=|pid=|exe=|key=&top=&since=&until=: `auspex summary --json` and its text. */
export interface SummaryAnswer {
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** GET /api/sessions?since=&until=&auid=&who=: logins newest first, and failed ones. `auspex sessions --json`. */
export interface SessionsReply {
  readonly sessions: readonly Readonly<Record<string, unknown>>[];
  readonly failures: readonly Readonly<Record<string, unknown>>[];
  /** Older ones left out. */
  readonly omitted: number;
}

/** GET /api/reports: what there is. */
export interface ReportList {
  readonly reports: readonly {
    readonly name: string;
    readonly title: string;
    readonly help: string;
    readonly hasSummary: boolean;
  }[];
}

/** GET /api/reports/:name?rows=true|false&by=hour|day|user|host&failed=&success=&top=&since=&until= ; `overview` is a name. */
export interface ReportReply {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  /** Rows left out by `top`. */
  readonly omitted: number;
}

/** GET /api/reports/:name.html, /api/report.html: one self-contained file for an auditor. (text/html, attachment) */

/** GET /api/rules: the set: what the kernel has (when it may be asked), and the files of this machine. */
export interface RulesReply {
  /** Undefined with `loadedFault` when the kernel cannot be asked. */
  readonly loaded?: readonly RuleLine[];
  readonly loadedFault?: string;
  readonly files: readonly { readonly path: string; readonly rules: readonly RuleLine[] }[];
  readonly findings: readonly RuleFinding[];
  readonly allowChanges: boolean;
}

export interface RuleLine {
  readonly text: string;
  readonly line?: number;
  readonly key?: string;
  /** What it does, in a sentence or more. */
  readonly meaning: string;
}

export interface RuleFinding {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'hint';
  readonly message: string;
  readonly remedy: string;
}

/** POST /api/rules/check {text}: a set that is being written: what each line means, and its faults. */
export interface RuleCheckReply {
  readonly rules: readonly RuleLine[];
  readonly findings: readonly RuleFinding[];
}

/** GET /api/rules/cost?since=&until= (the loaded set, or the files'), POST /api/rules/cost {text}: estimated from the trail. */
export interface RuleCostReply {
  readonly seconds: number;
  readonly rules: readonly {
    readonly text: string;
    readonly eventsPerDay: number;
    readonly recordsPerDay: number;
    readonly bytesPerDay: number;
    readonly share: number;
  }[];
}

/** POST /api/rules/plan {text}: what would change in the kernel. */
export interface RulePlanReply {
  readonly steps: readonly { readonly op: 'add' | 'delete'; readonly text: string; readonly moved: boolean }[];
  readonly kept: number;
  /** What the text sets besides rules (backlogLimit, …). `-e 2` counts as `-e 1`: a page never locks a machine. */
  readonly settings: readonly { readonly name: string; readonly value: number }[];
  readonly findings: readonly RuleFinding[];
  /** To be sent back to apply exactly this: a hash of the kernel's set and of the wanted one. */
  readonly plan: string;
}

/** POST /api/rules/apply {text, plan}: only with --allow-changes (else 403); 409 when the kernel's set is no longer the planned one. */
export interface RuleApplyReply {
  readonly applied: number;
  readonly kept: number;
}

/** GET /api/complete?q=&at=COLUMN: names and values that fit at a place of an expression; and the expression's fault. */
export interface CompletionReply {
  /** The part of `q` that an item takes the place of. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly { readonly text: string; readonly detail: string }[];
  readonly fault?: { readonly message: string; readonly column: number; readonly length: number };
}

/**
 * GET /api/live?…narrowing: server-sent events. `event: row` data EventRow, id = seq (resume with Last-Event-ID);
 * `event: rate` data LiveRate once a second; `event: dropped` data {count}: this viewer was too slow and was not sent
 * so many rows (they are in the store: fetch them with `after`).
 */
export interface LiveRate {
  readonly seconds: number;
  /** Events in the last second, all and those that match. */
  readonly events: number;
  readonly matched: number;
  readonly lost: number;
  readonly backlog: number;
}

/** POST /api/login {token} or {name, password}: sets the session cookie. POST /api/logout. */
export interface LoginReply {
  readonly viewer: string;
}

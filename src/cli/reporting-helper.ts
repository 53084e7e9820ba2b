// What a thread of reporting.ts does with its range of a trail. It is apart from the thread itself, so that tests can do
// the same on one.

import type { AuditTime } from '../base/types.ts';
import { EventFaults } from '../host/faults.ts';
import { FileSpan, type SpanPart } from '../logs/span.ts';
import type { UnreadPart } from '../record/unread.ts';
import type { Span } from '../report/gate.ts';
import { type Gathered, Gathering } from '../report/gather.ts';
import { Asker, type Question } from '../reporting/question.ts';
import { type Range, RangeSearch } from '../search/range.ts';

/** What a thread is given. */
export interface HelperInput {
  readonly question: Question;
  readonly parts: readonly SpanPart[];
  readonly range: Range;
}

/** When the first record of the trail was, and the first and the last event in the asked time. */
export interface Seen {
  readonly first: AuditTime | undefined;
  readonly span: Span | undefined;
}

/** What a range gave, and what waits at its end. */
export interface HelperPart extends Seen {
  readonly state: Int32Array;
  readonly gathered: Gathered;
  readonly unread: UnreadPart;
  /** Events that could not be handled. */
  readonly faults: number;
}

/** Who takes a range: another thread, as a rule. */
export interface Helper {
  /** What waits where its range begins. */
  readonly begun: Promise<Int32Array>;
  readonly done: Promise<HelperPart>;
  /** The rest of the trail. */
  goOn(): Promise<HelperPart>;
  stop(): Promise<void>;
}

export class HelperWork {
  private readonly range: Range;
  private readonly span: FileSpan;
  private readonly into = new Gathering();
  private readonly asker: Asker;
  private readonly search: RangeSearch;
  /** Told on this thread, counted by the one that asked. */
  private readonly faults = new EventFaults();

  constructor({ question, parts, range }: HelperInput, stopping?: () => boolean) {
    this.range = range;
    this.span = new FileSpan(parts);
    this.asker = new Asker(question, this.into);
    this.search = new RangeSearch(this.span, {
      timeout: question.timeout,
      classic: question.classic,
      stopping,
      guard: this.faults,
      found: (event) => this.asker.take(event),
    });
  }

  begin(): Int32Array {
    this.search.read(this.range.warm, this.range.from, true);
    return this.search.state();
  }

  finish(): HelperPart {
    return this.readTo(this.range.from, this.range.to);
  }

  goOn(): HelperPart {
    return this.readTo(this.range.to, this.span.size);
  }

  private readTo(from: number, to: number): HelperPart {
    const { search, asker, into, faults } = this;
    const before = faults.count;
    search.read(from, to);
    if (to === this.span.size) search.end();
    return {
      state: search.state(),
      gathered: into.part(),
      unread: search.unread.part(),
      first: search.first,
      span: asker.span,
      faults: faults.count - before,
    };
  }
}

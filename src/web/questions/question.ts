// Questions that take long, as data: a thread can be handed one. They read the whole trail, or are about rules. What is asked
// of the store itself (pages, counts, charts) is none of them.

import type { Accounts, ErrorCode } from '../../base/index.ts';
import type { TimeRange } from '../../base/range.ts';
import type { AuditEvent } from '../../event/index.ts';
import type { KernelLogOptions, TouchQuery, TouchWish, TreeQuery, VictimQuery } from '../../explain/index.ts';
import type { PlanKernel } from '../../policy/index.ts';
import type { Unread } from '../../record/index.ts';
import type { Selection as Subject } from '../../report/index.ts';
import type { GroupName } from '../../reporting/question.ts';
import type { RuleContext, RuleSource } from '../../rule/index.ts';
import type { Selection } from '../../store/index.ts';
import type {
  KillAnswer,
  RuleCheckReply,
  RuleCostReply,
  RulePlanReply,
  RulesReply,
  SessionsReply,
  SummaryAnswer,
  TouchAnswer,
  TreeReply,
} from '../contract.ts';
import type { PageTable } from '../report-page.ts';

/** Which part of the trail; seconds since 1970. */
export type Range = Pick<Selection, 'from' | 'to'>;

/** A question about the trail: its answer says what of that could not be read. */
interface OfTrail {
  readonly range: Range;
  readonly unread: readonly Unread[];
}

export interface KillQuestion extends OfTrail {
  readonly kind: 'kills';
  readonly victim: VictimQuery;
  /** Also signals the victim lived on after. */
  readonly all: boolean;
  readonly clock: KernelLogOptions;
  /** Lines of the kernel's log, where it belongs to the trail. */
  readonly kernelLog?: readonly string[];
}

export interface TouchQuestion extends OfTrail {
  readonly kind: 'touches';
  readonly file: TouchQuery;
  readonly wish: TouchWish;
}

export interface SummaryQuestion extends OfTrail {
  readonly kind: 'summary';
  /** As ActivityCounter takes it: text is latin1. */
  readonly of: Subject;
  readonly top: number;
}

export interface TreeQuestion extends OfTrail {
  readonly kind: 'tree';
  readonly query: TreeQuery;
  /** Processes at most. */
  readonly limit: number;
}

export interface SessionsQuestion extends OfTrail {
  readonly kind: 'sessions';
  readonly period: TimeRange;
  readonly auid?: number | undefined;
  /** A user's name (latin1), or the number of a session or login uid. */
  readonly who?: string | undefined;
}

/** A table of a report; undefined is the overview. */
export interface NamedWish {
  readonly report: string | undefined;
  readonly rows: boolean;
  readonly by: GroupName | undefined;
  readonly most?: number;
}

export interface TablesQuestion {
  readonly kind: 'tables';
  readonly range: Range;
  readonly wishes: readonly NamedWish[];
  readonly outcome: 'yes' | 'no' | undefined;
}

export interface CostQuestion {
  readonly kind: 'cost';
  readonly range: Range;
  /** Rules; undefined asks for those that are loaded, else those of the files. */
  readonly text: string | undefined;
}

export interface RulesQuestion {
  readonly kind: 'rules';
  readonly allowChanges: boolean;
}

/** What a text of rules means, and its faults. */
export interface CheckQuestion {
  readonly kind: 'check';
  readonly text: string;
}

export interface PlanQuestion {
  readonly kind: 'plan';
  readonly text: string;
}

export interface ApplyQuestion {
  readonly kind: 'apply';
  readonly text: string;
  /** As PlanQuestion was answered. */
  readonly plan: string;
}

/** What came of a change. A failed one left everything as it was, or says what it did not (see `applyChange`). */
export type ApplyOutcome =
  | { readonly kind: 'other-plan' }
  | (ApplyCounts & { readonly kind: 'applied' })
  | (ApplyCounts & { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string });

interface ApplyCounts {
  readonly steps: number;
  readonly kept: number;
  readonly settings: number;
}

export type Question =
  | KillQuestion
  | TouchQuestion
  | SummaryQuestion
  | TreeQuestion
  | SessionsQuestion
  | TablesQuestion
  | CostQuestion
  | RulesQuestion
  | CheckQuestion
  | PlanQuestion
  | ApplyQuestion;

/** What each kind of question is answered with. */
export interface Answers {
  readonly kills: KillAnswer;
  readonly touches: TouchAnswer;
  readonly summary: SummaryAnswer;
  readonly tree: TreeReply;
  readonly sessions: SessionsReply;
  readonly tables: readonly PageTable[];
  readonly cost: RuleCostReply;
  readonly rules: RulesReply;
  readonly check: RuleCheckReply;
  readonly plan: RulePlanReply;
  readonly apply: ApplyOutcome;
}

/** Where rules come from, and where they go. */
export interface Policy {
  readonly context: RuleContext;
  /** Throws AuditError where the kernel cannot be asked. */
  readonly kernel: () => PlanKernel & { close(): void };
  /** This machine's rules files; none where there are none. */
  readonly sources: () => readonly RuleSource[];
}

/** What an answer is made with. */
export interface Ground {
  readonly accounts: Accounts;
  readonly policy: Policy;
  /** To be called often by what takes long; throws AuditError `cancelled` when the console ends. */
  goOn(): void;
  /** Hands every event of a selection to `take`, the oldest first (see `Store.texts`). */
  each(selection: Selection, take: (event: AuditEvent) => void): Promise<void>;
}

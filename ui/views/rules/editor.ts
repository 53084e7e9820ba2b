// What the rules editor knows of the text being written: lines, the faults of each, where a fault stands, and what a plan
// would do. Pure.
import type { RuleCostReply, RuleFinding, RuleLine, RulePlanReply } from '../../../src/web/contract.ts';

export type Severity = RuleFinding['severity'];

const WORST: readonly Severity[] = ['error', 'warning', 'hint'];

/** The lines of a text, as an editor counts them: a trailing line end begins an empty one. */
export const linesOf = (text: string): readonly string[] => text.split('\n');

/** Offset in the text of a place; line and column from 1, as the server counts them. Past the end of a line: its end. */
export function offsetOf(text: string, line: number, column = 1): number {
  let at = 0;
  for (let n = 1; n < line; n++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  const end = text.indexOf('\n', at);
  return Math.min(at + Math.max(0, column - 1), end < 0 ? text.length : end);
}

/** Line and column, from 1, of an offset. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}

/** The word a fault at a column stands on, for selecting it: [from, to) in the text. */
export function wordAt(text: string, line: number, column: number | undefined): readonly [number, number] {
  const from = offsetOf(text, line, column ?? 1);
  const end = text.indexOf('\n', from);
  const rest = text.slice(from, end < 0 ? text.length : end);
  const word = column === undefined ? rest : (/^\S+/.exec(rest)?.[0] ?? rest);
  return [from, from + word.length];
}

/** A line of the editor with what is said about it. */
export interface EditorLine {
  readonly number: number;
  readonly findings: readonly RuleFinding[];
  readonly worst?: Severity;
  readonly rule?: RuleLine;
}

/** Each line with its findings and its meaning. */
export function editorLines(
  text: string,
  rules: readonly RuleLine[],
  findings: readonly RuleFinding[],
): readonly EditorLine[] {
  const meant = new Map(rules.filter((rule) => rule.line !== undefined).map((rule) => [rule.line!, rule]));
  return linesOf(text).map((_, i) => {
    const here = findings.filter((finding) => finding.line === i + 1);
    const worst = WORST.find((severity) => here.some((finding) => finding.severity === severity));
    const rule = meant.get(i + 1);
    return { number: i + 1, findings: here, ...(worst ? { worst } : {}), ...(rule ? { rule } : {}) };
  });
}

/** `2 errors, 1 hint`; '' for none. */
export function findingsText(findings: readonly RuleFinding[]): string {
  return WORST.map((severity) => ({ severity, count: findings.filter((one) => one.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ');
}

/** `file:line:column`, as much of it as is known. */
export function placeText({ file, line, column }: RuleFinding): string {
  const place = line === undefined ? '' : column === undefined ? `line ${line}` : `line ${line}, column ${column}`;
  return file
    ? `${file}${line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`}`
    : place || 'the set';
}

/** Findings, worst first, then by file and line. */
export const sortedFindings = (findings: readonly RuleFinding[]): RuleFinding[] =>
  findings.toSorted(
    (a, b) =>
      WORST.indexOf(a.severity) - WORST.indexOf(b.severity) ||
      (a.file ?? '').localeCompare(b.file ?? '') ||
      (a.line ?? 0) - (b.line ?? 0),
  );

/** What a plan comes to: `2 to add, 1 to delete, 0 to move, 12 stay`. A moved rule is deleted and added; it counts once. */
export function planText({ steps, kept }: Pick<RulePlanReply, 'steps' | 'kept'>): string {
  const added = steps.filter((step) => step.op === 'add' && !step.moved).length;
  const deleted = steps.filter((step) => step.op === 'delete' && !step.moved).length;
  const moved = steps.filter((step) => step.op === 'add' && step.moved).length;
  return `${added} to add, ${deleted} to delete, ${moved} to move; ${kept} ${kept === 1 ? 'stays' : 'stay'} as ${kept === 1 ? 'it is' : 'they are'}`;
}

/** A rule's cost as a bar. */
export interface CostBar {
  readonly text: string;
  readonly eventsPerDay: number;
  readonly bytesPerDay: number;
  /** Of the dearest rule. */
  readonly share: number;
}

/** The dearest first; rules that cost nothing are counted, not drawn. */
export function costBars({ rules }: RuleCostReply): { readonly bars: readonly CostBar[]; readonly silent: number } {
  const dear = rules.filter((rule) => rule.bytesPerDay > 0).toSorted((a, b) => b.bytesPerDay - a.bytesPerDay);
  const greatest = dear[0]?.bytesPerDay ?? 1;
  return {
    bars: dear.map(({ text, eventsPerDay, bytesPerDay }) => ({
      text,
      eventsPerDay,
      bytesPerDay,
      share: bytesPerDay / greatest,
    })),
    silent: rules.length - dear.length,
  };
}

interface RuleFile {
  readonly path: string;
  readonly rules: readonly RuleLine[];
}

/** Neighbours of one path as one file: a merged set names the file of each stretch. */
export function joinedFiles(files: readonly RuleFile[]): RuleFile[] {
  const joined: RuleFile[] = [];
  for (const file of files) {
    const last = joined.at(-1);
    if (last?.path === file.path)
      joined[joined.length - 1] = { path: file.path, rules: [...last.rules, ...file.rules] };
    else joined.push(file);
  }
  return joined;
}

/** The files of a set as one text to begin from, each under its name. */
export const textOfFiles = (files: readonly RuleFile[]): string =>
  joinedFiles(files)
    .map(({ path, rules }) => `## ${path}\n${rules.map((rule) => `${rule.text}\n`).join('')}`)
    .join('\n');

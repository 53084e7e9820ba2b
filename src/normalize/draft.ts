// An event's meaning while it is put together. Internal to this folder.

import type { EventKind, FieldAt, Normalized, ObjectKind, Outcome, SubjectKind } from './types.ts';

export interface Draft {
  kind: EventKind;
  session: FieldAt | undefined;
  subject: {
    primary: FieldAt | undefined;
    secondary: FieldAt | undefined;
    kind: SubjectKind | undefined;
    label: FieldAt | undefined;
    attributes: FieldAt[];
  };
  action: string;
  object: {
    primary: FieldAt | undefined;
    secondary: FieldAt | undefined;
    second: FieldAt | undefined;
    label: FieldAt | undefined;
    kind: ObjectKind;
    cwd: FieldAt | undefined;
    byName: boolean;
    members: readonly FieldAt[];
  };
  result: FieldAt | undefined;
  how: FieldAt | string | undefined;
  outcome: Outcome | undefined;
  key: FieldAt | undefined;
}

export function newDraft(kind: EventKind, action: string, objectKind: ObjectKind): Draft {
  return {
    kind,
    session: undefined,
    subject: { primary: undefined, secondary: undefined, kind: undefined, label: undefined, attributes: [] },
    action,
    object: {
      primary: undefined,
      secondary: undefined,
      second: undefined,
      label: undefined,
      kind: objectKind,
      cwd: undefined,
      byName: false,
      members: NONE,
    },
    result: undefined,
    how: undefined,
    outcome: undefined,
    key: undefined,
  };
}

export function finished(draft: Draft): Normalized {
  draft.outcome = outcomeOf(draft.result);
  return draft;
}

const NONE: readonly FieldAt[] = [];
const GOOD = new Set(['yes', '1', 'success', 'granted']);

/** What a result field says; every value that is not a known good one is a failure. */
function outcomeOf(result: FieldAt | undefined): Outcome | undefined {
  if (!result || result.field.value === '') return undefined;
  return isGood(result.field.value) ? 'success' : 'failed';
}

/** A result that is a success, whatever an older program wrote behind it (`res=success)'`). */
export const isGood = (value: string): boolean => GOOD.has(firstWord(value));

/** Words of the kernel where it has no name. */
const NO_NAME = new Set(['(null)', '(none)']);

const MARKS = ',:';
const CLOSING = "')";

/** The first word of a value: what stands after an unquoted space is not part of it, nor is a mark that closes something
 * around it (older programs wrote `acct=root: … (hostname=?, … res=success)'`). */
export function firstWord(value: string): string {
  if (value.charCodeAt(0) === 34) return value;
  const space = value.indexOf(' ');
  const word = space < 0 ? value : value.slice(0, space);
  if (NO_NAME.has(word)) return word;
  let end = word.length;
  if (end > 0 && MARKS.includes(word[end - 1]!)) end--;
  if (end > 0 && CLOSING.includes(word[end - 1]!)) end--;
  return word.slice(0, end);
}

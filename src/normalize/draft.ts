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

/** A result that is a success; a message whose opening quote is lost leaves its closing one on the value. */
export const isGood = (value: string): boolean => GOOD.has(value.endsWith("'") ? value.slice(0, -1) : value);

/** The first word of a value: what stands after an unquoted space is not part of it. */
export function firstWord(value: string): string {
  if (value.charCodeAt(0) === 34) return value;
  const space = value.indexOf(' ');
  return space < 0 ? value : value.slice(0, space);
}

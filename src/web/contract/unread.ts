// What of the trail could not be read (docs/unread.md): a member of every reply about the trail, since a reply in which
// nothing is says less where not all was read.

import { z } from 'zod';
import { UNREAD_KINDS } from '../../record/unread-kinds.ts';
import { maybe, named, type Sent, text, whole } from './shape.ts';

/** Lines of one kind. */
export const Unread = named(
  'Unread',
  z.strictObject({
    kind: z.enum(Object.keys(UNREAD_KINDS) as [keyof typeof UNREAD_KINDS, ...(keyof typeof UNREAD_KINDS)[]]),
    lines: whole.describe('Of kind `file` 0: how many it has is not known'),
    files: maybe(whole.describe('Of kind `file` only')),
    first: z.strictObject({
      trail: text.describe('The file of the first of them'),
      line: whole.describe('Counted from 1'),
      text: text.describe('How it begins'),
    }),
    what: text.describe('What they are, to stand behind "is" or "are"'),
    remedy: text.describe('What to do: one sentence'),
  }),
);
export type Unread = Sent<typeof Unread>;

/** The member: empty where every line about audit was read, of those this console read since it began. */
export const unread = z
  .array(Unread)
  .describe('Lines about audit that could not be read since the console began, by kind; empty where all were');

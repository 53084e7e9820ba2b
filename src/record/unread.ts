// What of a trail could not be read: so many lines of each kind, where the first stands, and the remedy; and the one
// sentence that says that something is not there. That is only true where every line was read, so the sentence takes the
// tally, and no other place writes such a sentence (test/arch/absent.test.ts).

import { latin1 } from '../base/bytes.ts';
import { safeText } from '../base/terminal.ts';
import { LOOKED_AT, UNREAD_KINDS, type UnreadKind, unreadKind, wholeKind } from './unread-kinds.ts';

/** Lines of one kind that could not be read: plain data, as JSON has it. */
export interface Unread {
  readonly kind: UnreadKind;
  /** Of kind `file` 0: how many lines it has is not known. */
  readonly lines: number;
  /** Files, of kind `file` only. */
  readonly files?: number;
  readonly first: UnreadPlace;
  /** What they are, to stand behind "is" or "are". */
  readonly what: string;
  /** What to do: one sentence. */
  readonly remedy: string;
}

/** Where the first of them stands. */
export interface UnreadPlace {
  /** The file, or `standard input`; '' where it has no name. */
  readonly trail: string;
  /** Counted from 1; of a journal's export, of the records it became. */
  readonly line: number;
  /** How it begins, harmless on a terminal. */
  readonly text: string;
}

/** Characters of a line that are shown. */
const SHOWN = 120;

interface Seen {
  lines: number;
  readonly first: UnreadPlace;
  /** The line is counted from where the range began, not from where a file did. */
  readonly within: boolean;
}

/** A tally as plain data, for other threads. */
export interface UnreadPart {
  readonly kinds: readonly (readonly [UnreadKind, Seen])[];
  readonly trail: string | undefined;
  readonly lines: number;
}

/** Counts lines that could not be read, by kind. Its size does not depend on the trail. */
export class UnreadTally {
  /** Lines of the trail so far, good ones too: the reader counts them. */
  lines = 0;
  private at = -1;
  private trail: string | undefined;
  private kinds = new Map<UnreadKind, Seen>();
  private readonly suspected = new Map<UnreadKind, Seen>();
  /** What the whole trail is, where it is no text. */
  private whole: UnreadKind | undefined;
  private readonly others: (text: string) => UnreadKind | undefined;

  /** `others` tells of lines (latin1) that are not about audit whether they are of a kind all the same. */
  constructor(others: (text: string) => UnreadKind | undefined = () => undefined) {
    this.others = others;
  }

  /** The next file, or stream, begins. */
  begin(trail: string): void {
    this.trail = trail;
    this.lines = 0;
    this.whole = undefined;
  }

  /** The next line, or a further record of it, begins at that byte of the stream. */
  lineAt(at: number): void {
    if (at === this.at) return;
    this.at = at;
    this.lines++;
  }

  /** The line counted last, [start, end), holds no record that could be read; false where it is not about audit. */
  add(bytes: Uint8Array, start: number, end: number): boolean {
    const text = latin1(bytes, start, Math.min(end, start + LOOKED_AT));
    if (this.lines <= 1) this.whole = wholeKind(text);
    if (this.whole === 'utf-16' && end - start < 2) return false; // the other half of a newline
    const kind = this.whole ?? unreadKind(text, end - start <= LOOKED_AT) ?? this.others(text);
    if (kind) this.count(kind, text);
    return kind !== undefined;
  }

  /** The same of a line as latin1 text. */
  addText(line: string): boolean {
    const kind = unreadKind(line.slice(0, LOOKED_AT), line.length <= LOOKED_AT) ?? this.others(line);
    if (kind) this.count(kind, line);
    return kind !== undefined;
  }

  /** A file could not be read to its end, or not at all. */
  failed(trail: string): void {
    const seen = this.kinds.get('file');
    if (seen) seen.lines++;
    else this.kinds.set('file', { lines: 1, first: { trail, line: this.lines, text: '' }, within: false });
  }

  /** One line more of a kind, that of `text` (latin1). */
  count(kind: UnreadKind, text: string, into = this.kinds): void {
    const seen = into.get(kind);
    if (seen) seen.lines++;
    else {
      const first = { trail: this.trail ?? '', line: this.lines, text: safeText(text.slice(0, SHOWN)) };
      into.set(kind, { lines: 1, first, within: this.trail === undefined });
    }
  }

  /** The line counted last is of a kind, in case `settle` says so: what is known only when all was read. */
  suspect(kind: UnreadKind, text: string): void {
    this.count(kind, text, this.suspected);
  }

  /** Whether the suspected lines could not be read. */
  settle(unread: boolean): void {
    if (unread) for (const [kind, seen] of this.suspected) this.kinds.set(kind, seen);
    this.suspected.clear();
  }

  /** What was counted since the last part, to be merged by another. */
  part(): UnreadPart {
    const { kinds, trail, lines } = this;
    this.kinds = new Map();
    this.lines = 0;
    this.trail = undefined;
    return { kinds: [...kinds], trail, lines };
  }

  /** Takes in what another counted of the bytes that follow. */
  merge({ kinds, trail, lines }: UnreadPart): void {
    for (const [kind, seen] of kinds) {
      const known = this.kinds.get(kind);
      if (known) known.lines += seen.lines;
      else {
        const { lines: count, first, within } = seen;
        this.kinds.set(kind, {
          lines: count,
          first: within ? this.placeWithin(first) : first,
          within: within && this.trail === undefined,
        });
      }
    }
    this.lines = trail === undefined ? this.lines + lines : lines;
    this.trail = trail ?? this.trail;
  }

  /** The kinds, those with most lines first; empty where every line about audit was read. */
  list(): Unread[] {
    return [...this.kinds]
      .sort(([, a], [, b]) => b.lines - a.lines)
      .map(([kind, { lines, first }]) => {
        const { one, many, remedy } = UNREAD_KINDS[kind];
        const told = { kind, first, what: lines === 1 ? one : many, remedy };
        return kind === 'file' ? { ...told, lines: 0, files: lines } : { ...told, lines };
      });
  }

  private placeWithin(first: UnreadPlace): UnreadPlace {
    return { ...first, trail: this.trail ?? first.trail, line: first.line + this.lines };
  }
}

const total = (unread: readonly Unread[]): number => unread.reduce((sum, { lines }) => sum + lines, 0);

const counted = (lines: number): string => `${lines} ${lines === 1 ? 'line' : 'lines'}`;

/** `3 lines could not be read: they are journalctl’s text, which has no event number. Use …`; '' where all were read. */
export function unreadNote(unread: readonly Unread[]): string {
  const files = unread
    .filter(({ kind }) => kind === 'file')
    .map(({ files = 1, what, remedy }) => `there ${files === 1 ? 'is' : 'are'} ${what}. ${remedy}`);
  return [...linesNote(unread.filter(({ kind }) => kind !== 'file')), ...files].join(' Also, ');
}

/** Kinds that are looked at one by one. */
const PLACED: ReadonlySet<UnreadKind> = new Set([
  'damaged',
  'cut',
  'headless',
  'end-message',
  'unknown',
  'binary',
  'overlong',
]);

function linesNote(unread: readonly Unread[]): string[] {
  const [only, ...others] = unread;
  if (!only) return [];
  const lines = total(unread);
  const opening = `${counted(lines)} could not be read: `;
  const place =
    PLACED.has(only.kind) && only.first.trail !== '' ? ` (first: line ${only.first.line} of ${only.first.trail})` : '';
  if (others.length === 0)
    return [`${opening}${lines === 1 ? 'it is' : 'they are'} ${only.what}${place}. ${only.remedy}`];
  const parts = unread.map((one) => `${one.lines} ${one.lines === 1 ? 'is' : 'are'} ${one.what}`);
  return [`${opening}${parts.join('; ')}. ${[...new Set(unread.map(({ remedy }) => remedy))].join(' ')}`];
}

/**
 * The sentence that something is not there: `Nothing in this trail ended sleep.` Where lines could not be read:
 * `Nothing that could be read in this trail ended sleep, but 3 lines could not be read: …`. `who` is `Nothing`, `No
 * process`; `did` what would stand behind it.
 */
export function absent(who: string, did: string, unread: readonly Unread[]): string {
  if (unread.length === 0) return `${who} in this trail ${did}.`;
  return `${who} that could be read in this trail ${did}, but ${unreadNote(unread)}`;
}

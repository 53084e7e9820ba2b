// A line of a rules file as words with their columns. The classic reader parts words at blanks, and a backslash before a
// blank keeps it (`-k two\ words`); there is no other escape, for it is no shell. Beyond it, a value in double quotes may
// hold blanks (`-k "two words"`, `-F key="two words"`), which the classic reader refuses.

/** A word and where it begins, from 1. */
export interface RuleWord {
  readonly text: string;
  readonly column: number;
}

/** A quoted stretch, where quotes may open: a word's start, or after `=`; it must end a word. */
const QUOTED = /"[^"]*"(?=\s|$)/y;
const PLAIN = /(?:\\[ \t]|[^\s])/y;

/** The words of a line; none for an empty line or a comment (`#` first). */
export function wordsOf(line: string): readonly RuleWord[] {
  const words: RuleWord[] = [];
  if (/^\s*#/.test(line)) return words;
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line.charAt(at))) {
      at++;
      continue;
    }
    const column = at + 1;
    let text = '';
    let piece = '';
    while ((piece = pieceAt(line, at, text)) !== '') {
      text += piece.length > 1 ? piece.slice(1, piece.startsWith('"') ? -1 : undefined) : piece;
      at += piece.length;
    }
    words.push({ text, column });
  }
  return words;
}

/** The next piece of a word as it is spelled: a quoted stretch, a backslash and its blank, or one character. */
function pieceAt(line: string, at: number, before: string): string {
  if (before === '' || before.endsWith('=')) {
    QUOTED.lastIndex = at;
    const quoted = QUOTED.exec(line)?.[0];
    if (quoted !== undefined) return quoted;
  }
  PLAIN.lastIndex = at;
  return PLAIN.exec(line)?.[0] ?? '';
}

/** A word as a rules file spells it: blanks after a backslash. */
export const spellWord = (text: string): string => text.replace(/[ \t]/g, '\\$&');

/** Words of a command line, where no column is known but the place of the word is: column = index + 1. */
export const wordsOfArgv = (argv: readonly string[]): readonly RuleWord[] =>
  argv.map((text, i) => ({ text, column: i + 1 }));

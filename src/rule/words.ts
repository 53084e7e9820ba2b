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
/** A backslash and its blank, an equals sign, or characters that mean nothing else. */
const PLAIN = /\\[ \t]|[=\\]|[^\s\\=]+/y;

/** The words of a line; none for an empty line or a comment (`#` first). Each character is looked at once or twice, so
 * that a line may be one word of any length. */
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
    let opens = true;
    for (let piece = pieceAt(line, at, opens); piece.spelled > 0; piece = pieceAt(line, at, opens)) {
      text += piece.text;
      at += piece.spelled;
      if (piece.text !== '') opens = piece.text.endsWith('=');
    }
    words.push({ text, column });
  }
  return words;
}

/** The next piece of a word, and how many characters spell it; none where the word ends. `opens`: a quote may. */
function pieceAt(line: string, at: number, opens: boolean): { readonly text: string; readonly spelled: number } {
  if (opens) {
    QUOTED.lastIndex = at;
    const quoted = QUOTED.exec(line)?.[0];
    if (quoted !== undefined) return { text: quoted.slice(1, -1), spelled: quoted.length };
  }
  PLAIN.lastIndex = at;
  const plain = PLAIN.exec(line)?.[0] ?? '';
  return { text: /^\\[ \t]$/.test(plain) ? plain.slice(1) : plain, spelled: plain.length };
}

/** A word as a rules file spells it: blanks after a backslash. */
export const spellWord = (text: string): string => text.replace(/[ \t]/g, '\\$&');

/** Words of a command line, where no column is known but the place of the word is: column = index + 1. */
export const wordsOfArgv = (argv: readonly string[]): readonly RuleWord[] =>
  argv.map((text, i) => ({ text, column: i + 1 }));

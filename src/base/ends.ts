// The end of a text taken off. A regular expression like /x+$/ begins anew at each x, and takes the square of their number.

/** The text without the characters at its end that are among `characters`, but for its first `keep` characters. */
export function withoutEnd(text: string, characters: string, keep = 0): string {
  let end = text.length;
  while (end > keep && characters.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

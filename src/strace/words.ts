// The words of strace's arguments: cut at the commas that separate them, and C strings as the bytes they stand for.
// Text is latin1.

const CLOSERS: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')' };

/** The arguments of a call, as written: `["sh", "x"], {a=1, b=2}` are two. */
export function splitArguments(text: string): string[] {
  const words: string[] = [];
  const open: string[] = [];
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (CLOSERS[c]) open.push(CLOSERS[c]);
    else if (c === open.at(-1)) open.pop();
    else if (c === ',' && open.length === 0) {
      words.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  if (last !== '' || words.length > 0) words.push(last);
  return words;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', '"': '"', '\\': '\\' };

/** The C strings of a text, unescaped. One that strace cut (-s) keeps its dots. */
export function readStrings(text: string): string[] {
  const found: string[] = [];
  // One without an end is matched up to the end too, so that none is looked for within it.
  for (const match of text.matchAll(/"((?:[^"\\]|\\.)*)(?:(")(\.\.\.)?|\\?$)/g)) {
    if (match[2] === undefined) continue;
    found.push(
      match[1]!.replace(/\\(x[0-9a-f]{2}|[0-7]{1,3}|.)/g, (_, code: string) => {
        if (code[0] === 'x' && code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
        if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
        return ESCAPES[code] ?? code;
      }) + (match[3] ?? ''),
    );
  }
  return found;
}

/** What strace -y writes beside a descriptor: the path in `3</etc/passwd>` and `AT_FDCWD</home/x>`. */
export const descriptorPath = (word: string): string | undefined => /^(?:-?\d+|AT_FDCWD)<(\/.*)>$/.exec(word)?.[1];

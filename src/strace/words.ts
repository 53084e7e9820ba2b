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
  for (let open = text.indexOf('"'); open >= 0; ) {
    const close = closing(text, open + 1);
    if (close < 0) break;
    const cut = text.startsWith('...', close + 1);
    found.push(
      text.slice(open + 1, close).replace(/\\(x[0-9a-f]{2}|[0-7]{1,3}|.)/g, (_, code: string) => {
        if (code[0] === 'x' && code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
        if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
        return ESCAPES[code] ?? code;
      }) + (cut ? '...' : ''),
    );
    open = text.indexOf('"', close + 1);
  }
  return found;
}

/** Where the quote stands that ends a string; -1 for none. A backslash takes the character behind it with it. */
function closing(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return at;
    if (code === 92) at++;
  }
  return -1;
}

/** What strace -y writes beside a descriptor: the path in `3</etc/passwd>` and `AT_FDCWD</home/x>`. */
export const descriptorPath = (word: string): string | undefined => /^(?:-?\d+|AT_FDCWD)<(\/.*)>$/.exec(word)?.[1];

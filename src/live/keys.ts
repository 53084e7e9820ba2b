// Keys from a terminal in raw mode: bytes in, names out. A cut escape sequence waits for the rest.

export type Key = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'key'; readonly name: KeyName };

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'backspace'
  | 'tab'
  | 'interrupt'
  | 'suspend'
  | 'clear';

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[H': 'home',
  '[F': 'end',
  '[1~': 'home',
  '[4~': 'end',
};

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\t': 'tab',
  '\x03': 'interrupt',
  '\x1a': 'suspend',
  '\x15': 'clear',
};

/** The keys of a chunk of input. A lone escape is the escape key: terminals send sequences in one piece. */
export function readKeys(input: string): Key[] {
  const keys: Key[] = [];
  for (let at = 0; at < input.length; ) {
    const character = input[at]!;
    if (character === '\x1b') {
      const sequence = /^\x1b(\[[0-9;]*[A-Za-z~]|O[A-Z])?/.exec(input.slice(at))!;
      const name = sequence[1] === undefined ? 'escape' : SEQUENCES[sequence[1]];
      if (name) keys.push({ kind: 'key', name });
      at += sequence[0].length;
      continue;
    }
    const control = CONTROLS[character];
    if (control) keys.push({ kind: 'key', name: control });
    else if (character >= ' ') keys.push({ kind: 'text', text: character });
    at++;
  }
  return keys;
}

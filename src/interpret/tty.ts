// Keystrokes of TTY and USER_TTY records: hex bytes, printed as quoted text and named keys: `"ls -l",<ret>,<up>,<^C>`.

import type { Kind } from './context.ts';
import { hexPrefix } from './text.ts';
import { LONGEST_KEY, terminalKeys } from './ttykeys.ts';

const NAMED: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  10: 'nl',
  13: 'ret',
  27: 'esc',
  127: 'backspace',
};

/** The name of a control character's key; undefined for a character that is text. */
function controlKey(code: number): string | undefined {
  return NAMED[code] ?? (code >= 1 && code <= 26 ? `^${String.fromCharCode(code + 64)}` : undefined);
}

function quotedCharacter(char: string): string {
  if (char === '"' || char === '\\') return `\\${char}`;
  return char < ' ' || char > '~' ? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}` : char;
}

/** The length of the longest key sequence at `at`; 0 for none. */
function keyLength(bytes: string, at: number): number {
  for (let length = Math.min(LONGEST_KEY, bytes.length - at); length > 1; length--)
    if (terminalKeys.has(bytes.slice(at, at + length))) return length;
  return 0;
}

/** ESC, SS3, CSI: what a key's sequence may begin with. */
const opens = (code: number): boolean => code === 0x1b || code === 0x8f || code === 0x9b;

/** Bytes typed on a terminal as readable text, parts joined by commas. */
export function keystrokes(bytes: string): string {
  const parts: string[] = [];
  let text = '';
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes.charCodeAt(at);
    const length = opens(code) ? keyLength(bytes, at) : 0;
    const key = length ? terminalKeys.get(bytes.slice(at, at + length)) : controlKey(code);
    if (key === undefined) {
      text += quotedCharacter(bytes[at]!);
      continue;
    }
    if (text) parts.push(`"${text}"`);
    text = '';
    parts.push(`<${key}>`);
    if (length) at += length - 1;
  }
  if (text) parts.push(`"${text}"`);
  return parts.join(',');
}

/** `data`. */
export const ttyData: Kind = (value) => {
  const bytes = /^[0-9a-fA-F]+$/.test(value) ? hexPrefix(value) : undefined;
  return bytes === undefined ? value : keystrokes(bytes);
};

// Decoded text made safe for where it goes. The four modes are those of ausearch(8) and auparse_set_escape_mode(3).
// `terminalSafe` and `lineSafe` are for what our own text formats show. What goes to a terminal is made safe there once more
// (host/terminal.ts).

import { fromUtf8 } from '../base/bytes.ts';
import { spelledBytes } from '../base/harm.ts';
import type { EscapeMode } from './context.ts';

const UNSAFE: Readonly<Record<Exclude<EscapeMode, 'raw'>, RegExp>> = {
  tty: /[\x00-\x1f]/g,
  shell: /[\x00-\x1f "'`$\\!()|]/g,
  shell_quote: /[\x00-\x1f "'`$\\!()|;#&*?[\]<>{}]/g,
};

const octal = (c: string): string => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`;
const escapeOne = (c: string): string => (c < ' ' ? octal(c) : `\\${c}`);

/** Control characters become `\033`; in the shell modes a backslash is put before what a shell would read. */
export function escapeText(text: string, mode: EscapeMode): string {
  if (mode === 'raw') return text;
  const unsafe = UNSAFE[mode];
  return text.search(unsafe) < 0 ? text : text.replace(unsafe, escapeOne);
}

/**
 * Latin1 text as the classic tools would show it on a terminal: what is harmful there (base/harm.ts) in octal, newlines and
 * tabs as they are.
 */
export function terminalSafe(text: string): string {
  return /^[\n\t\x20-\x7e]*$/.test(text) ? text : fromUtf8(spelledBytes(text, 'octal', 'lines'));
}

/** The same in one line. */
export const lineSafe = (text: string): string => terminalSafe(text.replace(/[\n\t]/g, octal));

// Decoded text made safe for where it goes. The four modes are those of ausearch(8) and auparse_set_escape_mode(3).
// `terminalSafe` is for whole lines on their way to a terminal: text the classic tools do not escape goes through it.

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
 * Control characters but newline and tab, DEL, C1 controls (in UTF-8 and as bytes outside any UTF-8 sequence), and in UTF-8
 * what turns the direction of text or ends a line: U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069.
 */
const CONTROL =
  /[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2(?:\x80[\x8e\x8f\xa8-\xae]|\x81[\xa6-\xa9])|(?<![\x80-\xff])[\x80-\x9f]/g;

/** A latin1 line that may be written to a terminal: no control character of a log passes, and nothing that reorders it. */
export function terminalSafe(text: string): string {
  return text.search(CONTROL) < 0 ? text : text.replace(CONTROL, (match) => [...match].map(octal).join(''));
}

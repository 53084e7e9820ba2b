// The one way out: every text that this program writes to standard output, standard error or another open file goes through
// here, and whatever is a terminal gets nothing that a terminal obeys but our own style. Text of logs, rules, requests,
// arguments and file names is hostile, and no writer has to remember it. A pipe or a file gets the bytes as they are.
//
// Style is told from a stranger's escape sequence by a mark: `ownPaint` writes ESC, 128 bits drawn at the start of the
// process, and `[31m`; nobody who wrote to a log can know them. They become SGR here, and any other ESC becomes text.
import { fstatSync } from 'node:fs';
import { fromUtf8 } from '../base/bytes.ts';
import { type Spelling, styledBytes, styleOf } from '../base/harm.ts';
import { type Paint, paintWith, plainPaint } from '../base/terminal.ts';
import { writeWhole } from './write.ts';

interface Styling {
  /** What a style sequence of ours begins with. */
  readonly mark: string;
  readonly pattern: RegExp;
  readonly outward: (text: string, spelling: Spelling) => string;
}

let made: Styling | undefined;

/** Made when it is first needed: most runs write to a pipe, without style. */
function styling(): Styling {
  if (made) return made;
  const drawn = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex');
  const mark = `\x1b${drawn}[`;
  made = { mark, pattern: new RegExp(styleOf(mark), 'g'), outward: styledBytes(mark) };
  return made;
}

/** Styles for text that is written through this file; none when `colours` is false. */
export const ownPaint = (colours: boolean): Paint => (colours ? paintWith(styling().mark) : plainPaint);

/** Text with our styles, without them. */
export const unstyled = (text: string): string => (made ? text.replace(made.pattern, '') : text);

const terminals: (boolean | undefined)[] = [];

/** Whether a descriptor is a terminal. */
export function isTerminal(fd: number): boolean {
  return fd > 2 ? askTerminal(fd) : (terminals[fd] ??= askTerminal(fd));
}

function askTerminal(fd: number): boolean {
  try {
    // node:tty loads the network's code: only a character device is worth it
    return fstatSync(fd).isCharacterDevice() && process.getBuiltinModule('node:tty').isatty(fd);
  } catch {
    return false; // it is closed
  }
}

/** Whether one wants styles on standard output: it is a terminal that has them, and the environment does not forbid it. */
export const wantsStyles = (): boolean => isTerminal(1) && !process.env.NO_COLOR && process.env.TERM !== 'dumb';

/** Latin1 text as it goes to a terminal: our styles, newlines and tabs, and every other harmful character spelled out. */
export const forTerminal = (text: string, spelling: Spelling = 'octal'): string => styling().outward(text, spelling);

/** Latin1 text as it goes to a pipe or a file: exact, our styles as SGR. */
export function forOthers(text: string): string {
  if (!made || !text.includes(made.mark)) return text;
  const { mark, pattern } = made;
  return text.replace(pattern, (style) => `\x1b[${style.slice(mark.length)}`);
}

/** Writes latin1 text to a descriptor. Errors as `writeBytes`. */
export function writeText(fd: number, text: string, spelling?: Spelling): void {
  writeBytes(fd, Buffer.from(isTerminal(fd) ? forTerminal(text, spelling) : forOthers(text), 'latin1'));
}

/** A sentence (Unicode) and a newline to standard error, for daemons: that nobody hears it ends nothing. */
export function say(sentence: string): void {
  const text = fromUtf8(`${sentence}\n`);
  try {
    writeWhole(2, Buffer.from(isTerminal(2) ? forTerminal(text, 'unicode') : forOthers(text), 'latin1'));
  } catch {
    // standard error is closed, or its reader has gone
  }
}

/** Cursor and screen sequences of ours to a descriptor that is a terminal; never text of others. */
export const writeControl = (fd: number, sequence: string): void => writeBytes(fd, Buffer.from(sequence, 'latin1'));

/** As a shell tells of a program that SIGHUP ended: its terminal is gone. */
const HUNG_UP = 129;

/**
 * Writes bytes as they are: for what has been made safe, or goes to no terminal. Waits while a pipe is full; ends the
 * process when its reader, or its terminal, is gone; any other fault is thrown as Node has it.
 */
export function writeBytes(fd: number, bytes: Uint8Array): void {
  try {
    writeWhole(fd, bytes);
  } catch (e) {
    const code = (e as NodeJS.ErrnoException).code;
    if (code === 'EPIPE') process.exit(process.exitCode ?? 0);
    if (code === 'EIO' && fstatSync(fd).isCharacterDevice()) process.exit(HUNG_UP);
    throw e;
  }
}

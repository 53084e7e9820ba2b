// Any bytes as a log: lines and headers. Nothing throws, and every line comes back byte for byte.
import {
  ENRICHMENT_SEPARATOR,
  LineSplitter,
  LONGEST_LINE,
  parseRecord,
  readSyscall,
  syscallView,
  textOf,
  typeText,
} from '../../src/record/index.ts';
import { type Campaign, hold, holdSame } from '../kit/campaign.ts';
import { recordWords, trails } from '../kit/material.ts';

const view = syscallView();

/** The lines as the splitter gives them, the input cut in chunks of `size` bytes. */
function linesOf(input: Buffer, size: number, each: (bytes: Uint8Array, start: number, end: number) => void): void {
  const splitter = new LineSplitter(each);
  for (let at = 0; at < input.length; at += size) splitter.push(input.subarray(at, at + size));
  splitter.end();
}

function check(input: Buffer): void {
  const lines: string[] = [];
  const size = 1 + ((input.length * 31 + (input[0] ?? 0)) % 97) * (input.length > 4096 ? 311 : 1);
  linesOf(input, size, (bytes, start, end) => {
    lines.push(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'));
    checkLine(bytes, start, end);
  });
  const text = input.toString('latin1');
  holdSame(lines.join('\n') + (text.endsWith('\n') ? '\n' : ''), text, `the lines, in chunks of ${size}`);
  hold(LONGEST_LINE >= input.length, 'an input is shorter than the longest line');
}

function checkLine(bytes: Uint8Array, start: number, end: number): void {
  const record = parseRecord(bytes, start, end);
  if (!record) return;
  const { sec, ms, serial, body } = record;
  hold(record.start >= start && record.end === end, 'a record is a stretch of its line');
  hold(body >= 0 && body <= end - record.start, () => `the body begins at ${body} of ${end - record.start}`);
  hold(Number.isSafeInteger(sec) && sec >= 0, () => `sec ${sec}`);
  hold(Number.isInteger(ms) && ms >= 0 && ms <= 999, () => `ms ${ms}`);
  hold(serial >= 0 && Number.isInteger(serial), () => `serial ${serial}`);
  typeText(record);
  readSyscall(record, view);
  const line = Buffer.from(bytes.buffer, bytes.byteOffset + record.start, end - record.start).toString('latin1');
  const text = textOf(record);
  if (!isSeparated(text, line)) holdSame(text, line, 'the record’s text');
}

/** Whether a text is the line but for the byte before the names auditd added, put back where something else stood. */
function isSeparated(text: string, line: string): boolean {
  let at = 0;
  while (at < text.length && text[at] === line[at]) at++;
  if (text[at] !== ENRICHMENT_SEPARATOR) return false;
  const behind = text.slice(at + 1);
  const gone = line.length - (text.length - 1);
  return line.endsWith(behind) && gone >= 0 && gone <= MOST_MARKS;
}

/** Characters that may stand for the byte: `&#x1d;`, eight blanks. */
const MOST_MARKS = 8;

export const campaign: Campaign = {
  about: 'any bytes as a log: lines and record headers',
  seeds: trails,
  words: recordWords,
  open: () => ({ check }),
};

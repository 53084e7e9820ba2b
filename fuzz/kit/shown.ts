// What is shown to people, held against what a terminal or a reader of JSON would make of it.
import { jsonText, plainPaint } from '../../src/base/index.ts';
import type { Words } from '../../src/explain/index.ts';
import { hold } from './campaign.ts';

/** How answers speak here: UTC, no accounts, no colours. */
export const plain: Words = { offset: () => 0, accounts: undefined, paint: plainPaint, width: 100 };

/** Control characters but the newline, C1, and marks that turn the direction of text. */
const OBEYED = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Unicode text for a terminal has nothing that it would obey. */
export function checkShown(text: string): void {
  const found = OBEYED.exec(text);
  hold(found === null, () => `shown: ${JSON.stringify(text.slice(Math.max(0, found!.index - 60), found!.index + 20))}`);
}

/** Data as JSON is one line and JSON again. */
export function checkJson(data: unknown): void {
  const text = jsonText(data);
  hold(!text.includes('\n'), 'JSON is one line');
  JSON.parse(text);
}

/** How many scripts a page or picture begins, and one more. */
export const scriptsIn = (markup: string): number => markup.split(/<script/i).length;

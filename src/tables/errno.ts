// Error numbers: names (asm-generic/errno.h, which all arches of our tables share) and the C library's texts.
import { errnoAliases, errnoTexts, errnos as packed } from './errno.gen.ts';
import { table } from './table.ts';

const names = table(packed);
const aliases = table(errnoAliases);
let texts: Map<number, string> | undefined;

/** `EACCES` for 13; undefined where the number has no name. Takes the positive number. */
export const errnoName = (number: number): string | undefined => names.name(number);

/** 13 for `EACCES`, also for the other names `EWOULDBLOCK` and `EDEADLOCK`. */
export const errnoNumber = (name: string): number | undefined => names.number(name) ?? aliases.number(name);

/** The text glibc prints in the C locale: `Permission denied`, or `Unknown error 41`. */
export function errnoText(number: number): string {
  if (number === 0) return 'Success';
  texts ??= new Map(errnoTexts.split('\n').map((text, i) => [names.entries()[i]![0], text]));
  return texts.get(number) ?? `Unknown error ${number}`;
}

/** Every error name, in the order of the numbers. */
export const errnoEntries = names.entries;

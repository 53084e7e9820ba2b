// File modes: what kind of file, the three special bits, and the permissions in octal.

import { fileTypes } from '../tables/words.ts';
import type { Kind } from './context.ts';
import { numberKind } from './flags.ts';
import { uint32 } from './numbers.ts';

const TYPE_BITS = 0o170000;

function specialBits(mode: number): string {
  return (mode & 0o4000 ? 'suid,' : '') + (mode & 0o2000 ? 'sgid,' : '') + (mode & 0o1000 ? 'sticky,' : '');
}

const permissions = (mode: number): string => (mode & 0o777).toString(8).padStart(3, '0');

/** `dir,sticky,777`; a type without a name as its octal digits. */
export function fullMode(mode: number): string {
  const type = mode & TYPE_BITS;
  const name = fileTypes.name(type) ?? (type >> 12).toString(8).padStart(3, '0');
  return `${name},${specialBits(mode)}${permissions(mode)}`;
}

/** Without a type: `suid,0755`. */
export const shortMode = (mode: number): string => `${specialBits(mode)}0${permissions(mode)}`;

/** `mode=0100644`, octal. */
export const octalMode: Kind = numberKind(8, (number) => fullMode(uint32(number)));

/** `mode=` of MQ_OPEN, octal. */
export const octalShortMode: Kind = numberKind(8, (number) => shortMode(uint32(number)));

/** A mode as a system call's argument, hex; `mknod` takes the file's type in it too. */
export const hexMode: Kind = numberKind(16, (number) => shortMode(uint32(number)));
export const hexFullMode: Kind = numberKind(16, (number) => fullMode(uint32(number)));

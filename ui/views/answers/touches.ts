// What a touch of a file is, for its colour, and how a file is called. Pure.
import { visible } from '../../parts/text.tsx';
import type { Touch } from './shapes.ts';

/** Deeds that leave the file as it was (docs/who-touched.md). */
const LOOKS: ReadonlySet<string> = new Set([
  'opened to read',
  'looked at',
  'executed',
  'loaded',
  'entered',
  'watched',
  'used',
]);

export const deedKind = ({ ok, deed }: Pick<Touch, 'ok' | 'deed'>): 'failed' | 'look' | 'change' =>
  !ok ? 'failed' : LOOKS.has(deed) ? 'look' : 'change';

/** `/etc/shadow, inode 248 on device fe:00`. */
export function fileTitle(touches: readonly Touch[], path: string): string {
  const known = touches.find((touch) => touch.inode !== undefined);
  return visible(known ? `${path}, inode ${known.inode} on device ${known.device}` : `${path} (no such file then)`);
}

// The life of a file as text and as data: one line a touch, under the file it happened to.
import { cut, safeText, visible, widthOf } from '../base/index.ts';
import { errnoName } from '../tables/index.ts';
import type { LoginBook } from './logins.ts';
import { processJson } from './story-json.ts';
import type { FileLife, Touch, TouchQuery } from './touched.ts';
import { clockTime, commandText, dateOf, isoTime, loginText, userName, type Words } from './words.ts';

/** A page about one file, ending in a newline. */
export function touchedText(life: FileLife, query: TouchQuery, words: Words): string {
  const [first] = life.touches;
  const { paint } = words;
  const inode = life.file
    ? `  inode ${safeText(life.file.split(' ')[1] ?? '')} on device ${safeText(life.file.split(' ')[0]!)}`
    : '  (no such file then)';
  const lines = [`${paint.bold(safeText(query.path))}${paint.dim(inode)}`];
  let day = '';
  let path: string | undefined = first?.deed === 'renamed' ? undefined : first?.path;
  for (const touch of life.touches) {
    const date = dateOf(words, touch.at);
    if (date !== day) lines.push('', `  ${paint.dim(date)}`);
    day = date;
    lines.push(...touchLines(touch, path, words));
    path = touch.deed === 'renamed' ? touch.other : touch.path;
  }
  return `${lines.join('\n')}\n`;
}

function touchLines(touch: Touch, current: string | undefined, words: Words): string[] {
  const { paint } = words;
  const failed = touch.error < 0 ? ` failed: ${errnoName(-touch.error) ?? -touch.error}` : '';
  const times = touch.count > 1 ? ` (${touch.count} times)` : '';
  const to = touch.to === undefined ? '' : ` to ${touch.to}`;
  const deed = `${touch.deed}${to}${times}${failed}`;
  const strong = failed ? paint.red : isChange(touch) ? paint.yellow : (text: string) => text;
  const user = userName(words, touch.life.auid) || 'unknown';
  const as =
    touch.life.euid >= 0 && touch.life.euid !== touch.life.auid ? ` as ${userName(words, touch.life.euid)}` : '';
  const who = `${user === 'unset' ? 'no login' : user}${as}`;
  const head = `  ${clockTime(words, touch.at)}  ${strong(deed)}${' '.repeat(Math.max(2, 26 - widthOf(deed)))}`;
  const room = Math.max(20, words.width - 14 - Math.max(27, widthOf(deed) + 2) - 2);
  const lines = [`${head}${cut(`${commandText(touch.image)}`, room)}`];
  const indent = ' '.repeat(16);
  lines.push(paint.dim(`${indent}pid ${touch.life.pid}, ${who}, ${touch.call}`));
  const names = nameLines(touch, current);
  for (const name of names) lines.push(`${indent}${cut(name, words.width - 16)}`);
  return lines;
}

const isChange = (touch: Touch): boolean =>
  !['opened to read', 'looked at', 'executed', 'loaded', 'entered', 'watched', 'used'].includes(touch.deed);

function nameLines(touch: Touch, current: string | undefined): string[] {
  const { path, other, deed } = touch;
  if (deed === 'renamed') return [`${safeText(path ?? '(no name)')} → ${safeText(other ?? '(no name)')}`];
  if (deed === 'linked') return [`${safeText(path ?? '(no name)')} ↔ ${safeText(other ?? '(no name)')}`];
  if (touch.named === 'none') return ['(the record names no path: known by its inode)'];
  if (touch.named === 'relative') return [`${safeText(path!)} (relative to a directory that no record tells)`];
  return path === current ? [] : [safeText(path!)];
}

/** A touch as data. */
export function touchJson(touch: Touch, life: FileLife, logins: LoginBook, words: Words) {
  const login = loginText(words, touch.life, logins);
  return {
    at: isoTime(touch.at),
    serial: touch.serial,
    deed: touch.deed,
    ok: touch.error === 0,
    error: touch.error < 0 ? (errnoName(-touch.error) ?? String(-touch.error)) : undefined,
    path: touch.path === undefined ? undefined : visible(touch.path),
    named: touch.named,
    otherPath: touch.other === undefined ? undefined : visible(touch.other),
    device: life.file?.split(' ')[0],
    inode: life.file === undefined ? undefined : Number(life.file.split(' ')[1]),
    to: touch.to,
    call: touch.call,
    count: touch.count,
    last: touch.count > 1 ? isoTime(touch.last) : undefined,
    process: processJson(touch.life, touch.image, words),
    login: login || undefined,
  };
}

// The life of a file as text and as data: one line a touch, under the file it happened to.
import { commandLine, cut, safeText, visible, widthOf } from '../base/index.ts';
import { withoutFolder } from '../paths/index.ts';
import { errnoName } from '../tables/index.ts';
import type { LoginBook } from './logins.ts';
import { processJson } from './story-json.ts';
import { type FileLife, isAsked, type Touch, type TouchQuery } from './touch.ts';
import { clockTime, commandText, dateOf, isoTime, loginText, userName, type Words } from './words.ts';

/** A page about one file, ending in a newline. */
export function touchedText(life: FileLife, query: TouchQuery, words: Words): string {
  const [first] = life.touches;
  const { paint } = words;
  const lines = [`${paint.bold(safeText(titleOf(life, query)))}${paint.dim(`  ${inodeText(life)}`)}`];
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

/** The path asked for; of what stands below it, the file's own: the last that is known. */
function titleOf({ touches }: FileLife, query: TouchQuery): string {
  if (!query.below) return query.path;
  const paths = touches.flatMap(({ path, other }) => [path, other]);
  return paths.findLast((path) => isAsked(path, query)) ?? query.path;
}

function inodeText({ file, touches }: FileLife): string {
  if (file !== undefined) {
    const [device = '', inode = ''] = file.split(' ');
    return `inode ${safeText(inode)} on device ${safeText(device)}`;
  }
  return touches.some(({ error }) => errnoName(-error) === 'ENOENT')
    ? '(no such file then)'
    : '(device and inode not recorded)';
}

function touchLines(touch: Touch, current: string | undefined, words: Words): string[] {
  const { paint } = words;
  const by = touch.refusedBy === undefined ? '' : `, refused by ${touch.refusedBy}`;
  const failed = touch.error < 0 ? ` failed: ${errnoName(-touch.error) ?? -touch.error}${by}` : '';
  const times = touch.count > 1 ? ` (${touch.count} times)` : '';
  const to = touch.to === undefined ? '' : ` to ${touch.to}`;
  const deed = `${touch.deed}${to}${times}${failed}`;
  const strong = failed ? paint.red : isChange(touch) ? paint.yellow : (text: string) => text;
  const head = `  ${clockTime(words, touch.at)}  ${strong(deed)}${' '.repeat(Math.max(2, 26 - widthOf(deed)))}`;
  const room = Math.max(20, words.width - 14 - Math.max(27, widthOf(deed) + 2) - 2);
  const lines = [`${head}${cut(programText(touch), room)}`];
  const indent = ' '.repeat(16);
  lines.push(paint.dim(`${indent}${cut(actorText(touch, words), words.width - 16)}`));
  const names = nameLines(touch, current);
  for (const name of names) lines.push(`${indent}${cut(name, words.width - 16)}`);
  return lines;
}

/** What was run, as far as the event tells. */
function programText({ image, told }: Touch): string {
  if (image) return commandText(image);
  if (told?.argv) return commandLine(told.argv);
  return told?.comm === undefined ? '(program not recorded)' : safeText(told.comm);
}

/** Who did it, for whom, and how. */
function actorText({ life, told, call }: Touch, words: Words): string {
  const parts: string[] = [];
  if (life) {
    const user = userName(words, life.auid) || 'unknown';
    const as = life.euid >= 0 && life.euid !== life.auid ? ` as ${userName(words, life.euid)}` : '';
    parts.push(`pid ${life.pid}`, `${user === 'unset' ? 'no login' : user}${as}`);
  } else {
    if (told && told.pid >= 0) parts.push(`pid ${told.pid}`);
    if (told?.profile !== undefined) parts.push(`profile ${safeText(told.profile)}`);
    parts.push(parts.length === 0 ? 'the record that tells who did it is missing' : 'login not recorded');
  }
  return call === '' ? parts.join(', ') : `${parts.join(', ')}, ${safeText(call)}`;
}

const isChange = (touch: Touch): boolean =>
  !['opened to read', 'looked at', 'executed', 'loaded', 'entered', 'watched', 'used'].includes(touch.deed);

function nameLines(touch: Touch, current: string | undefined): string[] {
  const { path, other, deed } = touch;
  if (deed === 'renamed') return [`${safeText(path ?? '(no name)')} → ${safeText(other ?? '(no name)')}`];
  if (deed === 'linked') return [`${safeText(path ?? '(no name)')} ↔ ${safeText(other ?? '(no name)')}`];
  if (touch.named === 'none') return ['(the record names no path: known by its inode)'];
  if (touch.named === 'relative') return [safeText(withoutFolder(path!, touch.folder))];
  return path === current ? [] : [safeText(path!)];
}

/** `MAJOR:MINOR INODE` as data; an inode beyond 2^53 (of a network file system) as text, for JSON's numbers end there. */
function fileJson(file: string) {
  const [device = '', inode = ''] = file.split(' ');
  return { device: visible(device), inode: Number.isSafeInteger(Number(inode)) ? Number(inode) : visible(inode) };
}

/** A touch as data. */
export function touchJson(touch: Touch, life: FileLife, logins: LoginBook, words: Words) {
  const { life: actor, image, told } = touch;
  const login = actor ? loginText(words, actor, logins) : '';
  return {
    at: isoTime(touch.at),
    serial: touch.serial,
    deed: touch.deed,
    ok: touch.error === 0,
    error: touch.error < 0 ? (errnoName(-touch.error) ?? String(-touch.error)) : undefined,
    path: touch.path === undefined ? undefined : visible(touch.path),
    named: touch.named,
    folder: touch.folder === undefined ? undefined : fileJson(touch.folder),
    otherPath: touch.other === undefined ? undefined : visible(touch.other),
    ...(life.file !== undefined && fileJson(life.file)),
    to: touch.to,
    call: touch.call,
    count: touch.count,
    last: touch.count > 1 ? isoTime(touch.last) : undefined,
    refusedBy: touch.refusedBy,
    process: actor && image && processJson(actor, image, words),
    told: told && {
      pid: told.pid < 0 ? undefined : told.pid,
      comm: told.comm === undefined ? undefined : visible(told.comm),
      command: told.argv?.map(visible),
      profile: told.profile === undefined ? undefined : visible(told.profile),
    },
    login: login || undefined,
  };
}

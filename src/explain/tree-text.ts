// The process tree as text: when it began, how long it ran, how it ended, its pid, and its place in the tree.
import { isSet } from '../base/ids.ts';
import { cut, safeText } from '../base/index.ts';
import { imageOf, type Life, programOf } from './life.ts';
import { signalWord } from './signals.ts';
import { isBareFork, ownImages, type TreeNode } from './tree.ts';
import { clockTime, commandText, dateOf, duration, userName, type Words } from './words.ts';

/** The trees as a table, ending in a newline; '' for none. */
export function treeText(trees: readonly TreeNode[], words: Words): string {
  if (trees.length === 0) return '';
  const { paint } = words;
  const lines = [
    paint.dim(`${'start'.padEnd(13)} ${'lasted'.padStart(9)}  ${'end'.padEnd(8)} ${'pid'.padStart(7)}  command`),
  ];
  let day = '';
  let user = '';
  for (const tree of trees) {
    const date = dateOf(words, tree.life.start);
    const login = loginOf(tree.life, words);
    if (date !== day || login !== user) lines.push(paint.bold([date, login].filter(Boolean).join('  ')));
    day = date;
    user = login;
    draw(tree, '', '', words, lines);
  }
  return `${lines.join('\n')}\n`;
}

function loginOf(life: Life, words: Words): string {
  const name = userName(words, life.auid);
  if (name === '' || name === 'unset') return 'no login';
  return `${name}${isSet(life.ses) ? `, session ${life.ses}` : ''}`;
}

function draw(node: TreeNode, head: string, tail: string, words: Words, lines: string[]): void {
  const { life, children } = node;
  const known = life.startSource === 'fork';
  const start = `${known ? ' ' : '≤'}${clockTime(words, life.start)}`;
  const lasted = life.end === undefined ? '' : `${known ? '' : '≥ '}${duration(life.end - life.start)}`;
  const { text, paint } = endOf(life, words);
  const left = `${start} ${lasted.padStart(9)}  `;
  const pid = String(life.pid || '?').padStart(7);
  const room = Math.max(20, words.width - left.length - 8 - 1 - 7 - 2 - head.length);
  const command = cut(lifeText(life, words), room);
  const shown = isBareFork(life) ? words.paint.dim(command) : command;
  lines.push(`${words.paint.dim(left)}${paint(text.padEnd(8))} ${pid}  ${words.paint.dim(head)}${shown}`);
  children.forEach((child, i) => {
    const last = i === children.length - 1;
    draw(child, `${tail}${last ? '└─ ' : '├─ '}`, `${tail}${last ? '   ' : '│  '}`, words, lines);
  });
}

/** How a life ended, in a word: its exit status, its signal, or what is known. */
export function endWord(life: Life): string {
  if (life.signal !== undefined) return signalWord(life.signal);
  if (life.status !== undefined) return String(life.status);
  if (life.end === undefined) return '';
  return life.endSource === 'reaped' ? 'ended' : 'gone';
}

function endOf(life: Life, { paint }: Words): { text: string; paint: (text: string) => string } {
  const text = endWord(life);
  if (life.signal !== undefined) return { text, paint: paint.red };
  if (life.status !== undefined && life.status !== 0) return { text, paint: paint.yellow };
  return { text, paint: (same) => same };
}

/** What it ran: programs it was before by name, the last with its arguments. */
export function lifeText(life: Life, words: Words): string {
  const images = ownImages(life);
  const before = images.slice(0, -1).map((image) => safeText(programOf(image)));
  const steps = before.filter((name, i) => name !== before[i - 1]);
  const shown = steps.length > 4 ? [...steps.slice(0, 2), '…', ...steps.slice(-1)] : steps;
  const now = commandText(imageOf(life)) || '?';
  const fork = isBareFork(life) ? ' (fork)' : '';
  const as =
    life.euid >= 0 && life.parent && life.parent.euid >= 0 && life.euid !== life.parent.euid
      ? ` [${userName(words, life.euid)}]`
      : '';
  return `${shown.map((name) => `${name} → `).join('')}${now}${fork}${as}`;
}

// The process tree as a picture: one bar a process over time, in the order of the tree, coloured by user. A page of its
// own (HTML with its SVG inside) or the SVG alone; nothing is loaded from anywhere. All text from the log is escaped.
import { cut, widthOf } from '../base/index.ts';
import type { Life } from './life.ts';
import { isBareFork, type TreeNode, walkTrees } from './tree.ts';
import { endWord, lifeText } from './tree-text.ts';
import { clockTime, dateOf, duration, userName, type Words } from './words.ts';

const ROW = 18;
const BAR = 12;
const LEFT = 12;
const TOP = 46;
const CHART = 900;
const LABELS = 600;
const MOST_ROWS = 20_000;
// Distinct in hue and in lightness, legible on white and on dark (after Okabe and Ito).
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f6bb3', '#8c8c3a'];

const escapeXml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

interface Scale {
  readonly from: number;
  readonly span: number;
}

/** A self-contained SVG. */
export function treeSvg(trees: readonly TreeNode[], words: Words): string {
  const rows = [...walkTrees(trees)].slice(0, MOST_ROWS);
  const scale = scaleOf(rows.map((row) => row.node.life));
  const users = usersOf(rows.map((row) => row.node.life));
  const height = TOP + rows.length * ROW + 16;
  const width = LEFT + CHART + LABELS;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11">`,
    `<style>text{fill:#333}.d{fill:#777}.g{stroke:#ddd}.c{stroke:#bbb;fill:none}@media(prefers-color-scheme:dark){text{fill:#ddd}.d{fill:#999}.g{stroke:#333}.c{stroke:#555}}</style>`,
    ...axis(scale, height, words),
    ...legend(users, words),
    ...connectors(rows, scale),
    ...rows.map(({ node, depth }, i) => bar(node.life, depth, i, scale, users, words)),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

/** A self-contained page: the picture, a filter box, and what a process was when it is pointed at or chosen. */
export function treeHtml(trees: readonly TreeNode[], title: string, words: Words): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeXml(title)}</title>
<style>${STYLE}</style></head>
<body><header><h1>${escapeXml(title)}</h1>
<label>Filter <input id="filter" type="search" placeholder="name, pid or user"></label><output id="detail" aria-live="polite"></output></header>
<main>${treeSvg(trees, words)}</main>
<script>${SCRIPT}</script></body></html>
`;
}

const STYLE = `body{margin:0;font:14px system-ui,sans-serif;background:#fff;color:#222}header{position:sticky;top:0;padding:.6rem 1rem;background:#f6f6f6;border-bottom:1px solid #ddd;display:flex;gap:1rem;align-items:center;flex-wrap:wrap}h1{font-size:1rem;margin:0}input{font:inherit}output{font-family:ui-monospace,monospace;font-size:12px;white-space:pre-wrap;flex:1 1 100%;min-height:1.2em}main{overflow:auto;padding:.5rem}g.p{cursor:pointer}g.p:hover rect,g.p:focus rect{stroke:currentColor;stroke-width:2}g.off{opacity:.15}@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}header{background:#1b1b1b;border-color:#333}}`;

const SCRIPT = `const f=document.getElementById('filter'),d=document.getElementById('detail'),g=[...document.querySelectorAll('g.p')];
const text=(e)=>e.querySelector('title').textContent;
f.addEventListener('input',()=>{const q=f.value.toLowerCase();for(const e of g)e.classList.toggle('off',q!==''&&!text(e).toLowerCase().includes(q))});
for(const e of g){const show=()=>{d.textContent=text(e)};e.addEventListener('click',show);e.addEventListener('focus',show)}`;

function scaleOf(lives: readonly Life[]): Scale {
  let from = Infinity;
  let to = 0;
  for (const life of lives) {
    from = Math.min(from, life.start);
    to = Math.max(to, life.end ?? 0, life.lastSeen);
  }
  return Number.isFinite(from) ? { from, span: Math.max(1, to - from) } : { from: 0, span: 1 };
}

const xOf = (at: number, { from, span }: Scale): number => LEFT + ((at - from) / span) * CHART;

/** The users with most processes, as many as there are colours. */
function usersOf(lives: readonly Life[]): number[] {
  const counts = new Map<number, number>();
  for (const life of lives) counts.set(userOf(life), (counts.get(userOf(life)) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, COLOURS.length)
    .map(([uid]) => uid);
}

const userOf = (life: Life): number => (life.euid >= 0 ? life.euid : life.uid);
/** The last colour is also that of all further users. */
const colourOf = (life: Life, users: readonly number[]): string =>
  COLOURS[users.indexOf(userOf(life))] ?? COLOURS[COLOURS.length - 1]!;

function axis(scale: Scale, height: number, words: Words): string[] {
  const steps = [
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 3e4, 6e4, 3e5, 6e5, 1.8e6, 3.6e6, 7.2e6, 2.16e7, 8.64e7,
  ];
  const step = steps.find((s) => scale.span / s <= 9) ?? scale.span / 8;
  const parts = [`<text x="${LEFT}" y="15">${escapeXml(dateOf(words, scale.from))}</text>`];
  const first = Math.ceil(scale.from / step) * step;
  // Counted, not added up: of a moment that no calendar has, a step later may be the same number.
  for (let line = 0; line <= 10 && first + line * step <= scale.from + scale.span; line++) {
    const at = first + line * step;
    const x = xOf(at, scale).toFixed(1);
    const label = clockTime(words, at).replace(/\.000$/, '');
    parts.push(
      `<line class="g" x1="${x}" y1="${TOP - 8}" x2="${x}" y2="${height}"/><text class="d" x="${x}" y="${TOP - 10}" text-anchor="middle">${label}</text>`,
    );
  }
  return parts;
}

function legend(users: readonly number[], words: Words): string[] {
  let x = LEFT + 90;
  return users.map((uid, i) => {
    const name = userName(words, uid) || 'unknown user';
    const part = `<rect x="${x}" y="6" width="10" height="10" rx="2" fill="${COLOURS[i]}"/><text x="${x + 14}" y="15">${escapeXml(name)}</text>`;
    x += 34 + widthOf(name) * 7;
    return part;
  });
}

function bar(life: Life, depth: number, row: number, scale: Scale, users: readonly number[], words: Words): string {
  const y = TOP + row * ROW;
  const x = xOf(life.start, scale);
  const end = life.end ?? Math.max(life.lastSeen, life.start);
  const width = Math.max(2, xOf(end, scale) - x);
  const word = endWord(life);
  const failed = life.signal !== undefined || (life.status ?? 0) !== 0;
  const command = lifeText(life, words);
  const facts = `${clockTime(words, life.start)}  ${life.end === undefined ? 'still there' : duration(end - life.start)}  pid ${life.pid}  ${userName(words, userOf(life))}${word ? `  ${life.signal === undefined ? 'exit ' : ''}${word}` : ''}`;
  const open = life.end === undefined ? ' stroke-dasharray="3 2" stroke="#888"' : '';
  const mark = failed
    ? `<text x="${(x + width + 3).toFixed(1)}" y="${y + 10}" style="fill:#c00">${escapeXml(word)}</text>`
    : '';
  const label = cut(`${'  '.repeat(Math.min(depth, 12))}${command}`, 72);
  return (
    `<g class="p" tabindex="0"><title>${escapeXml(`${facts}\n${command}`)}</title>` +
    `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2" fill="${colourOf(life, users)}"${open}${isBareFork(life) ? ' fill-opacity=".5"' : ''}/>${mark}` +
    `<text x="${LEFT + CHART + 46}" y="${y + 10}" xml:space="preserve"><tspan class="d">${String(life.pid).padStart(7)}</tspan>  ${escapeXml(label)}</text></g>`
  );
}

/** A line from each parent's bar to its child's. */
function connectors(rows: readonly { node: TreeNode }[], scale: Scale): string[] {
  const place = new Map(rows.map((row, i) => [row.node.life, i]));
  const parts: string[] = [];
  rows.forEach(({ node }, i) => {
    const parent = node.life.parent && place.get(node.life.parent);
    if (parent === undefined || i - parent > 400) return;
    const x = xOf(node.life.start, scale).toFixed(1);
    parts.push(`<path class="c" d="M${x} ${TOP + parent * ROW + BAR}V${TOP + i * ROW}"/>`);
  });
  return parts;
}

// A report as one HTML file for an auditor: it opens from disk, asks for nothing, runs no script. Everything from the trail
// is text; characters that do not show, or turn the direction of text, are written out.

import { hasDate, isoSecond, largest } from '../base/index.ts';
import type { Histogram } from './contract.ts';

export interface PageTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly omitted: number;
}

export interface PageFacts {
  readonly title: string;
  /** Lines under the title: what, whose, which time, made when. */
  readonly facts: readonly (readonly [string, string])[];
  /** What could not be read, as a sentence; '' where all was. */
  readonly unread?: string;
  readonly charts: readonly { readonly title: string; readonly histogram: Histogram }[];
  readonly tables: readonly PageTable[];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const HIDDEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Text as HTML. */
export const escaped = (text: string): string =>
  text
    .replace(HIDDEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!);

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; } dt { opacity: .7; } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #8884; vertical-align: top; overflow-wrap: anywhere; }
td.n, th.n { text-align: right; white-space: nowrap; } td.b { width: 30%; } td.b svg { height: .6rem; } .bar { fill: #3b78b5; }
p.more, figcaption { opacity: .75; font-size: .9rem; } figure { margin: 0; } svg { max-width: 100%; height: auto; }
.key { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
nav ul { columns: 3 12rem; padding-left: 1.2rem; } @media print { nav { display: none; } tr { break-inside: avoid; } }
`;

const COLORS = ['#3b78b5', '#d1782c', '#4f9a52', '#b84a4a', '#8467b0', '#8a6a58', '#c67bb0', '#7a7a7a', '#a9a534'];

/** The file. */
export function reportPage({ title, facts, charts, tables, unread = '' }: PageFacts): string {
  const rows = facts.map(([name, text]) => `<dt>${escaped(name)}</dt><dd>${escaped(text)}</dd>`).join('\n');
  const contents = tables.map((table, i) => `<li><a href="#t${i}">${escaped(table.title)}</a></li>`).join('');
  const notRead = unread === '' ? '' : `<p class="more">${escaped(unread)}</p>\n`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
<dl>
${rows}
</dl>
</header>
<main>
${charts.map(chart).join('\n')}
${tables.length > 3 ? `<nav aria-label="Tables"><h2>Tables</h2><ul>${contents}</ul></nav>` : ''}
${notRead}${tables.map((one, i) => table(one, i, unread)).join('\n')}
</main>
</body>
</html>
`;
}

const WIDTH = 900;
const HEIGHT = 160;

/** Bars over time, one colour a series, the first below. */
function chart({ title, histogram }: PageFacts['charts'][number]): string {
  const { series, seconds, fromSeconds, toSeconds } = histogram;
  const length = series[0]?.counts.length ?? 0;
  if (length === 0) return '';
  const totals = Array.from({ length }, (_, i) => series.reduce((sum, one) => sum + one.counts[i]!, 0));
  const most = largest(totals, 1);
  const width = WIDTH / length;
  const bases = new Array<number>(length).fill(HEIGHT);
  const bars = series.flatMap(({ counts }, s) =>
    counts.flatMap((count, i) => {
      if (count === 0) return [];
      const height = (count / most) * HEIGHT;
      bases[i]! -= height;
      const at = `x="${(i * width).toFixed(2)}" y="${bases[i]!.toFixed(2)}"`;
      return [
        `<rect ${at} width="${Math.max(0.5, width * 0.9).toFixed(2)}" height="${height.toFixed(2)}" fill="${colorOf(s)}"/>`,
      ];
    }),
  );
  const when = `${utc(fromSeconds)} to ${utc(toSeconds)}, ${seconds} s a bar, at most ${most} events`;
  const keys = series.map(({ name }, s) => {
    const swatch = `<svg class="key" viewBox="0 0 1 1" aria-hidden="true"><rect width="1" height="1" fill="${colorOf(s)}"/></svg>`;
    return `${swatch}${escaped(name || '(none)')}`;
  });
  return `<section><h2>${escaped(title)}</h2><figure>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escaped(`${title}: ${when}`)}">${bars.join('')}</svg>
<figcaption>${escaped(when)}<br>${keys.join(' ')}</figcaption></figure></section>`;
}

const colorOf = (series: number): string => COLORS[series % COLORS.length]!;

const utc = (seconds: number): string =>
  hasDate(seconds) ? `${isoSecond(seconds).replace('T', ' ')} UTC` : isoSecond(seconds);

function table({ title, columns, rows, omitted }: PageTable, index: number, unread = ''): string {
  const counts = columns.at(-1) === 'count';
  const alike = columns[0] !== 'what'; // things of different kinds are not held against each other
  const most = counts
    ? largest(
        rows.map((row) => Number(row.at(-1))),
        1,
      )
    : 1;
  const last = columns.length - 1;
  const head = columns.map(
    (name, i) => `<th scope="col"${counts && i === last ? ' class="n"' : ''}>${escaped(name)}</th>`,
  );
  const body = rows.map((row) => {
    const cells = row.map((cell, i) => `<td${counts && i === last ? ' class="n"' : ''}>${escaped(String(cell))}</td>`);
    return `<tr>${cells.join('')}${counts && alike ? bar(Number(row.at(-1)), most) : ''}</tr>`;
  });
  const none =
    rows.length === 0 ? `<p class="more">${unread === '' ? 'Nothing.' : 'Nothing that could be read.'}</p>` : '';
  const more = omitted > 0 ? `<p class="more">${omitted} more rows are left out.</p>` : '';
  return `<section id="t${index}"><h2>${escaped(title)}</h2>${none}
${rows.length > 0 ? `<table><thead><tr>${head.join('')}${counts && alike ? '<td></td>' : ''}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody></table>` : ''}${more}</section>`;
}

const bar = (count: number, most: number): string =>
  `<td class="b"><svg viewBox="0 0 100 8" width="100%" height="8" preserveAspectRatio="none" aria-hidden="true"><rect class="bar" width="${((count / most) * 100).toFixed(2)}" height="8"/></svg></td>`;

// One process on the time axis: its bar in the colour of its user, a mark for each program it became, how it ended.
import type { CSSProperties } from 'react';
import { momentOf } from '../../parts/moment.ts';
import { visible } from '../../parts/text.tsx';
import { commandOf, duration, endOf, userOf } from '../words.ts';
import type { ProcessRow } from './rows.ts';
import { barOf, type Span, shareOf } from './scale.ts';

interface BarProps {
  readonly row: ProcessRow;
  readonly span: Span;
  /** 0 to 8: the colour of the user. */
  readonly colour: number;
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

export function Bar({ row, span, colour }: BarProps) {
  const bar = barOf(row, span);
  if (!bar) {
    const side = row.to < span.from ? 'left' : 'right';
    return (
      <span className={`life-away ${side}`}>
        <span className="sr">{side === 'left' ? 'before' : 'after'} the time shown</span>
      </span>
    );
  }
  const end = endOf(row.node);
  const open = [
    !row.startKnown || bar.cutLeft ? ' open-left' : '',
    !row.ended || bar.cutRight ? ' open-right' : '',
  ].join('');
  const told = end.kind === 'signal' || end.kind === 'failed';
  return (
    <>
      <span
        className={`life series-${colour}${open}${row.fork ? ' fork' : ''}`}
        style={{ left: percent(bar.left), width: percent(bar.width) }}
        title={barText(row)}
      >
        <span className="sr">{barText(row)}</span>
      </span>
      {marksOf(row, span).map((mark) => (
        <span key={mark.key} className="life-mark" style={{ left: percent(mark.share) }} title={mark.text} />
      ))}
      {told && !bar.cutRight && (
        <span className={`life-end end-${end.kind}`} {...endPlace(bar.left, bar.width)} aria-hidden="true">
          {end.text}
        </span>
      )}
    </>
  );
}

/** Room for the words of an end, as a share of the time shown. */
const ROOM = 0.15;

/** Where the end of a bar is told: after it, before it, or where there is room for neither, on it. */
function endPlace(left: number, width: number): { readonly style: CSSProperties; readonly 'data-place'?: string } {
  if (left + width <= 1 - ROOM) return { style: { left: percent(left + width) } };
  if (left >= ROOM) return { style: { right: percent(1 - left) } };
  return { style: { right: percent(1 - left - width) }, 'data-place': 'on' };
}

/** Programs after the first, where they lie in sight. */
function marksOf(row: ProcessRow, span: Span): { key: string; share: number; text: string }[] {
  return row.node.images.slice(1).flatMap((image, i) => {
    const share = shareOf(momentOf(image.at), span);
    return share < 0 || share > 1 ? [] : [{ key: `${i}`, share, text: `became ${visible(image.program)}` }];
  });
}

/** What hovering tells, and a screen reader reads. */
export function barText(row: ProcessRow): string {
  const { node } = row;
  const lasted = row.ended
    ? `${row.startKnown ? '' : 'at least '}${duration(row.to - row.from)}`
    : 'end not in the trail';
  return visible(
    `${commandOf(node)}\npid ${node.pid}, ${userOf(node) || 'user unknown'}, ${lasted}${row.ended ? `, ${endOf(node).text}` : ''}`,
    true,
  );
}

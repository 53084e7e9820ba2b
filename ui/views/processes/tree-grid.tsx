// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the row as its active descendant
// The processes as a treegrid: on the left the tree, on the right one bar a process on a shared time axis. Rows are virtual:
// only those in sight are in the page. The keyboard works as ARIA's treegrid pattern says, with + - 0 and Shift+arrows for
// the time axis. It shows; what is chosen, folded and zoomed is its parent's.
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, useEffect, useRef } from 'react';
import { Text, visible } from '../../parts/text.tsx';
import { useNarrow } from '../use-narrow.ts';
import { baseName, commandOf, duration, endOf, userOf } from '../words.ts';
import { Axis } from './axis.tsx';
import { Bar } from './bar.tsx';
import { type ProcessRow, treeMove } from './rows.ts';
import { panned, type Span, zoomed } from './scale.ts';
import { useTimePointer } from './time-pointer.ts';

export interface TreeGridProps {
  readonly rows: readonly ProcessRow[];
  /** Index of the chosen row; -1 for none. */
  readonly at: number;
  readonly onGo: (index: number) => void;
  readonly onFold: (key: string, fold: boolean) => void;
  /** The stretch in sight, and all of it. */
  readonly span: Span;
  readonly whole: Span;
  readonly onSpan: (span: Span) => void;
  readonly colourOf: (row: ProcessRow) => number;
  /** Rows that match the filter; others are dimmed. Undefined without a filter. */
  readonly hits: ReadonlySet<string> | undefined;
  /** Enter on a row. */
  readonly onOpen: () => void;
}

const ROW = 28;
const NARROW_ROW = 46;

export const rowId = (key: string): string => `process-${key}`;

export function TreeGrid(props: TreeGridProps) {
  const { rows, at, onGo, onFold, span, whole, onSpan, onOpen } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? NARROW_ROW : ROW),
    overscan: 12,
    scrollPaddingStart: 40,
  });
  useEffect(() => virtual.measure(), [narrow]);
  const key = rows[at]?.key;
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [at, virtual]);
  useTimePointer(scroller, span, whole, onSpan);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    const time = timeKey(event, span, whole);
    if (time) onSpan(time);
    else if (event.key === 'Enter') onOpen();
    else {
      const move = treeMove(
        rows,
        at,
        event.key,
        Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / ROW) - 2),
      );
      if (!move) return;
      if (move.kind === 'go') onGo(move.index);
      else onFold(rows[move.index]!.key, move.kind === 'fold');
    }
    event.preventDefault();
  };

  const items = virtual.getVirtualItems();
  return (
    <div
      ref={scroller}
      className="process-grid"
      role="treegrid"
      tabIndex={0}
      aria-label="Processes, as a tree with a timeline"
      aria-rowcount={rows.length + 1}
      aria-activedescendant={key !== undefined && items.some((item) => item.index === at) ? rowId(key) : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className="process-head">
        <div role="row" className="process-row" aria-rowindex={1}>
          <span role="columnheader" className="process-name">
            Command
          </span>
          <span role="columnheader" className="process-pid">
            PID
          </span>
          <span role="columnheader" className="process-user">
            User
          </span>
          <span role="columnheader" className="process-lasted">
            Lasted
          </span>
          <span role="columnheader" className="process-end">
            End
          </span>
          <span role="columnheader" className="process-time" aria-label="Time">
            <Axis span={span} whole={whole} onSpan={onSpan} />
          </span>
        </div>
      </div>
      <div role="rowgroup" className="process-body" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <Row key={rows[index]!.key} {...props} row={rows[index]!} index={index} top={start} chosen={index === at} />
        ))}
      </div>
    </div>
  );
}

/** The stretch a key asks for. */
function timeKey(event: KeyboardEvent, span: Span, whole: Span): Span | undefined {
  if (event.key === '+' || event.key === '=') return zoomed(span, 2, 0.5, whole);
  if (event.key === '-' || event.key === '_') return zoomed(span, 0.5, 0.5, whole);
  if (event.key === '0') return whole;
  if (event.shiftKey && event.key === 'ArrowLeft') return panned(span, -0.25, whole);
  if (event.shiftKey && event.key === 'ArrowRight') return panned(span, 0.25, whole);
  return undefined;
}

interface RowProps extends TreeGridProps {
  readonly row: ProcessRow;
  readonly index: number;
  readonly top: number;
  readonly chosen: boolean;
}

const Row = memo(function Row({ row, index, top, chosen, onGo, onFold, span, colourOf, hits }: RowProps) {
  const { node } = row;
  const end = endOf(node);
  const command = commandOf(node);
  const branch = node.children.length > 0;
  const colour = colourOf(row);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the grid
    <div
      id={rowId(row.key)}
      role="row"
      className={`process-row${chosen ? ' chosen' : ''}${hits && !hits.has(row.key) ? ' dimmed' : ''}`}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-rowindex={index + 2}
      aria-expanded={branch ? row.open : undefined}
      aria-selected={chosen}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => onGo(index)}
    >
      <span role="gridcell" className="process-name" title={visible(command)}>
        <Rails row={row} />
        {branch ? (
          <span
            className={`process-fold${row.open ? ' open' : ''}`}
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onFold(row.key, row.open);
            }}
          />
        ) : (
          <span className="process-leaf" aria-hidden="true" />
        )}
        <Command row={row} command={command} />
        {branch && !row.open && <span className="badge">+{row.below}</span>}
      </span>
      <span role="gridcell" className="process-pid">
        {node.pid}
      </span>
      <span role="gridcell" className="process-user">
        <span className={`swatch series-${colour}`} aria-hidden="true" />
        <Text value={userOf(node)} />
      </span>
      <span role="gridcell" className="process-lasted">
        {row.ended ? `${row.startKnown ? '' : '≥ '}${duration(row.to - row.from)}` : ''}
      </span>
      <span role="gridcell" className={`process-end end-${end.kind}`}>
        {end.kind === 'open' ? <span title="Its end is not in the trail">–</span> : end.text}
      </span>
      <span role="gridcell" className="process-time">
        <Bar row={row} span={span} colour={colour} />
      </span>
    </div>
  );
});

/** The command; what it ran before stands before it, and a fork that never ran anything says so. */
function Command({ row, command }: { readonly row: ProcessRow; readonly command: string }) {
  const { images, command: words } = row.node;
  const before = images.slice(0, -1).map((image) => image.program);
  const steps = before.filter((name, i) => name !== before[i - 1]);
  const space = words.length > 0 ? command.indexOf(' ') : -1;
  const first = space < 0 || command.startsWith("'") ? command : command.slice(0, space);
  return (
    <code dir="ltr">
      {steps.length > 0 && <span className="dim">{steps.map((name) => `${visible(name)} → `).join('')}</span>}
      {first.includes('/') && first === baseName(first) ? null : (
        <span className="dim">{visible(first.slice(0, first.length - baseName(first).length))}</span>
      )}
      <b>
        <Text value={baseName(first)} />
      </b>
      <Text value={command.slice(first.length)} />
      {row.fork && <span className="dim"> (fork)</span>}
    </code>
  );
}

const Rails = ({ row }: { readonly row: ProcessRow }) => (
  <span className="process-rails" aria-hidden="true">
    {row.rails.map((more, i) => {
      const last = i === row.rails.length - 1;
      return <span key={i} className={`rail${last ? (more ? ' tee' : ' corner') : more ? ' line' : ''}`} />;
    })}
  </span>
);

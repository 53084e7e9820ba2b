// The list of events: a grid of any length of which only what is in view is on the page. Keyboard as in a grid: j, k and
// arrows move, Enter opens. The place and the choice come back when one returns from an event.
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import type { EventRow } from '../../../src/web/contract.ts';
import { asFault } from '../../api/reply.ts';
import { useKeys } from '../../app/keys.tsx';
import { Link, navigate } from '../../app/router.tsx';
import { Outcome } from '../../parts/event-line.tsx';
import { ErrorState, Loading } from '../../parts/states.tsx';
import { Text, visible } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import { useSlim } from '../use-narrow.ts';
import type { EventColumn } from './columns.tsx';
import type { Pager, PagerState } from './pager.ts';

/** Where a viewer was in a list. */
export interface Place {
  top: number;
  chosen: number;
}

interface ListProps {
  readonly pager: Pager;
  readonly columns: readonly EventColumn[];
  readonly total: number | undefined;
  readonly place: Place;
  readonly hrefOf: (row: EventRow) => string;
  /** Shown when there are none. */
  readonly empty: ReactNode;
}

const ROW = 30;
const PHONE_ROW = 54;

/** The list; a page that could not be fetched is told under the rows that are there. */
export function EventList(props: ListProps) {
  const state = useSyncExternalStore(props.pager.subscribe, props.pager.state);
  if (state.started && state.length === 0 && state.fault === undefined) return props.empty;
  return (
    <>
      <Grid {...props} state={state} />
      {state.fault === undefined ? null : (
        <div className="list-fault">
          <ErrorState fault={asFault(state.fault)} retry={() => props.pager.retry()} />
        </div>
      )}
    </>
  );
}

interface GridProps extends ListProps {
  readonly state: PagerState;
}

function Grid(props: GridProps) {
  const { pager, columns, total, place, state } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useSlim();
  const height = narrow ? PHONE_ROW : ROW;
  const virtual = useVirtualizer({
    count: state.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    initialOffset: place.top,
  });
  const rows = virtual.getVirtualItems();
  const first = rows[0]?.index ?? 0;
  const last = rows.at(-1)?.index ?? 0;
  // A change of the state may need the same pages again
  useEffect(() => pager.show(first, last), [pager, first, last, state]);
  useEffect(() => virtual.measure(), [height, virtual]);
  const choice = useChoice(props, scroller, height, virtual.scrollToIndex);
  const least = narrow ? undefined : leastWidth(columns);
  return (
    <div
      ref={scroller}
      className={narrow ? 'event-list narrow' : 'event-list'}
      role="grid"
      aria-label="Events, newest first"
      aria-rowcount={total ?? -1}
      aria-activedescendant={choice.chosen >= 0 && pager.row(choice.chosen) ? `event-${choice.chosen}` : undefined}
      tabIndex={0}
      onKeyDown={choice.onKeyDown}
      onScroll={(event) => {
        place.top = event.currentTarget.scrollTop;
      }}
    >
      {narrow ? null : <Head columns={columns} least={least} />}
      <div className="event-rows" role="rowgroup" style={{ height: virtual.getTotalSize(), minWidth: least }}>
        {state.length === 0 ? (
          <div role="row">
            <span role="gridcell">
              <Loading what="Searching" />
            </span>
          </div>
        ) : null}
        {rows.map(({ key, index, start }) => (
          <Row key={key} {...props} {...{ index, start, height, narrow, choice }} />
        ))}
      </div>
    </div>
  );
}

/** Which row is chosen, and the ways to choose and open one. */
interface Choice {
  readonly chosen: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onClick: (index: number, event: MouseEvent) => void;
}

function useChoice(
  { pager, place, hrefOf, state }: GridProps,
  scroller: RefObject<HTMLDivElement | null>,
  height: number,
  scrollTo: (index: number) => void,
): Choice {
  const [chosen, setChosen] = useState(place.chosen);
  const keep = (index: number) => {
    place.chosen = index;
    setChosen(index);
  };
  useStay(scroller, state.head, height, (grown) => {
    if (place.chosen >= 0) keep(place.chosen + grown);
  });
  const choose = (index: number) => {
    const next = Math.max(0, Math.min(state.length - 1, index));
    keep(next);
    scrollTo(next);
  };
  const open = (index: number) => {
    const row = pager.row(index);
    if (row) navigate(hrefOf(row));
    return row !== undefined;
  };
  useKeys({
    j: () => choose(chosen + 1),
    k: () => choose(chosen - 1),
    Enter: (event) =>
      (event.target === document.body || scroller.current?.contains(event.target as Node)) && open(chosen),
  });
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 300) / height) - 1);
  return {
    chosen,
    onKeyDown: (event) => {
      const to = {
        ArrowDown: chosen + 1,
        ArrowUp: chosen - 1,
        PageDown: chosen + page,
        PageUp: chosen - page,
        Home: 0,
        End: state.length - 1,
      }[event.key];
      if (to === undefined || state.length === 0) return;
      event.preventDefault();
      choose(to);
    },
    onClick: (index, event) => {
      keep(index);
      if (!(event.target as HTMLElement).closest('a') && !window.getSelection()?.toString()) open(index);
    },
  };
}

const templateOf = (columns: readonly EventColumn[]): string => columns.map((c) => c.width).join(' ');

function Head({ columns, least }: { readonly columns: readonly EventColumn[]; readonly least: number | undefined }) {
  return (
    <div className="event-head" role="rowgroup" style={{ minWidth: least }}>
      <div role="row" style={{ gridTemplateColumns: templateOf(columns) }}>
        {columns.map((c) => (
          <span key={c.name} role="columnheader">
            {c.title}
          </span>
        ))}
      </div>
    </div>
  );
}

interface RowProps extends GridProps {
  readonly index: number;
  /** Pixels from the top of all rows. */
  readonly start: number;
  readonly height: number;
  readonly narrow: boolean;
  readonly choice: Choice;
}

function Row({ pager, columns, hrefOf, index, start, height, narrow, choice }: RowProps) {
  const row = pager.row(index);
  return (
    <div
      id={`event-${index}`}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 1}
      aria-selected={index === choice.chosen}
      className={row?.outcome === 'failed' ? 'failed' : undefined}
      style={{
        gridTemplateColumns: narrow ? 'minmax(0, 1fr)' : templateOf(columns),
        height,
        translate: `0 ${start}px`,
      }}
      onClick={(event) => choice.onClick(index, event)}
      onKeyDown={() => {}}
    >
      {row ? <Cells row={row} columns={columns} narrow={narrow} href={hrefOf(row)} /> : <span role="gridcell">…</span>}
    </div>
  );
}

/** Room for every column, in pixels: narrower than this, the list scrolls sideways. */
const leastWidth = (columns: readonly EventColumn[]): number =>
  columns.reduce((sum, c) => sum + Number(/\d+/.exec(c.width)?.[0] ?? 100) + 12, 12);

interface CellsProps {
  readonly row: EventRow;
  readonly columns: readonly EventColumn[];
  readonly narrow: boolean;
  readonly href: string;
}

function Cells({ row, columns, narrow, href }: CellsProps) {
  if (narrow)
    return (
      <span role="gridcell" className="two-lines">
        <span className="row-meta">
          <Time value={row.time} />
          <span className="mono">
            <Text value={row.comm} />
          </span>
          <Outcome value={row.outcome} />
        </span>
        <Link to={href} tabIndex={-1}>
          <Text value={row.sentence || row.type} />
        </Link>
      </span>
    );
  return columns.map((c, i) => (
    <span key={c.name} role="gridcell" className={c.mono ? 'mono' : undefined}>
      {c.name === 'sentence' || (i === 0 && !columns.some((o) => o.name === 'sentence')) ? (
        <Link to={href} tabIndex={-1} title={c.name === 'sentence' ? visible(row.sentence) : undefined}>
          {c.name === 'sentence' ? <Text value={row.sentence || row.type} /> : c.cell(row)}
        </Link>
      ) : (
        c.cell(row)
      )}
    </span>
  ));
}

/** Keeps what is read in its place when rows come in above it; at the very top new rows are let in. */
function useStay(
  scroller: RefObject<HTMLDivElement | null>,
  head: number,
  height: number,
  moved: (rows: number) => void,
): void {
  const before = useRef(head);
  useLayoutEffect(() => {
    const grown = head - before.current;
    before.current = head;
    const element = scroller.current;
    if (grown <= 0 || !element) return;
    if (element.scrollTop > 2) element.scrollTop += grown * height;
    moved(grown);
  });
}

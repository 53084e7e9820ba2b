// The time axis above the bars: ticks in the chosen zone. Dragging over it chooses the stretch to look at.
import { type PointerEvent, useRef, useState } from 'react';
import { useSetting } from '../../app/settings.ts';
import { NARROWEST, type Span, shareOf, ticksOf, tickText } from './scale.ts';

interface AxisProps {
  readonly span: Span;
  readonly whole: Span;
  readonly onSpan: (span: Span) => void;
}

const TICK_WIDTH = 104;
/** Pixels the longest label needs; a tick with less room to its right has none. */
const LABEL = 88;

/** What the chosen zone is ahead of UTC at a moment, in ms. */
export const zoneOffset = (zone: 'local' | 'utc', at: number): number =>
  zone === 'utc' ? 0 : -(new Date(at).getTimezoneOffset() || 0) * 60_000;

export function Axis({ span, onSpan }: AxisProps) {
  const [zone] = useSetting('zone');
  const place = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<readonly [number, number]>();
  const offset = zoneOffset(zone, span.from);
  const width = place.current?.clientWidth ?? 520;
  const ticks = ticksOf(span, Math.max(2, Math.floor(width / TICK_WIDTH)), offset);

  const shareAt = (event: PointerEvent): number => {
    const box = place.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const end = () => {
    if (drag && Math.abs(drag[1] - drag[0]) > 0.01) {
      const [a, b] = [Math.min(...drag), Math.max(...drag)].map((share) => span.from + share * (span.to - span.from));
      onSpan({ from: Math.floor(a!), to: Math.max(Math.ceil(b!), Math.floor(a!) + NARROWEST) });
    }
    setDrag(undefined);
  };
  return (
    <div
      ref={place}
      className="axis"
      title="Drag to look at a stretch of time"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([shareAt(event), shareAt(event)]);
      }}
      onPointerMove={(event) => drag && setDrag([drag[0], shareAt(event)])}
      onPointerUp={end}
      onPointerCancel={() => setDrag(undefined)}
    >
      {ticks.map(({ at, step }) => (
        <span key={at} className="tick" style={{ left: `${shareOf(at, span) * 100}%` }}>
          {(1 - shareOf(at, span)) * width > LABEL && tickText(at, step, offset)}
        </span>
      ))}
      {drag && (
        <span
          className="axis-choice"
          style={{ left: `${Math.min(...drag) * 100}%`, width: `${Math.abs(drag[1] - drag[0]) * 100}%` }}
        />
      )}
    </div>
  );
}

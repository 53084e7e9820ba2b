// The line over the list: how many events there are, and how the live line is.
import { useEffect, useRef, useState } from 'react';
import type { Fault } from '../../api/client.ts';
import { count } from '../../parts/table.tsx';
import { counted } from '../words.ts';
import type { Tail } from './live-rows.ts';

interface StatusProps {
  readonly known: number | undefined;
  /** Why the count is not known. */
  readonly fault: Fault | undefined;
  readonly live: boolean;
  readonly tail: Tail;
  readonly onAgain: () => void;
}

/** How many there are, and how the live line is. Said aloud at most every few seconds. */
export function Status({ known, fault, live, tail, onAgain }: StatusProps) {
  const text = fault ? 'How many there are is not known' : known === undefined ? 'Counting …' : counted(known, 'event');
  return (
    <div className="events-status">
      <span>{text}</span>
      {live ? <span className="dim">{lineText(tail)}</span> : null}
      {tail.left > 0 ? (
        <button type="button" className="link" onClick={onAgain}>
          {count(tail.left)} came too fast to be listed: list them
        </button>
      ) : null}
      <Spoken text={live ? `${text}, live` : text} />
    </div>
  );
}

/** How the live line is. */
function lineText({ state, rate }: Tail): string {
  if (state === 'broken') return 'the line to the server broke; trying again';
  if (state !== 'open') return 'connecting';
  return rate ? `live, ${count(rate.matched)}/s of ${count(rate.events)}/s` : 'live';
}

const QUIET = 5000;

function Spoken({ text }: { readonly text: string }) {
  const [said, setSaid] = useState(text);
  const newest = useRef(text);
  newest.current = text;
  useEffect(() => {
    const timer = setInterval(() => setSaid(newest.current), QUIET);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className="sr" role="status" aria-live="polite">
      {said}
    </span>
  );
}

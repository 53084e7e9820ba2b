// The time range of a view: `since` and `until` of the address. Relative words go to the server as they are (`1h`,
// `today`); absolute moments are typed in the chosen zone and kept as RFC 3339, so that a shared link means the same
// moment everywhere.
import { useEffect, useRef, useState } from 'react';
import { setQuery, useAddress } from '../app/router.tsx';
import { useSetting } from '../app/settings.ts';
import { visible } from './text.tsx';
import { offsetName, timeText } from './time.tsx';

const WORDS: readonly (readonly [words: string, title: string])[] = [
  ['', 'All time'],
  ['15m', 'Last 15 minutes'],
  ['1h', 'Last hour'],
  ['6h', 'Last 6 hours'],
  ['24h', 'Last 24 hours'],
  ['7d', 'Last 7 days'],
  ['today', 'Today'],
];

/** The range of the address: as query parameters of the API. */
export function useRange(): { readonly since: string | undefined; readonly until: string | undefined } {
  const { query } = useAddress();
  return { since: query.get('since') ?? undefined, until: query.get('until') ?? undefined };
}

/** A bound as a person reads it: words stay, moments in the chosen zone. */
function boundText(bound: string, utc: boolean): string {
  const seconds = /^\d+(\.\d+)?$/.test(bound) ? Number(bound) : Date.parse(bound) / 1000;
  return Number.isFinite(seconds) && /^\d{4}-|^\d{9,}/.test(bound)
    ? timeText(seconds, 'full', utc).replace(/\.\d{3}$/, '')
    : visible(bound);
}

/** A range as text. */
export function rangeText(since: string | undefined, until: string | undefined, utc: boolean): string {
  if (!since && !until) return 'All time';
  if (!until) {
    const known = WORDS.find(([words]) => words === since);
    return known ? known[1] : `Since ${boundText(since!, utc)}`;
  }
  return `${since ? boundText(since, utc) : 'the start'} to ${boundText(until, utc)}`;
}

/** The picker: a button that opens words and two moments. */
export function RangePicker() {
  const { since, until } = useRange();
  const [zone] = useSetting('zone');
  const box = useRef<HTMLDetailsElement>(null);
  const utc = zone === 'utc';
  const choose = (patch: { since?: string | undefined; until?: string | undefined }) => {
    setQuery({ since: undefined, until: undefined, ...patch });
    box.current?.removeAttribute('open');
    box.current?.querySelector('summary')?.focus();
  };
  useClosing(box);
  return (
    <details className="popup range" ref={box}>
      <summary className="button" aria-label={`Time range: ${rangeText(since, until, utc)}`}>
        <span className="nowrap">{rangeText(since, until, utc)}</span>
      </summary>
      <div className="popup-body">
        <ul className="choices">
          {WORDS.map(([words, title]) => (
            <li key={words}>
              <button
                type="button"
                aria-pressed={(since ?? '') === words && !until}
                onClick={() => choose({ since: words || undefined })}
              >
                {title}
              </button>
            </li>
          ))}
        </ul>
        <Absolute key={`${since} ${until} ${zone}`} since={since} until={until} utc={utc} onChoose={choose} />
      </div>
    </details>
  );
}

interface AbsoluteProps {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly utc: boolean;
  readonly onChoose: (patch: { since?: string | undefined; until?: string | undefined }) => void;
}

function Absolute({ since, until, utc, onChoose }: AbsoluteProps) {
  const [from, setFrom] = useState(since ? boundText(since, utc) : '');
  const [to, setTo] = useState(until ? boundText(until, utc) : '');
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        onChoose({ since: momentOf(from, utc), until: momentOf(to, utc) });
      }}
    >
      <label>
        From
        <input value={from} onChange={(e) => setFrom(e.target.value)} placeholder="2026-11-21 04:00, 2h, today" />
      </label>
      <label>
        To
        <input value={to} onChange={(e) => setTo(e.target.value)} placeholder="now" />
      </label>
      <p className="dim small">Times are {utc ? 'UTC' : `this browser's (${offsetName(new Date())})`}.</p>
      <button type="submit" className="button primary">
        Apply
      </button>
    </form>
  );
}

/** What was typed as the API takes it: `2026-11-21 04:00[:05[.123]]` in the zone becomes RFC 3339, other words stay. */
function momentOf(text: string, utc: boolean): string | undefined {
  const trimmed = text.trim();
  const found = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?$/.exec(trimmed);
  if (!found) return trimmed || undefined;
  const at = new Date(`${found[1]}T${found[2] ?? '00:00'}${utc ? 'Z' : ''}`);
  return Number.isNaN(at.getTime()) ? trimmed : at.toISOString();
}

/** Closes an open <details> on Escape and on a click elsewhere. */
export function useClosing(box: React.RefObject<HTMLDetailsElement | null>): void {
  useEffect(() => {
    const outside = (event: Event) => {
      if (box.current?.open && !box.current.contains(event.target as Node)) box.current.open = false;
    };
    const onEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !box.current?.open) return;
      box.current.open = false;
      box.current.querySelector('summary')?.focus();
      event.stopPropagation();
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('keydown', onEscape, true);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', onEscape, true);
    };
  }, [box]);
}

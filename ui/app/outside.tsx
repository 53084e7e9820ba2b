// Addresses that come from outside. Any page, mail or chat can hold a link to a view; what such a link asks for is shown,
// and asked only when the viewer says so. Times and columns are taken as they are (harmless.ts), so that a link to a view
// shows it. An address that this page made (a search, a click, a reload, back and forward) never waits (router.tsx).
import { useEffect, useRef } from 'react';
import { visible } from '../parts/text.tsx';
import { isHarmless } from './harmless.ts';
import { adopt, useAddress } from './router.tsx';

/** What waits, and the button that asks it; `focus`: it takes the focus, so that Enter asks. */
export function Held({ focus, children }: { readonly focus: boolean; readonly children?: string }) {
  const { query } = useAddress();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focus) button.current?.focus();
  }, [focus]);
  const asked = [...query].filter(([name]) => !isHarmless(name));
  return (
    <div className="state held" role="status">
      <strong>Nothing was asked yet</strong>
      <div>{children ?? 'This address came from outside this page. Look at what it asks for, then press Enter.'}</div>
      <dl>
        {asked.map(([name, value], i) => (
          <div key={i}>
            <dt>{visible(name)}</dt>
            <dd className="mono wrap">{visible(value)}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="button primary" ref={button} onClick={adopt}>
        Ask it
      </button>
    </div>
  );
}

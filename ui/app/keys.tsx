// Keys of the whole console: `g` and a letter goes to a view, `?` shows them all, `/` focuses a view's search. Never while
// someone types. A view adds its own with `useKeys`.
import { useEffect, useRef } from 'react';
import { views } from '../views/index.ts';
import { address, hrefOf, navigate } from './router.tsx';

/** Is this event meant for a field that takes text? */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  if (!target) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Calls the handler of a key (`event.key`) pressed outside text fields and without modifiers; it may return false: not taken. */
export function useKeys(handlers: Readonly<Record<string, (event: KeyboardEvent) => unknown>>): void {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    const take = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
      if (document.querySelector('dialog[open]')) return;
      const handler = latest.current[event.key];
      if (handler && handler(event) !== false) event.preventDefault();
    };
    document.addEventListener('keydown', take);
    return () => document.removeEventListener('keydown', take);
  }, []);
}

/** The keys that work everywhere. */
export function useGoKeys(onHelp: () => void): void {
  const going = useRef(0);
  const go: Record<string, (event: KeyboardEvent) => unknown> = {};
  for (const view of views) {
    if (!view.key) continue;
    go[view.key] = () => {
      if (Date.now() - going.current > 1500) return false;
      going.current = 0;
      const { query } = address();
      navigate(hrefOf(view.path, { since: query.get('since') ?? '', until: query.get('until') ?? '' }));
      return true;
    };
  }
  useKeys({
    ...go,
    g: () => {
      going.current = Date.now();
    },
    '?': onHelp,
  });
}

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'Search: the query bar'],
  ['j, k or arrows', 'Next, previous event'],
  ['Enter', 'Open the event'],
  ['Esc', 'Close, or back to the list'],
  ['n, p', 'On an event: the newer, the older one'],
  ['l', 'Live on and off'],
  ['?', 'These keys'],
];

/** The list of keys. */
export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="dialog" onClose={onClose} aria-labelledby="keys-title">
      <header>
        <h2 id="keys-title">Keys</h2>
        <button type="button" className="button small" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <dl className="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
        {views
          .filter((v) => v.key)
          .map((v) => (
            <div key={v.path}>
              <dt>
                <kbd>g</kbd> <kbd>{v.key}</kbd>
              </dt>
              <dd>Go to {v.title}</dd>
            </div>
          ))}
      </dl>
    </dialog>
  );
}

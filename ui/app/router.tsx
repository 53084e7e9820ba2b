// The address is the state: a view is a path, what it shows is the query. Links, `navigate` and the back button go through
// the History API; a view reads `useAddress()` and changes it with `setQuery`. Nothing here knows a view.
import { type AnchorHTMLAttributes, type ReactNode, useSyncExternalStore } from 'react';
import { asksMore } from './harmless.ts';
import { wasOpened, willOpen } from './opening.ts';

/** Where the viewer is. `query` must not be changed: use `setQuery`. */
export interface Address {
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query as text: equal when nothing changed. */
  readonly href: string;
  /** It came from outside (a link elsewhere, typed, a bookmark), and asks for something that waits for the viewer's word. */
  readonly held: boolean;
}

/** Changes of the query: a value to set, an array to set several times, `undefined` or '' to take it out. */
export type QueryPatch = Readonly<Record<string, string | number | readonly string[] | undefined>>;

const listeners = new Set<() => void>();

/** What an entry of the history that this page made holds; it outlives a reload, and no other page can write it. */
const OWN = { auspex: 'own' };
const isOwn = (): boolean => (window.history.state as typeof OWN | null)?.auspex === OWN.auspex;

if (!isOwn() && wasOpened(window.location.pathname + window.location.search)) window.history.replaceState(OWN, '');
let current = read();

function read(before?: Address): Address {
  const { pathname, search } = window.location;
  const href = pathname + search;
  const query = new URLSearchParams(search);
  // A change of the fragment alone makes an entry without our mark.
  const held = before?.href === href ? before.held && !isOwn() : !isOwn() && asksMore(query);
  return { path: pathname, query, href, held };
}

function changed(): void {
  current = read(current);
  for (const listener of listeners) listener();
}

window.addEventListener('popstate', changed);

/** Goes to an address of the console (`/events?q=…`). `replace` keeps the history's length: for what changes while typing. */
export function navigate(to: string, options: { readonly replace?: boolean } = {}): void {
  if (to === current.href) return;
  // What waits goes on waiting while something beside it changes
  if (options.replace) window.history.replaceState(current.held ? window.history.state : OWN, '', to);
  else window.history.pushState(OWN, '', to);
  changed();
}

/** The viewer looked at an address that came from outside and wants it: from now on it counts as made here. */
export function adopt(): void {
  window.history.replaceState(OWN, '');
  changed();
}

/** `path` with `patch` laid over `base` as its query. */
export function hrefOf(path: string, patch: QueryPatch = {}, base: URLSearchParams = new URLSearchParams()): string {
  const query = new URLSearchParams(base);
  for (const [name, value] of Object.entries(patch)) {
    query.delete(name);
    if (Array.isArray(value)) for (const one of value) query.append(name, one);
    else if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Changes the query of the view that is shown. */
export function setQuery(patch: QueryPatch, options: { readonly replace?: boolean } = {}): void {
  navigate(hrefOf(current.path, patch, current.query), options);
}

/** The address; the component is drawn again when it changes. */
export function useAddress(): Address {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

/** The address outside components (event handlers). */
export const address = (): Address => current;

export interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  readonly to: string;
  readonly children?: ReactNode;
}

/** A link within the console: a real `<a href>`, so that it opens in a new tab and can be copied. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  return (
    <a
      {...rest}
      href={to}
      onAuxClick={() => willOpen(to)}
      onContextMenu={() => willOpen(to)}
      onClick={(event) => {
        onClick?.(event);
        if (event.defaultPrevented || event.button !== 0) return;
        if (event.metaKey || event.ctrlKey || event.shiftKey) return willOpen(to);
        event.preventDefault();
        navigate(to);
      }}
    />
  );
}

/** The parameters of `pattern` (`/events/:seq`) in `path`; undefined when it does not fit. */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const want = pattern.split('/').filter(Boolean);
  const have = path.split('/').filter(Boolean);
  if (want.length !== have.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    if (part.startsWith(':')) parameters[part.slice(1)] = decode(have[i]!);
    else if (part !== have[i]) return undefined;
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

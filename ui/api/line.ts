// Whether the server answers, as every request of the page found it. The frame says so while it does not; what could not be
// asked for that reason is asked again when it answers. Nothing is asked here.
import { useEffect, useRef, useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let silent = false;

/** A request was answered, by whatever status (`true`), or by nobody (`false`). */
export function heard(answered: boolean): void {
  if (silent === !answered) return;
  silent = !answered;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The last request was answered by nobody. */
export const useSilent = (): boolean => useSyncExternalStore(subscribe, () => silent);

/** Resolves when a request is answered. */
export const answered = (): Promise<void> =>
  new Promise((resolve) => {
    if (!silent) return resolve();
    const stop = subscribe(() => {
      if (silent) return;
      stop();
      resolve();
    });
  });

/** Calls `again` when the server answers after a silence in which something was `missing`. */
export function useOnReturn(missing: boolean, again: () => void): void {
  const gone = useSilent();
  const before = useRef(gone);
  useEffect(() => {
    const returned = before.current && !gone;
    before.current = gone;
    if (returned && missing) again();
  }, [gone, missing, again]);
}

// What a viewer chose for this browser: theme, time zone, columns. Kept in localStorage where there is one (private windows
// may refuse); never on the server. `useSetting` draws again when a setting changes, in this tab or another.
import { useSyncExternalStore } from 'react';

export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  readonly zone: 'local' | 'utc';
  /** Columns of the event list, in order, joined by commas; '' is the usual ones. */
  readonly columns: string;
}

const DEFAULTS: Settings = { theme: 'system', zone: 'local', columns: '' };
const PREFIX = 'auspex.';
const listeners = new Set<() => void>();
const memory = new Map<string, string>();

/** The value now. */
export function setting<K extends keyof Settings>(name: K): Settings[K] {
  let kept: string | null | undefined = memory.get(name);
  try {
    kept ??= window.localStorage.getItem(PREFIX + name);
  } catch {
    // no storage: this page's memory only
  }
  return (kept ?? DEFAULTS[name]) as Settings[K];
}

/** Keeps a value. */
export function keepSetting<K extends keyof Settings>(name: K, value: Settings[K]): void {
  memory.set(name, value);
  try {
    window.localStorage.setItem(PREFIX + name, value);
  } catch {
    // no storage: this page's memory only
  }
  applyTheme();
  for (const listener of listeners) listener();
}

/** A setting and how to change it. */
export function useSetting<K extends keyof Settings>(name: K): [Settings[K], (value: Settings[K]) => void] {
  const value = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => setting(name),
  );
  return [value, (next) => keepSetting(name, next)];
}

/** Puts the chosen theme on the page; `system` leaves it to prefers-color-scheme. */
export function applyTheme(): void {
  const theme = setting('theme');
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

window.addEventListener('storage', (event) => {
  if (!event.key?.startsWith(PREFIX)) return;
  memory.delete(event.key.slice(PREFIX.length));
  applyTheme();
  for (const listener of listeners) listener();
});

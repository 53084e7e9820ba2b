// The key of the session: the second secret beside the cookie. A browser sends a cookie to every port of a host, whoever
// listens there; this stays with the page's origin, port and all, and goes only into its requests. It is kept in
// localStorage, not in sessionStorage, so that a link opened in a new tab is signed in too; where there is no storage
// (private windows may refuse), in this page's memory.
const NAME = 'auspex.key';
let memory: string | undefined;

/** The key, as this tab or another one of this browser was given it last. */
export function signedKey(): string | undefined {
  try {
    return window.localStorage.getItem(NAME) ?? memory;
  } catch {
    return memory;
  }
}

/** Keeps the key of a log-in; `undefined` forgets it. */
export function keepKey(key: string | undefined): void {
  memory = key;
  try {
    if (key === undefined) window.localStorage.removeItem(NAME);
    else window.localStorage.setItem(NAME, key);
  } catch {
    // no storage: this page's memory only
  }
}

// The text of the rules editor, kept for this tab so that going to another view and back loses nothing. Until it is changed
// it is what `begin` says.
import { useCallback, useState } from 'react';

const KEY = 'auspex.rules';

const kept = (): string | null => {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
};

export function useDraft(begin: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState(kept);
  const set = useCallback(
    (text: string) => {
      setDraft(text);
      try {
        if (text === begin) sessionStorage.removeItem(KEY);
        else sessionStorage.setItem(KEY, text);
      } catch {
        // no storage: this page's memory only
      }
    },
    [begin],
  );
  return [draft ?? begin, set];
}

// One value of the address that changes as fast as a pointer moves or a key repeats. Browsers refuse too many changes of the
// history, so the first is written at once and the rest a few times a second; what is shown never waits for that.
import { useCallback, useEffect, useRef, useState } from 'react';
import { setQuery, useAddress } from '../app/router.tsx';

/** Ms between two changes of the address. */
const PACE = 150;

/** The value (undefined when the address has none) and how to change it, which replaces the address. */
export function useQuery(name: string): [string | undefined, (value: string | undefined) => void] {
  const kept = useAddress().query.get(name) ?? undefined;
  const [ahead, setAhead] = useState<{ readonly value: string | undefined }>();
  const written = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const set = useCallback(
    (value: string | undefined) => {
      clearTimeout(timer.current);
      const write = () => {
        written.current = performance.now();
        setQuery({ [name]: value }, { replace: true });
        setAhead(undefined);
      };
      const wait = written.current + PACE - performance.now();
      if (wait <= 0) write();
      else {
        setAhead({ value });
        timer.current = setTimeout(write, wait);
      }
    },
    [name],
  );
  useEffect(() => () => clearTimeout(timer.current), []);
  return [ahead ? ahead.value : kept, set];
}

// A reply of the server as React state: loading, ready or failed. Asked again when its address changes; a request nobody
// waits for any more is aborted, which also stops the query in the store.
import { useCallback, useEffect, useState } from 'react';
import { apiHref, Fault, get, type Query } from './client.ts';
import { useOnReturn } from './line.ts';

/** What is known now. While a changed question is asked, `data` still is the answer before it (`stale`). */
export interface Reply<T> {
  readonly data: T | undefined;
  readonly fault: Fault | undefined;
  readonly loading: boolean;
  /** `data` answers an earlier question. */
  readonly stale: boolean;
  readonly reload: () => void;
}

interface State<T> {
  readonly href: string | undefined;
  readonly data: T | undefined;
  readonly fault: Fault | undefined;
  /** The question that the fault is the answer of. */
  readonly faultOf: string | undefined;
  readonly loading: boolean;
}

/** Any thrown thing as a Fault, for showing. */
export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault(0, { code: 'unknown', message: error instanceof Error ? error.message : String(error) });
}

/** GETs `path` with `query`; `path` undefined asks nothing. Answers that are no more wanted never arrive. */
export function useReply<T>(path: string | undefined, query: Query | URLSearchParams = {}): Reply<T> {
  const href = path === undefined ? undefined : apiHref(path, query);
  const [state, setState] = useState<State<T>>({
    href: undefined,
    data: undefined,
    fault: undefined,
    faultOf: undefined,
    loading: true,
  });
  const [round, setRound] = useState(0);
  // `round` asks the same question again.
  useEffect(() => {
    if (href === undefined) return;
    const abort = new AbortController();
    setState((old) => ({ ...old, loading: true }));
    get<T>(href, {}, abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ href, data, fault: undefined, faultOf: undefined, loading: false });
      },
      (error) => {
        if (!abort.signal.aborted)
          setState((old) => ({ ...old, fault: asFault(error), faultOf: href, loading: false }));
      },
    );
    return () => abort.abort();
  }, [href, round]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  const fault = state.faultOf === href ? state.fault : undefined;
  useOnReturn(fault?.status === 0, reload);
  return {
    data: state.data,
    fault,
    loading: href !== undefined && state.loading,
    stale: state.data !== undefined && state.href !== href,
    reload,
  };
}

// The three states of everything that is fetched: loading, nothing there, failed. Each says what to do next.
import type { ReactNode } from 'react';
import type { Fault } from '../api/client.ts';
import type { Reply } from '../api/reply.ts';
import { visible } from './text.tsx';

/** While the first answer is on its way. */
export function Loading({ what = 'Loading' }: { readonly what?: string }) {
  return (
    <div className="state" role="status">
      <span className="spinner" aria-hidden="true" />
      {what} …
    </div>
  );
}

/** There is nothing; `children` says what to do about it. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="state" role="status">
      <strong>{title}</strong>
      {children ? <div className="dim">{children}</div> : null}
    </div>
  );
}

/** A request failed: what happened, what to do, and another try. */
export function ErrorState({ fault, retry }: { readonly fault: Fault; readonly retry?: () => void }) {
  return (
    <div className="state failed" role="alert">
      <strong>{visible(fault.message)}</strong>
      {fault.remedy ? <div>{visible(fault.remedy)}</div> : null}
      {retry ? (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      ) : null}
    </div>
  );
}

interface ReplyViewProps<T> {
  readonly reply: Reply<T>;
  readonly children: (data: T) => ReactNode;
  readonly what?: string;
}

/** Shows a reply in whichever state it is; a stale answer stays, dimmed, until the new one is there. */
export function ReplyView<T>({ reply, children, what }: ReplyViewProps<T>) {
  if (reply.fault) return <ErrorState fault={reply.fault} retry={reply.reload} />;
  if (reply.data === undefined) return <Loading {...(what ? { what } : {})} />;
  return (
    <div className={reply.stale ? 'stale' : undefined} aria-busy={reply.loading}>
      {children(reply.data)}
    </div>
  );
}

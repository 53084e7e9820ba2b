// The three states of everything that is fetched: loading, nothing there, failed. Each says what to do next.
import type { ReactNode } from 'react';
import type { Unread } from '../../src/web/contract.ts';
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

interface EmptyStateProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  /** What of the trail could not be read: then it is not said that there is nothing. */
  readonly unread?: readonly Unread[] | undefined;
}

/** There is nothing; `children` says what to do about it. */
export function EmptyState({ title, children, unread = [] }: EmptyStateProps) {
  return (
    <div className="state" role="status">
      {unread.length === 0 ? (
        <strong>{title}</strong>
      ) : (
        <>
          <strong>Nothing found in what could be read</strong>
          <UnreadLines unread={unread} />
        </>
      )}
      {children ? <div className="dim">{children}</div> : null}
    </div>
  );
}

/** Beside what was found: what of the trail could not be read; nothing where all was. */
export function UnreadNotice({ unread }: { readonly unread: readonly Unread[] }) {
  if (unread.length === 0) return null;
  return (
    <div className="notice">
      <UnreadLines unread={unread} />
    </div>
  );
}

/** What of the trail could not be read, and what to do about it: a paragraph for each kind. */
function UnreadLines({ unread }: { readonly unread: readonly Unread[] }) {
  return unread.map(({ kind, lines, first, what, remedy }) => (
    <p key={kind}>
      {kind !== 'file' &&
        (lines === 1 ? '1 line could not be read: it is ' : `${lines} lines could not be read: they are `)}
      <Typed text={`${what}. ${remedy}`} />{' '}
      <span className="dim small">
        {visible(first.trail)} line {first.line}: {visible(first.text)}
      </span>
    </p>
  ));
}

/** A request failed: what happened, what to do, and another try. */
export function ErrorState({ fault, retry }: { readonly fault: Fault; readonly retry?: () => void }) {
  return (
    <div className="state failed" role="alert">
      <FaultText fault={fault} />
      {retry && mayPass(fault) ? (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      ) : null}
    </div>
  );
}

/** What was asked wrongly, or is not there, stays so however often it is asked. */
const mayPass = ({ status }: Fault): boolean => status !== 400 && status !== 404;

/** What happened and what to do; what stands between backticks is typed. */
export function FaultText({ fault }: { readonly fault: Fault }) {
  return (
    <>
      <strong>
        <Typed text={fault.message} />
      </strong>
      {fault.remedy ? (
        <div>
          <Typed text={fault.remedy} />
        </div>
      ) : null}
    </>
  );
}

function Typed({ text }: { readonly text: string }) {
  return visible(text)
    .split('`')
    .map((part, i, all) =>
      // The last part of an odd number of backticks is not between two of them
      i % 2 === 1 && i < all.length - 1 ? <code key={`${i} ${part}`}>{part}</code> : part,
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

// The frame of a view: its one heading (which takes the focus when the view is opened), its tools, and panels.
import type { ReactNode } from 'react';

interface PageProps {
  readonly title: ReactNode;
  /** One line under the title. */
  readonly lead?: ReactNode;
  /** Buttons and pickers, right of the title. */
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

/** A view. */
export function Page({ title, lead, tools, children }: PageProps) {
  return (
    <>
      <header className="page-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {lead ? <p className="dim lead">{lead}</p> : null}
        </div>
        {tools ? <div className="tools">{tools}</div> : null}
      </header>
      {children}
    </>
  );
}

interface PanelProps {
  readonly title: ReactNode;
  readonly tools?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A titled box. */
export function Panel({ title, tools, className, children }: PanelProps) {
  return (
    <section className={className ? `panel ${className}` : 'panel'}>
      <header>
        <h2>{title}</h2>
        {tools}
      </header>
      {children}
    </section>
  );
}

/** A word with a colour: outcome of an event, severity of a finding. */
export function Badge({ kind, children }: { kind: 'good' | 'bad' | 'warn' | 'plain'; children: ReactNode }) {
  return <span className={`badge ${kind}`}>{children}</span>;
}

/** One number with its name; a link when it leads somewhere. */
export function Figure({ name, value, bad = false }: { name: ReactNode; value: ReactNode; bad?: boolean }) {
  return (
    <div className={bad ? 'figure bad' : 'figure'}>
      <b>{value}</b>
      <span>{name}</span>
    </div>
  );
}

// A report for others: its rows as CSV, itself as one page of HTML, and all reports as one page for an auditor.
import { useState } from 'react';
import type { ReportReply } from '../../../src/web/contract.ts';
import { apiHref, get } from '../../api/client.ts';
import { asFault } from '../../api/reply.ts';
import { visible } from '../../parts/text.tsx';
import { csvOf } from './chart.ts';
import { MOST } from './shape.tsx';

export function Files({
  name,
  shape,
  reply,
}: {
  name: string;
  shape: Readonly<Record<string, string>>;
  reply: ReportReply | undefined;
}) {
  const [fault, setFault] = useState<string>();
  const save = async () => {
    try {
      const all = await get<ReportReply>(`/api/reports/${encodeURIComponent(name)}`, {
        ...shape,
        top: shape.top || MOST,
      });
      setFault(undefined);
      offer(new Blob([csvOf(all)], { type: 'text/csv;charset=utf-8' }), `auspex-${name}.csv`);
    } catch (error) {
      setFault(asFault(error).message);
    }
  };
  return (
    <span className="row">
      {fault !== undefined && <span role="alert">{visible(fault)}</span>}
      <button type="button" className="button" onClick={save} disabled={!reply || reply.rows.length === 0}>
        CSV
      </button>
      <a
        className="button"
        href={apiHref(`/api/reports/${encodeURIComponent(name)}.html`, shape)}
        download={`auspex-${name}.html`}
      >
        This report as a page
      </a>
      <a
        className="button"
        href={apiHref('/api/report.html', { since: shape.since, until: shape.until })}
        download="auspex-report.html"
      >
        All for an auditor
      </a>
    </span>
  );
}

/** Lets the browser save a file. */
function offer(file: Blob, name: string): void {
  const href = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

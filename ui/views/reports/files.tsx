// A report for others: its rows as CSV, itself as one page of HTML, and all reports as one page for an auditor.
import { useState } from 'react';
import type { ReportReply } from '../../../src/web/contract.ts';
import { file, get } from '../../api/client.ts';
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
  const [busy, setBusy] = useState(false);
  const save = async (make: () => Promise<Blob>, as: string) => {
    setBusy(true);
    try {
      offer(await make(), as);
      setFault(undefined);
    } catch (error) {
      setFault(asFault(error).message);
    } finally {
      setBusy(false);
    }
  };
  const path = `/api/reports/${encodeURIComponent(name)}`;
  const csv = async () =>
    new Blob([csvOf(await get<ReportReply>(path, { ...shape, top: shape.top || MOST }))], {
      type: 'text/csv;charset=utf-8',
    });
  const auditor = () => file('/api/report.html', { since: shape.since, until: shape.until });
  return (
    <span className="row">
      {fault !== undefined && <span role="alert">{visible(fault)}</span>}
      <button
        type="button"
        className="button"
        onClick={() => save(csv, `auspex-${name}.csv`)}
        disabled={busy || !reply || reply.rows.length === 0}
      >
        CSV
      </button>
      <button
        type="button"
        className="button"
        onClick={() => save(() => file(`${path}.html`, shape), `auspex-${name}.html`)}
        disabled={busy}
      >
        This report as a page
      </button>
      <button type="button" className="button" onClick={() => save(auditor, 'auspex-report.html')} disabled={busy}>
        All for an auditor
      </button>
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

// The records of an event, each as a table: field, what it reads as, what is recorded where that differs.
import type { EventRecord } from '../../../src/web/contract.ts';
import { Panel } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { Long, Text } from '../../parts/text.tsx';

interface FieldRow {
  readonly name: string;
  readonly text: string;
  readonly raw: string;
}

const many = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** One row a field; a field that repeats has one for each. */
export function fieldRows(record: EventRecord): readonly FieldRow[] {
  return Object.entries(record.raw).flatMap(([name, value]) => {
    const texts = many(record.text?.[name]);
    return many(value).map((raw, i) => ({ name, raw, text: texts[i] ?? raw }));
  });
}

/** All records. */
export function Records({ records }: { readonly records: readonly EventRecord[] }) {
  return (
    <div className="event-records">
      {records.map((record, i) => (
        <Panel
          key={i}
          title={<span className="mono">{record.type}</span>}
          tools={
            <span className="dim small">
              record {i + 1} of {records.length}
            </span>
          }
        >
          {record.words ? (
            <p className="mono">
              <Text value={record.words} />
            </p>
          ) : null}
          <Table
            caption={`Fields of the ${record.type} record`}
            rows={fieldRows(record)}
            rowKey={(row, at) => `${row.name} ${at}`}
            empty="No fields."
            columns={[
              {
                key: 'name',
                title: 'Field',
                width: '130px',
                render: (row) => <code>{<Text value={row.name} />}</code>,
              },
              {
                key: 'text',
                title: 'Reads as',
                render: (row) => (
                  <span className="wrap">
                    <Long value={row.text} />
                  </span>
                ),
              },
              {
                key: 'raw',
                title: 'Recorded',
                render: (row) => (
                  <span className={row.raw === row.text ? 'mono dim wrap' : 'mono wrap'}>
                    <Long value={row.raw} />
                  </span>
                ),
              },
            ]}
          />
          {record.bytes ? <Exact bytes={record.bytes} /> : null}
        </Panel>
      ))}
    </div>
  );
}

/** Fields whose bytes are no text. */
function Exact({ bytes }: { readonly bytes: Readonly<Record<string, string>> }) {
  return (
    <dl className="facts pad">
      {Object.entries(bytes).map(([name, hex]) => (
        <div key={name}>
          <dt>{name}, exact bytes</dt>
          <dd className="mono wrap">{hex}</dd>
        </div>
      ))}
    </dl>
  );
}

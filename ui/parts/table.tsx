// A table of data: a caption for those who listen, a head that stays, numbers to the right; it scrolls sideways by itself
// on a phone. For lists of any length see views/events-list.tsx.
import type { ReactNode } from 'react';

/** One column. */
export interface Column<T> {
  readonly key: string;
  readonly title: ReactNode;
  readonly render: (row: T, index: number) => ReactNode;
  /** Numbers stand right. */
  readonly numeric?: boolean;
  /** A width of CSS. */
  readonly width?: string;
}

interface TableProps<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T, index: number) => string | number;
  readonly showCaption?: boolean;
  /** Shown when there are no rows. */
  readonly empty?: ReactNode;
}

/** Rows under a head. */
export function Table<T>({ caption, columns, rows, rowKey, showCaption = false, empty }: TableProps<T>) {
  if (rows.length === 0) return <p className="dim none">{empty ?? 'None.'}</p>;
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption className={showCaption ? undefined : 'sr'}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((c) => (
              <th key={c.key} scope="col" className={c.numeric ? 'num' : undefined} style={{ width: c.width }}>
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey(row, index)}>
              {columns.map((c) => (
                <td key={c.key} className={c.numeric ? 'num' : undefined}>
                  {c.render(row, index)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A number with its thousands apart. */
export const count = (n: number): string => n.toLocaleString('en-US');

/** Bytes as `1.4 MB`. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let at = 0;
  let value = bytes;
  for (; value >= 1000 && at < units.length - 1; at++) value /= 1000;
  return `${at === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[at]}`;
}

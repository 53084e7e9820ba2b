// Names with counts as a list of bars: the tops of a front page, a cost by rule. Each may be a link.
import { Link } from '../app/router.tsx';
import { count } from './table.tsx';
import { Text } from './text.tsx';

/** One bar. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly to?: string;
  /** What stands for the value; else the value with its thousands apart. */
  readonly text?: string;
}

/** A list of bars, each as long as its share of the greatest. */
export function Bars({ label, bars }: { readonly label: string; readonly bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map((b) => b.value));
  return (
    <ul className="bars" aria-label={label}>
      {bars.map((bar) => {
        const name = bar.name === '' ? <em>none</em> : <Text value={bar.name} />;
        return (
          <li key={bar.name}>
            <span className="bar" style={{ width: `${(100 * bar.value) / most}%` }} aria-hidden="true" />
            {bar.to ? (
              <Link className="bar-name" to={bar.to}>
                {name}
              </Link>
            ) : (
              <span className="bar-name">{name}</span>
            )}
            <span className="bar-value">{bar.text ?? count(bar.value)}</span>
          </li>
        );
      })}
    </ul>
  );
}

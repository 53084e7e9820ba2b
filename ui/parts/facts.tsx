// What is known of a thing, a name and a value each, and stretches of time as words. What is not known is left out.
import { Fragment, type ReactNode } from 'react';
import { Time } from './time.tsx';

/** A name and its value; anything falsy in its place is left out. */
export type Fact = readonly [name: string, value: ReactNode] | false | undefined | '';

/** Facts, one below the other. */
export function Facts({ list, className = 'facts' }: { readonly list: readonly Fact[]; readonly className?: string }) {
  return (
    <dl className={className}>
      {list.map((fact) =>
        fact ? (
          <Fragment key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </Fragment>
        ) : null,
      )}
    </dl>
  );
}

/** Words around a moment: `before 05:17:46`. */
export const At = ({ before, time, clock = false }: { before?: string; time: string; clock?: boolean }) => (
  <>
    {before ? `${before} ` : ''}
    <Time value={time} style={clock ? 'clock' : 'full'} />
  </>
);

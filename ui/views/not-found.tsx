// The page of an address that has none: says which, and where to go on.
import { useEffect } from 'react';
import { Link, useAddress } from '../app/router.tsx';
import { Page } from '../parts/page.tsx';
import { EmptyState } from '../parts/states.tsx';
import { Text } from '../parts/text.tsx';

/** Shown for a path that no view has. */
export function NotFound() {
  const { path } = useAddress();
  useEffect(() => {
    document.title = 'No such page · Auspex';
  }, []);
  return (
    <Page title="There is no such page">
      <EmptyState
        title={
          <>
            Nothing is at <Text value={path} />
          </>
        }
      >
        See whether the address was copied whole, or begin at the <Link to="/">overview</Link>.
      </EmptyState>
    </Page>
  );
}

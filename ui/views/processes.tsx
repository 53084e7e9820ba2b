// The view Processes: not written yet.
import { Page } from '../parts/page.tsx';
import { EmptyState } from '../parts/states.tsx';

export default function Processes() {
  return (
    <Page title="Processes">
      <EmptyState title="This view is not there yet">Use the command line: `auspex --help`.</EmptyState>
    </Page>
  );
}

// The view Answers: not written yet.
import { Page } from '../parts/page.tsx';
import { EmptyState } from '../parts/states.tsx';

export default function Answers() {
  return (
    <Page title="Answers">
      <EmptyState title="This view is not there yet">Use the command line: `auspex --help`.</EmptyState>
    </Page>
  );
}

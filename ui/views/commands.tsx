// Command lines to copy: a rule to add, a gdb session, the same question in a terminal.
import { CopyButton, Text } from '../parts/text.tsx';

export function CommandLines({
  commands,
  label = 'Commands',
}: {
  readonly commands: readonly string[];
  readonly label?: string;
}) {
  return (
    <div className="commands">
      <pre className="block" dir="ltr" tabIndex={0} role="region" aria-label={label}>
        <Text value={commands.join('\n')} lines />
      </pre>
      <CopyButton value={commands.join('\n')} />
    </div>
  );
}

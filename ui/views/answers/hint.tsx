// What may be missing from the trail, and the rules to add. The server's hint is text; lines that are rules or commands are
// set apart so that they can be copied.
import { Link } from '../../app/router.tsx';
import { Text } from '../../parts/text.tsx';
import { CommandLines } from '../commands.tsx';
import { splitHint } from './hint-text.ts';

export function Hint({ hint }: { readonly hint: string }) {
  const { prose, commands } = splitHint(hint);
  return (
    <div className="hint-box">
      <p>
        <Text value={prose} />
      </p>
      {commands.length > 0 && (
        <>
          <CommandLines commands={commands} label="Rules to add" />
          <p>
            <Link to="/rules/edit">Try {commands.length === 1 ? 'it' : 'them'} in the rules editor</Link>
          </p>
        </>
      )}
    </div>
  );
}

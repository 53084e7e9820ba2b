// What stands over the tree and its timeline: how much is shown, whose colour is whose, search, folding, zoom; and the keys
// that do the same.

/** Colours of users; the rest share the last. */
export const COLOURS = 8;

interface ToolsProps {
  /** How much is shown. */
  readonly told: string;
  readonly users: readonly string[];
  readonly find: string;
  readonly onFind: (text: string) => void;
  readonly onNext: () => void;
  readonly onFoldAll: () => void;
  /** Undefined when nothing is folded. */
  readonly onUnfoldAll: (() => void) | undefined;
  readonly onZoom: (factor: number) => void;
  /** Undefined when the whole time is shown. */
  readonly onWhole: (() => void) | undefined;
}

/** The toolbar. */
export function Tools(props: ToolsProps) {
  const { told, users, find, onFind, onNext } = props;
  return (
    <div className="process-tools" role="toolbar" aria-label="Tree and timeline">
      <p className="process-count" aria-live="polite">
        {told}
      </p>
      <Legend users={users} />
      <input
        type="search"
        aria-label="Find in the tree"
        placeholder="Find a name, pid or user"
        value={find}
        onChange={(event) => onFind(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && onNext()}
      />
      <span className="button-group">
        <Small title="Fold all" onClick={props.onFoldAll} />
        <Small title="Unfold all" onClick={props.onUnfoldAll} />
      </span>
      <span className="button-group">
        <Small title="−" name="Zoom out" hint="Zoom out (−)" onClick={() => props.onZoom(0.5)} />
        <Small title="+" name="Zoom in" hint="Zoom in (+)" onClick={() => props.onZoom(2)} />
        <Small title="Whole time" hint="The whole time (0)" onClick={props.onWhole} />
      </span>
    </div>
  );
}

interface SmallProps {
  readonly title: string;
  /** Its name where the title is a sign. */
  readonly name?: string;
  readonly hint?: string;
  readonly onClick: (() => void) | undefined;
}

/** A small button; without anything to do it is off. */
const Small = ({ title, name, hint, onClick }: SmallProps) => (
  <button
    type="button"
    className="button small"
    aria-label={name}
    title={hint}
    disabled={onClick === undefined}
    onClick={onClick}
  >
    {title}
  </button>
);

function Legend({ users }: { readonly users: readonly string[] }) {
  return (
    <ul className="legend" aria-label="Colours of users">
      {users.slice(0, COLOURS).map((user, i) => (
        <li key={user}>
          <span className={`swatch series-${i}`} aria-hidden="true" />
          {user || 'unknown'}
          {i === COLOURS - 1 && users.length > COLOURS && ' and others'}
        </li>
      ))}
    </ul>
  );
}

/** The keys, folded away. */
export const Keys = () => (
  <details className="hint">
    <summary>Keys and pointer</summary>
    <p>
      In the tree: <kbd>↑</kbd> <kbd>↓</kbd> choose, <kbd>→</kbd> <kbd>←</kbd> unfold and fold, <kbd>Enter</kbd> goes to
      the details, <kbd>Home</kbd> <kbd>End</kbd> <kbd>Page</kbd> as usual. Time: <kbd>+</kbd> <kbd>−</kbd> zoom,{' '}
      <kbd>Shift</kbd>+<kbd>←</kbd> <kbd>→</kbd> move, <kbd>0</kbd> all of it. Pointer: <kbd>Ctrl</kbd>+wheel zooms,
      drag the bars to move, drag over the axis to choose a stretch.
    </p>
    <p>
      A bar open on its left began before its first record; one open on its right was still there, as far as the trail
      tells. A line in a bar is another program run in the same process.
    </p>
  </details>
);

// What is known of the chosen process, and where to look on.
import type { Ref } from 'react';
import { Link } from '../../app/router.tsx';
import { At, type Fact, Facts } from '../../parts/facts.tsx';
import { Code, CopyButton, Text, visible } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import { commandLine, commandOf, counted, duration, endOf, userOf } from '../words.ts';
import { branchOf, deedsOf, eventsOf, killersOf, sessionOf } from './links.ts';
import type { ProcessRow } from './rows.ts';
import { type Span, within } from './scale.ts';
import { rowId } from './tree-grid.tsx';

interface DetailProps {
  readonly row: ProcessRow;
  readonly place: Ref<HTMLElement>;
  readonly whole: Span;
  readonly onSpan: (span: Span) => void;
}

export function Detail({ row, place, whole, onSpan }: DetailProps) {
  const { node } = row;
  const room = Math.max(2, Math.round((row.to - row.from) * 0.1));
  return (
    <aside
      ref={place}
      className="process-detail"
      aria-label={`Process ${node.pid}, ${visible(node.program)}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape')
          document.getElementById(rowId(row.key))?.closest<HTMLElement>('[role=treegrid]')?.focus();
      }}
    >
      <h2>
        <Text value={node.program || `pid ${node.pid}`} />
      </h2>
      <Code value={commandOf(node)} block label="Command line" />
      <nav className="button-row" aria-label="More about this process">
        <Onward node={node} />
        <button
          type="button"
          className="button small"
          onClick={() => onSpan(within({ from: row.from - room, to: row.to + room }, whole))}
        >
          Zoom to it
        </button>
        <CopyButton value={commandLine(node.command)} label="Copy command" />
      </nav>
      <Facts list={factsOf(row)} />
      {node.images.length > 1 && <Images images={node.images} />}
    </aside>
  );
}

type Node = ProcessRow['node'];

function Onward({ node }: { readonly node: Node }) {
  const links = [
    [eventsOf(node), 'Its events'],
    [killersOf(node), 'Who killed it?'],
    [deedsOf(node), 'What did it do?'],
    [branchOf(node), 'Only this branch'],
  ] as const;
  return links.map(([to, title]) => (
    <Link key={title} className="button small" to={to}>
      {title}
    </Link>
  ));
}

function factsOf(row: ProcessRow): readonly Fact[] {
  const { node } = row;
  const lasted = `${row.startKnown ? '' : 'at least '}${duration(row.to - row.from)}`;
  return [
    ['PID', <Pid node={node} />],
    ['User', <User node={node} />],
    ['Login', <Login row={row} />],
    ['Started', node.started === undefined ? <At before="before" time={node.firstSeen} /> : <At time={node.started} />],
    ['Ended', <Ended node={node} />],
    row.ended && ['Lasted', lasted],
    node.exe && ['Program', <Code value={node.exe} />],
    node.terminal && ['Terminal', <Text value={node.terminal} />],
    node.threads !== undefined && ['Threads', node.threads],
    row.below > 0 && ['Below it', counted(row.below, 'process', 'processes')],
  ];
}

const Pid = ({ node: { pid, ppid } }: { readonly node: Node }) => (
  <>
    {pid}
    {ppid !== undefined && <span className="dim">, child of {ppid}</span>}
  </>
);

const User = ({ node }: { readonly node: Node }) => (
  <>
    <Text value={userOf(node) || 'not in the trail'} />
    {node.uid !== undefined && node.user !== undefined && <span className="dim"> (uid {node.uid})</span>}
  </>
);

function Ended({ node }: { readonly node: Node }) {
  if (node.ended === undefined) return <At before="not in the trail; last seen" time={node.lastSeen} />;
  const end = endOf(node);
  return (
    <>
      <At time={node.ended} /> <span className={`badge end-${end.kind}`}>{end.text}</span>
    </>
  );
}

/** The programs it was, one after the other. */
function Images({ images }: { readonly images: Node['images'] }) {
  return (
    <>
      <h3>Programs it was</h3>
      <ol className="images">
        {images.map((image) => (
          <li key={`${image.at} ${image.command.join(' ')}`}>
            <Time value={image.at} style="clock" /> <Code value={commandLine(image.command) || image.program} />
            {image.cwd && (
              <div className="dim">
                in <Code value={image.cwd} />
              </div>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function Login({ row: { node } }: { readonly row: ProcessRow }) {
  const { auid, session } = node;
  if (auid === undefined) return <>none</>;
  return (
    <>
      login uid {auid}
      {session !== undefined && (
        <>
          , <Link to={sessionOf(session)}>session {session}</Link>
        </>
      )}
    </>
  );
}

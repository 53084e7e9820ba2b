// What is known of the chosen process, and where to look on.
import type { Ref } from 'react';
import { Link } from '../../app/router.tsx';
import { Code, CopyButton, Text, visible } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import { commandLine, commandOf, duration, endOf, userOf } from '../words.ts';
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
  const end = endOf(node);
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
        <Link className="button small" to={eventsOf(node)}>
          Its events
        </Link>
        <Link className="button small" to={killersOf(node)}>
          Who killed it?
        </Link>
        <Link className="button small" to={deedsOf(node)}>
          What did it do?
        </Link>
        <Link className="button small" to={branchOf(node)}>
          Only this branch
        </Link>
        <button
          type="button"
          className="button small"
          onClick={() => onSpan(within({ from: row.from - room, to: row.to + room }, whole))}
        >
          Zoom to it
        </button>
        <CopyButton value={commandLine(node.command)} label="Copy command" />
      </nav>
      <dl className="facts">
        <dt>PID</dt>
        <dd>
          {node.pid}
          {node.ppid !== undefined && <span className="dim">, child of {node.ppid}</span>}
        </dd>
        <dt>User</dt>
        <dd>
          <Text value={userOf(node) || 'not in the trail'} />
          {node.uid !== undefined && node.user !== undefined && <span className="dim"> (uid {node.uid})</span>}
        </dd>
        <dt>Login</dt>
        <dd>
          <Login row={row} />
        </dd>
        <dt>Started</dt>
        <dd>
          {node.started === undefined ? (
            <>
              before <Time value={node.firstSeen} />
            </>
          ) : (
            <Time value={node.started} />
          )}
        </dd>
        <dt>Ended</dt>
        <dd>
          {node.ended === undefined ? (
            <>
              not in the trail; last seen <Time value={node.lastSeen} />
            </>
          ) : (
            <>
              <Time value={node.ended} /> <span className={`badge end-${end.kind}`}>{end.text}</span>
            </>
          )}
        </dd>
        {row.ended && (
          <>
            <dt>Lasted</dt>
            <dd>{`${row.startKnown ? '' : 'at least '}${duration(row.to - row.from)}`}</dd>
          </>
        )}
        {node.exe && (
          <>
            <dt>Program</dt>
            <dd>
              <Code value={node.exe} />
            </dd>
          </>
        )}
        {node.terminal && (
          <>
            <dt>Terminal</dt>
            <dd>
              <Text value={node.terminal} />
            </dd>
          </>
        )}
        {node.threads !== undefined && (
          <>
            <dt>Threads</dt>
            <dd>{node.threads}</dd>
          </>
        )}
        {row.below > 0 && (
          <>
            <dt>Below it</dt>
            <dd>{row.below === 1 ? '1 process' : `${row.below} processes`}</dd>
          </>
        )}
      </dl>
      {node.images.length > 1 && (
        <>
          <h3>Programs it was</h3>
          <ol className="images">
            {node.images.map((image) => (
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
      )}
    </aside>
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

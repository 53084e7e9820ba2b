// The view of processes: what ran for a pid, a session, a login or a time, as a tree beside a timeline. The address holds
// the question, what is folded, the zoom and the chosen process.
import '../views.css';
import './processes.css';
import { useCallback, useMemo, useRef } from 'react';
import type { TreeReply } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { setQuery, useAddress } from '../../app/router.tsx';
import { Page } from '../../parts/page.tsx';
import { RangePicker } from '../../parts/range.tsx';
import { EmptyState, ReplyView } from '../../parts/states.tsx';
import { CommandLines } from '../commands.tsx';
import { useQuery } from '../use-query.ts';
import { counted, userOf } from '../words.ts';
import { Detail } from './detail.tsx';
import { ProcessForm } from './form.tsx';
import { branchKeys, matching, type ProcessRow, rowsOf, usersOf } from './rows.ts';
import { extentOf, type Span, spanFrom, spanText, within, zoomed } from './scale.ts';
import { COLOURS, Keys, Tools } from './tools.tsx';
import { TreeGrid } from './tree-grid.tsx';

const QUESTION = ['pid', 'session', 'auid', 'since', 'until'] as const;
const NONE: TreeReply['trees'] = [];

export function Processes() {
  const { query } = useAddress();
  const question = Object.fromEntries(QUESTION.map((name) => [name, query.get(name) ?? '']));
  const reply = useReply<TreeReply>('/api/tree', question);
  return (
    <Page title="Processes" lead="What ran, started by whom, for how long, and how it ended." tools={<RangePicker />}>
      <ProcessForm />
      <ReplyView reply={reply} what="Reading processes">
        {(data) =>
          data.trees.length === 0 ? (
            <NoProcesses asked={Object.values(question).some(Boolean)} unread={data.unread} />
          ) : (
            <Forest data={data} />
          )
        }
      </ReplyView>
    </Page>
  );
}

const RULE =
  '-a always,exit -F arch=b64 -S clone,clone3,fork,vfork,execve,execveat,exit,exit_group -F auid>=1000 -F auid!=-1 -k process';

const NoProcesses = ({ asked, unread }: { readonly asked: boolean; readonly unread: TreeReply['unread'] }) => (
  <EmptyState title={asked ? 'No such process in the trail' : 'No process in the trail'} unread={unread}>
    <p>
      {asked && 'Take a longer stretch of time, or another pid, session or login. '}Processes are in the trail where a
      rule records them:
    </p>
    <CommandLines commands={[RULE]} />
  </EmptyState>
);

function Forest({ data }: { readonly data: TreeReply }) {
  const { query } = useAddress();
  const detail = useRef<HTMLElement>(null);
  const fold = query.get('fold') ?? '';
  const folded = useMemo(() => new Set(fold.split(',').filter(Boolean)), [fold]);
  const trees = data.trees ?? NONE;
  const all = useMemo(() => rowsOf(trees, new Set()), [trees]);
  const rows = useMemo(() => (folded.size === 0 ? all : rowsOf(trees, folded)), [trees, folded, all]);
  const whole = useMemo(() => extentOf(all), [all]);
  const [zoom, setZoom] = useQuery('zoom');
  const span = useMemo(() => within(spanFrom(zoom) ?? whole, whole), [zoom, whole]);
  const users = useMemo(() => usersOf(trees, userOf), [trees]);
  const [find = '', setFind] = useQuery('find');
  const [chosen, setChosen] = useQuery('at');
  const hits = useMemo(() => (find === '' ? undefined : matching(rows, find, searchText)), [rows, find]);
  const at = rows.findIndex((row) => row.key === chosen);

  const onSpan = useCallback(
    (next: Span) => setZoom(next.from <= whole.from && next.to >= whole.to ? undefined : spanText(next)),
    [whole, setZoom],
  );
  const onGo = useCallback((index: number) => setChosen(rows[index]?.key), [rows, setChosen]);
  const setFolded = (keys: Iterable<string>) => setQuery({ fold: [...keys].join(',') }, { replace: true });
  const onFold = useCallback(
    (key: string, shut: boolean) => {
      const next = new Set(folded);
      if (shut) next.add(key);
      else next.delete(key);
      setQuery({ fold: [...next].join(',') }, { replace: true });
    },
    [folded],
  );
  const colourOf = useCallback((row: ProcessRow) => Math.min(users.indexOf(userOf(row.node)), COLOURS - 1), [users]);
  const nextHit = () => {
    const after = rows.findIndex((row, i) => i > at && hits?.has(row.key));
    onGo(after >= 0 ? after : rows.findIndex((row) => hits?.has(row.key)));
  };

  return (
    <>
      <Tools
        told={toldOf(data, all.length, hits?.size)}
        users={users}
        find={find}
        onFind={setFind}
        onNext={nextHit}
        onFoldAll={() => setFolded(branchKeys(all))}
        onUnfoldAll={folded.size === 0 ? undefined : () => setFolded([])}
        onZoom={(factor) => onSpan(zoomed(span, factor, 0.5, whole))}
        onWhole={zoom === undefined ? undefined : () => onSpan(whole)}
      />
      <div className={`process-split${at >= 0 ? ' with-detail' : ''}`}>
        <TreeGrid
          {...{ rows, at, onGo, onFold, span, whole, onSpan, colourOf, hits }}
          onOpen={() => detail.current?.querySelector<HTMLElement>('a, button')?.focus()}
        />
        {at >= 0 && <Detail row={rows[at]!} place={detail} whole={whole} onSpan={onSpan} />}
      </div>
      <Keys />
    </>
  );
}

/** How much is shown, in words. */
const toldOf = (data: TreeReply, processes: number, matches: number | undefined): string =>
  [
    `${counted(processes, 'process', 'processes')} in ${counted(data.trees.length, 'tree')}`,
    data.omitted > 0 && `${counted(data.omitted, 'more', 'more')} left out: narrow the question`,
    matches !== undefined && counted(matches, 'match', 'matches'),
  ]
    .filter(Boolean)
    .join('; ');

const searchText = ({ node }: ProcessRow): string =>
  `${node.pid} ${userOf(node)} ${node.command.join(' ')} ${node.program} ${node.exe ?? ''} ${node.images.map((image) => image.program).join(' ')}`;

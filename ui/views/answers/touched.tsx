// Who touched it: the life of a file, or of all files of that name one after the other.
import type { TouchAnswer } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { Link, useAddress } from '../../app/router.tsx';
import { Badge } from '../../parts/page.tsx';
import { EmptyState, ReplyView } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Code, CopyButton, Text, visible } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import { branchOf, eventOf } from '../processes/links.ts';
import { Field, QuestionForm, Tick } from '../question.tsx';
import { commandOf, counted } from '../words.ts';
import { Hint } from './hint.tsx';
import type { Touch } from './shapes.ts';
import { Section } from './story-page.tsx';
import { deedKind, fileTitle } from './touches.ts';

export function Touched() {
  const { query } = useAddress();
  const path = query.get('path') ?? '';
  const reply = useReply<TouchAnswer>(path === '' ? undefined : '/api/answers/who-touched', {
    path,
    below: query.get('below') ?? undefined,
    changes: query.get('changes') ?? undefined,
    all: query.get('all') ?? undefined,
    since: query.get('since') ?? undefined,
    until: query.get('until') ?? undefined,
  });
  return (
    <>
      <QuestionForm
        path="/answers/who-touched"
        label="Which file"
        names={['path', 'below', 'changes', 'all']}
        submit="Ask"
      >
        <Field name="path" label="File or folder" value={path} width={34} placeholder="/etc/shadow" required />
        <Tick name="below" label="all below the folder" value={query.get('below')} />
        <Tick name="changes" label="changes only" value={query.get('changes')} />
        <Tick name="all" label="those who only looked, too" value={query.get('all')} />
      </QuestionForm>
      {path === '' ? (
        <EmptyState title="Which file?">
          Type its path, as /etc/shadow. A file is followed by its device and inode, also under an earlier name.
        </EmptyState>
      ) : (
        <ReplyView reply={reply} what="Reading the file's life">
          {(answer) => <Files answer={answer} path={path} />}
        </ReplyView>
      )}
    </>
  );
}

function Files({ answer, path }: { readonly answer: TouchAnswer; readonly path: string }) {
  const files = answer.files.filter(({ touches }) => touches.length > 0);
  if (files.length === 0)
    return (
      <EmptyState title="No record of that file" unread={answer.unread}>
        <Hint hint={answer.hint ?? ruleFor(path)} />
      </EmptyState>
    );
  return (
    <>
      {files.map(({ text, touches }, i) => (
        <File key={i} text={text} touches={touches as unknown as readonly Touch[]} path={path} />
      ))}
      {answer.hint && <Hint hint={answer.hint} />}
    </>
  );
}

const ruleFor = (path: string): string =>
  `The kernel records a file only where a rule watches it:\n-a always,exit -F arch=b64 -S all -F path=${path} -F perm=rwxa -k file`;

const KINDS = { change: 'warn', look: 'plain', failed: 'bad' } as const;

const COLUMNS: readonly Column<Touch>[] = [
  {
    key: 'at',
    title: 'Time',
    render: (touch) => (
      <Link className="nowrap" to={eventOf(touch.at, touch.serial)} title={`event ${touch.serial}`}>
        <Time value={touch.at} />
      </Link>
    ),
  },
  {
    key: 'deed',
    title: 'Deed',
    render: (touch) => (
      <>
        <Badge kind={KINDS[deedKind(touch)]}>
          {touch.deed}
          {touch.to !== undefined && ` to ${touch.to}`}
        </Badge>
        {touch.count > 1 && <span className="dim"> {touch.count} times</span>}
        {!touch.ok && (
          <div className="small">
            failed: {touch.error}
            {touch.refusedBy !== undefined && `, refused by ${touch.refusedBy}`}
          </div>
        )}
      </>
    ),
  },
  {
    key: 'by',
    title: 'By',
    render: ({ process, told }) =>
      process ? (
        <>
          <Link to={branchOf(process)}>
            <Code value={commandOf(process)} brief />
          </Link>
          <div className="dim small">pid {process.pid}</div>
        </>
      ) : (
        <>
          <Text value={told?.command?.join(' ') ?? told?.comm ?? 'not recorded'} />
          {told?.pid !== undefined && <div className="dim small">pid {told.pid}</div>}
          {told?.profile !== undefined && (
            <div className="dim small">
              profile <Text value={told.profile} />
            </div>
          )}
        </>
      ),
  },
  {
    key: 'login',
    title: 'For',
    render: ({ login, process }) => (
      <>
        <Text value={login ?? (process ? 'no login' : 'not recorded')} />
        {process?.user !== undefined && !(login ?? '').startsWith(process.user) && (
          <div className="small">
            as <Text value={process.user} />
          </div>
        )}
      </>
    ),
  },
  {
    key: 'path',
    title: 'Name',
    render: ({ path, otherPath, named, folder }) => (
      <>
        {path === undefined ? (
          <span className="dim">by its inode: the record names no path</span>
        ) : (
          <Code value={path} />
        )}
        {otherPath !== undefined && (
          <>
            {' → '}
            <Code value={otherPath} />
          </>
        )}
        {named === 'relative' && (
          <div className="dim small">
            in a folder the trail does not name{folder !== undefined && ` (inode ${folder.inode})`}
          </div>
        )}
      </>
    ),
  },
];

function File({
  text,
  touches,
  path,
}: {
  readonly text: string;
  readonly touches: readonly Touch[];
  readonly path: string;
}) {
  const changes = touches.filter((touch) => deedKind(touch) === 'change').length;
  return (
    <Section title={fileTitle(touches, path)} className="file-life">
      <p className="dim">
        {counted(touches.length, 'touch', 'touches')}, {counted(changes, 'change')}
      </p>
      <Table
        caption={`What happened to ${visible(path)}`}
        columns={COLUMNS}
        rows={touches}
        rowKey={(touch, i) => `${touch.serial} ${i}`}
      />
      <details className="as-text">
        <summary>As text</summary>
        <Code value={text} block label="The file's life as text" />
        <CopyButton value={text} />
      </details>
    </Section>
  );
}

// The list of logins, newest first, and the ones that failed.
import '../views.css';
import type { SessionsReply } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { hrefOf, Link, useAddress } from '../../app/router.tsx';
import { momentOf } from '../../parts/moment.ts';
import { Badge, Page, Panel } from '../../parts/page.tsx';
import { RangePicker, useRange } from '../../parts/range.tsx';
import { EmptyState, ReplyView, UnreadNotice } from '../../parts/states.tsx';
import { type Column, count, Table } from '../../parts/table.tsx';
import { Code, Folded, Text } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import type { LoginFailure, Session } from '../answers/shapes.ts';
import { Field, QuestionForm } from '../question.tsx';
import { baseName, commandLine, counted, duration } from '../words.ts';
import { borrowedOf, type FailureGroup, failureGroups, newestFirst, sessionUser } from './logins.ts';

export function Sessions() {
  const { query } = useAddress();
  const range = useRange();
  const reply = useReply<SessionsReply>('/api/sessions', { ...range, who: query.get('who') ?? undefined });
  return (
    <Page title="Sessions" lead="Who logged in, from where, what they ran, and as whom." tools={<RangePicker />}>
      <QuestionForm path="/sessions" label="Whose sessions" names={['who']}>
        <Field name="who" label="Login" value={query.get('who')} width={20} placeholder="anyone; a name or uid" />
      </QuestionForm>
      <ReplyView reply={reply} what="Reading sessions">
        {(data) => <Lists data={data} />}
      </ReplyView>
    </Page>
  );
}

function Lists({ data }: { readonly data: SessionsReply }) {
  const range = useRange();
  const sessions = newestFirst(data.sessions as unknown as readonly Session[]);
  const groups = failureGroups(data.failures as unknown as readonly LoginFailure[]);
  if (sessions.length === 0 && groups.length === 0)
    return (
      <EmptyState
        title={range.since || range.until ? 'No login in this stretch of time' : 'No login in the trail'}
        unread={data.unread}
      >
        {(range.since || range.until) && 'Take a longer one. '}Logins are recorded by sshd, login and PAM; commands
        where a rule records execve.
      </EmptyState>
    );
  return (
    <div className="stack">
      <UnreadNotice unread={data.unread} />
      {data.omitted > 0 && (
        <p className="notice">{counted(data.omitted, 'older one')} left out: take a shorter stretch of time.</p>
      )}
      <Panel title={counted(sessions.length, 'session')} className="roomy">
        <Table
          caption="Sessions, newest first"
          columns={sessionColumns(range)}
          rows={sessions}
          rowKey={({ session, node = '' }) => `${node} ${session}`}
          empty="Nobody logged in; see the failed attempts below."
        />
      </Panel>
      <Panel title={`Failed logins (${count(data.failures.length)})`}>
        <Table
          caption="Failed logins by account and address"
          columns={FAILURES}
          rows={groups}
          rowKey={({ account, address }) => JSON.stringify([account, address])}
          empty="No login failed."
        />
      </Panel>
    </div>
  );
}

type Range = ReturnType<typeof useRange>;

const sessionColumns = (range: Range): readonly Column<Session>[] => [
  {
    key: 'user',
    title: 'Login',
    width: '10ch',
    render: (session) => (
      <Link to={hrefOf(`/sessions/${session.session}`, range)} className="strong">
        <Text value={sessionUser(session)} />
        <span className="sr">, session {session.session}</span>
      </Link>
    ),
  },
  { key: 'session', title: 'Session', numeric: true, render: ({ session }) => session },
  {
    key: 'start',
    title: 'Began',
    render: ({ start, lastSeen }) => (
      <span className="nowrap">
        <Time value={start ?? lastSeen} />
      </span>
    ),
  },
  {
    key: 'lasted',
    title: 'Lasted',
    numeric: true,
    render: (session) => <span className="nowrap">{lasted(session)}</span>,
  },
  {
    key: 'from',
    title: 'From',
    render: ({ address, terminal, through }) => (
      <>
        {address ? <Text value={address} /> : <span className="dim nowrap">this machine</span>}
        {(terminal || through) && (
          <div className="dim small">
            <Text value={[terminal, through && baseName(through)].filter(Boolean).join(', through ')} />
          </div>
        )}
      </>
    ),
  },
  {
    key: 'notes',
    title: 'Worth a look',
    render: (session) => <Notes session={session} />,
  },
  {
    key: 'commands',
    title: 'Commands',
    numeric: true,
    render: ({ commands, moreCommands = 0 }) => count(commands.length + moreCommands),
  },
  {
    key: 'first',
    title: 'First command',
    render: ({ commands }) =>
      commands[0] ? (
        <span className="one-line">
          <Code value={commandLine(commands[0].command)} brief />
        </span>
      ) : (
        <span className="dim">none recorded</span>
      ),
  },
];

const lasted = ({ start, end, lastSeen }: Session): string => {
  if (start === undefined) return '';
  const known = end ?? lastSeen;
  return `${end === undefined ? '≥ ' : ''}${duration(momentOf(known) - momentOf(start))}`;
};

export function Notes({ session }: { readonly session: Session }) {
  const borrowed = borrowedOf(session);
  const refused = session.sudo.filter(({ ok }) => !ok).length;
  return (
    <span className="row">
      {session.failuresBefore > 0 && <Badge kind="bad">{counted(session.failuresBefore, 'failure')} before</Badge>}
      {borrowed.length > 0 && (
        <Badge kind="warn">
          ran as <Text value={borrowed.join(', ')} />
        </Badge>
      )}
      {refused > 0 && <Badge kind="bad">{counted(refused, 'refused command')}</Badge>}
    </span>
  );
}

const FAILURES: readonly Column<FailureGroup>[] = [
  { key: 'account', title: 'Account', render: ({ account }) => <Folded value={account} /> },
  {
    key: 'address',
    title: 'From',
    render: ({ address }) => (address ? <Folded value={address} /> : <span className="dim">this machine</span>),
  },
  { key: 'count', title: 'Times', numeric: true, render: (group) => count(group.count) },
  {
    key: 'when',
    title: 'When',
    render: ({ first, last }) => (
      <>
        <Time value={first} />
        {first !== last && (
          <>
            {' '}
            to <Time value={last} style="clock" />
          </>
        )}
      </>
    ),
  },
  { key: 'through', title: 'Through', render: ({ through }) => (through ? <Code value={through} /> : '') },
];

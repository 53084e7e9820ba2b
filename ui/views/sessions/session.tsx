// One session: who, from where, each command with whom it ran as and who it really was, and what sudo refused.
import '../views.css';
import type { SessionsReply } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { hrefOf, Link } from '../../app/router.tsx';
import { At, Facts } from '../../parts/facts.tsx';
import { momentOf } from '../../parts/moment.ts';
import { Badge, Page, Panel } from '../../parts/page.tsx';
import { RangePicker, useRange } from '../../parts/range.tsx';
import { EmptyState, ReplyView } from '../../parts/states.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Code, Text, visible } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import type { Session, SessionCommand } from '../answers/shapes.ts';
import { addressOf } from '../processes/links.ts';
import { commandLine, counted, duration } from '../words.ts';
import { isBorrowed, sessionUser } from './logins.ts';
import { Notes } from './sessions.tsx';

export function SessionView({ session }: { readonly session: string }) {
  const range = useRange();
  const reply = useReply<SessionsReply>('/api/sessions', range);
  const found = (reply.data?.sessions as unknown as readonly Session[] | undefined)?.filter(
    (one) => String(one.session) === session,
  );
  return (
    <Page
      title={`Session ${visible(session)}`}
      lead={
        <>
          <Link to={hrefOf('/sessions', range)}>All sessions</Link>
          {found?.[0] && ` › ${visible(sessionUser(found[0]))}`}
        </>
      }
      tools={<RangePicker />}
    >
      <ReplyView reply={reply} what="Reading the session">
        {() =>
          found && found.length > 0 ? (
            <div className="stack">
              {found.map((one) => (
                <Told key={one.node ?? ''} session={one} />
              ))}
            </div>
          ) : (
            <EmptyState title="No such session in this stretch of time" unread={reply.data?.unread}>
              <Link to="/sessions">See all sessions</Link>, or take a longer stretch.
            </EmptyState>
          )
        }
      </ReplyView>
    </Page>
  );
}

function Told({ session }: { readonly session: Session }) {
  const { commands, sudo, moreCommands } = session;
  const refused = sudo.filter(({ ok }) => !ok);
  return (
    <>
      <About session={session} />
      {refused.length > 0 && (
        <Panel title={`Refused by sudo (${refused.length})`}>
          <Table
            caption="Commands sudo refused"
            columns={REFUSED}
            rows={refused}
            rowKey={({ at }, i) => `${at} ${i}`}
          />
        </Panel>
      )}
      <Panel title={counted(commands.length + (moreCommands ?? 0), 'command')} className="roomy">
        {moreCommands !== undefined && <p className="dim">{counted(moreCommands, 'more', 'more')} are not listed.</p>}
        <Table
          caption="Commands in order of time"
          columns={COMMANDS}
          rows={commands}
          rowKey={({ at, pid }, i) => `${at} ${pid} ${i}`}
          empty="No command is recorded. A rule for execve records them: see the Rules view."
        />
      </Panel>
    </>
  );
}

/** Who, from where, when, and where to look on. */
function About({ session }: { readonly session: Session }) {
  const links = [
    [addressOf('/processes', { session: session.session }), 'Process tree'],
    [addressOf('/events', { q: `ses == ${session.session}` }), 'Its events'],
    [addressOf('/answers/summary', { about: 'session', of: session.session }), 'What it did, in counts'],
  ] as const;
  return (
    <section className="panel session-facts" aria-label="About the session">
      <Facts
        className="facts pad"
        list={[
          ['Login', <Who session={session} />],
          session.node && ['Machine', <Text value={session.node} />],
          ['From', <From session={session} />],
          ['When', <When session={session} />],
        ]}
      />
      <div className="pad stack">
        <Notes session={session} />
        <nav className="button-row" aria-label="More about this session">
          {links.map(([to, title]) => (
            <Link key={title} className="button small" to={to}>
              {title}
            </Link>
          ))}
        </nav>
      </div>
    </section>
  );
}

const Who = ({ session }: { readonly session: Session }) => (
  <>
    <strong>
      <Text value={sessionUser(session)} />
    </strong>{' '}
    <span className="dim">(login uid {session.auid})</span>
  </>
);

const From = ({ session: { address, terminal, through } }: { readonly session: Session }) => (
  <>
    {address ? <Text value={address} /> : 'this machine'}
    {terminal && (
      <>
        , on <Text value={terminal} />
      </>
    )}
    {through && (
      <>
        , through <Code value={through} />
      </>
    )}
  </>
);

const When = ({ session: { start, end, lastSeen } }: { readonly session: Session }) => (
  <>
    {start === undefined ? 'its start is not in the trail' : <At time={start} />}
    {end === undefined ? '; ' : ' '}
    {end === undefined ? <At before="last seen" time={lastSeen} /> : <At before="to" time={end} />}
    {start !== undefined && ` (${duration(momentOf(end ?? lastSeen) - momentOf(start))})`}
  </>
);

const COMMANDS: readonly Column<SessionCommand>[] = [
  { key: 'at', title: 'Time', width: '12ch', render: ({ at }) => <Time value={at} style="clock" /> },
  { key: 'command', title: 'Command', render: ({ command, exe = '' }) => <Code value={commandLine(command) || exe} /> },
  {
    key: 'as',
    title: 'Ran as',
    width: '9ch',
    render: (command) => (
      <>
        <Badge kind={isBorrowed(command) ? 'warn' : 'plain'}>
          <Text value={String(command.as)} />
        </Badge>
        {command.through && (
          <div className="dim small">
            by <Text value={command.through} />
          </div>
        )}
      </>
    ),
  },
  { key: 'really', title: 'Really', width: '9ch', render: ({ really }) => <Text value={String(really)} /> },
  {
    key: 'exit',
    title: 'Exit',
    numeric: true,
    width: '6ch',
    render: ({ exitStatus }) =>
      exitStatus === undefined ? (
        <span className="dim" title="not in the trail">
          –<span className="sr">not in the trail</span>
        </span>
      ) : exitStatus === 0 ? (
        0
      ) : (
        <Badge kind="warn">{exitStatus}</Badge>
      ),
  },
  {
    key: 'pid',
    title: 'PID',
    numeric: true,
    width: '8ch',
    render: ({ pid, at }) => <Link to={addressOf('/processes', { pid, since: at })}>{pid}</Link>,
  },
];

const REFUSED: readonly Column<Session['sudo'][number]>[] = [
  { key: 'at', title: 'Time', width: '12ch', render: ({ at }) => <Time value={at} style="clock" /> },
  { key: 'command', title: 'Command', render: ({ command }) => <Code value={command} /> },
  { key: 'cwd', title: 'In', render: ({ cwd }) => <Code value={cwd} /> },
];

// What did it do: the account of one login, session, process, program or rule's key, as counts.
import type { SummaryAnswer } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { setQuery, useAddress } from '../../app/router.tsx';
import { Bars } from '../../parts/bars.tsx';
import { momentOf } from '../../parts/moment.ts';
import { Figure } from '../../parts/page.tsx';
import { EmptyState, ReplyView } from '../../parts/states.tsx';
import { count } from '../../parts/table.tsx';
import { Code, CopyButton, visible } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import { Choice, Field, QuestionForm } from '../question.tsx';
import { duration } from '../words.ts';
import type { Summary } from './shapes.ts';
import { Section } from './story-page.tsx';
import { type SummarySection, sectionsOf } from './summary-sections.ts';

const SUBJECTS = [
  ['auid', 'a login (uid)'],
  ['session', 'a session'],
  ['pid', 'a process and all below it'],
  ['exe', 'a program (path)'],
  ['key', 'the key of a rule'],
] as const;

const TOP = 10;

export function Summaries() {
  const { query } = useAddress();
  // A link names the subject itself (`pid=6016`); the form names kind and value.
  const linked = SUBJECTS.find(([name]) => query.has(name));
  const kind = query.get('about') ?? linked?.[0] ?? 'auid';
  const value = query.get('of') ?? (linked ? query.get(linked[0]) : null) ?? '';
  const reply = useReply<SummaryAnswer>(value === '' ? undefined : '/api/answers/summary', {
    [kind]: value,
    top: 1000,
    since: query.get('since') ?? undefined,
    until: query.get('until') ?? undefined,
  });
  return (
    <>
      <QuestionForm path="/answers/summary" label="About whom" names={['about', 'of']} submit="Ask">
        <Choice name="about" label="About" value={kind} options={SUBJECTS} />
        <Field name="of" label="Which" value={value} width={26} placeholder="1001" required />
      </QuestionForm>
      {value === '' ? (
        <EmptyState title="About whom?">
          Choose a login, a session, a process, a program or the key of a rule.
        </EmptyState>
      ) : (
        <ReplyView reply={reply} what="Counting">
          {({ data, text, unread }) => <Account summary={data as unknown as Summary} text={text} unread={unread} />}
        </ReplyView>
      )}
    </>
  );
}

interface AccountProps {
  readonly summary: Summary;
  readonly text: string;
  readonly unread: SummaryAnswer['unread'];
}

function Account({ summary, text, unread }: AccountProps) {
  if (summary.events === 0)
    return (
      <EmptyState title="Nothing of it in the trail" unread={unread}>
        Take a longer stretch of time. To record all of a login:{' '}
        <code>-a always,exit -F arch=b64 -S all -F auid=UID -k blackbox</code>
      </EmptyState>
    );
  const calls = summary.syscalls.reduce((sum, call) => sum + call.count, 0);
  const failed = summary.syscalls.reduce((sum, call) => sum + call.failed, 0);
  return (
    <article className="story" aria-label={visible(summary.subject)}>
      <header className="story-head">
        <h2>{visible(summary.subject)}</h2>
        {summary.first !== null && summary.last !== null && (
          <p>
            <Time value={summary.first} /> to <Time value={summary.last} />{' '}
            <span className="dim">({duration(momentOf(summary.last) - momentOf(summary.first))})</span>
          </p>
        )}
      </header>
      <div className="figures">
        <Figure name="events" value={count(summary.events)} />
        <Figure name="processes" value={count(summary.processes.length)} />
        <Figure name="system calls" value={count(calls)} />
        <Figure name="failed" value={count(failed)} bad={failed > 0} />
        <Figure name="files" value={count(summary.files.length)} />
      </div>
      <div className="story-parts">
        {sectionsOf(summary).map((section) => (
          <Counts key={section.name} section={section} />
        ))}
      </div>
      <details className="as-text">
        <summary>As text</summary>
        <Code value={text} block label="The summary as text" />
        <CopyButton value={text} />
      </details>
    </article>
  );
}

function Counts({ section }: { readonly section: SummarySection }) {
  const { query } = useAddress();
  const open = query.get('all') === section.name;
  const { title, name, rows } = section;
  return (
    <Section title={`${title} (${count(rows.length)})`} className={open ? 'wide' : ''}>
      <Bars label={title} bars={open ? rows : rows.slice(0, TOP)} />
      {rows.length > TOP && (
        <button
          type="button"
          className="button small"
          onClick={() => setQuery({ all: open ? undefined : name })}
          aria-expanded={open}
        >
          {open ? `Only the first ${TOP}` : `All ${count(rows.length)}`}
        </button>
      )}
    </Section>
  );
}

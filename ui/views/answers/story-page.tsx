// One kill as a page: headline, why (with how sure), who and whom, what happened in order of time, from the login down,
// what to do next, and the story as text.

import { type ReactNode, useId } from 'react';
import { isSet } from '../../../src/base/ids.ts';
import { Link } from '../../app/router.tsx';
import { At, Facts } from '../../parts/facts.tsx';
import { momentOf } from '../../parts/moment.ts';
import { Badge } from '../../parts/page.tsx';
import { Code, CopyButton, Folded, Text } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import { CommandLines } from '../commands.tsx';
import { branchOf, eventOf, eventsOf, sessionOf } from '../processes/links.ts';
import { commandOf, counted, duration, userOf } from '../words.ts';
import { Rhythm } from './rhythm.tsx';
import type { AnswerProcess, KillStory, Victim } from './shapes.ts';
import { CAUSES, chainOf, type Moment, momentsOf, outcomeText, SURE } from './story.ts';

interface StoryPageProps {
  readonly story: KillStory;
  readonly text: string;
}

export function StoryPage({ story, text }: StoryPageProps) {
  return (
    <article className="story">
      <header className="story-head">
        <h2>
          <Folded value={story.answer} />
        </h2>
        <p>
          <Badge kind="bad">{CAUSES[story.cause] ?? story.cause}</Badge> <Time value={story.first} />
        </p>
      </header>
      <div className="story-parts pairs">
        <div className="story-column">
          <Section title="Why">
            <Findings findings={story.findings} />
            {story.rhythm && <Rhythm story={story} />}
          </Section>
          <Section title="From the login down">
            <Chain story={story} />
          </Section>
        </div>
        <div className="story-column">
          <Section title={story.victims.length > 1 ? `Victims (${story.victims.length})` : 'Victim'}>
            <Victims victims={story.victims} />
          </Section>
          <Section title="Killer">
            {story.killer ? (
              <Process process={story.killer} />
            ) : (
              <p>The kernel itself: {CAUSES[story.cause] ?? story.cause}.</p>
            )}
          </Section>
        </div>
        <Section title="What happened" className="wide">
          <Moments moments={momentsOf(story)} zero={momentOf(story.first)} />
        </Section>
        <Section title="What to do next" className="wide">
          {story.next.map((step) => (
            <div key={step.text} className="next-step">
              <p>
                <Text value={step.text} />:
              </p>
              <CommandLines commands={step.commands} />
            </div>
          ))}
        </Section>
      </div>
      <details className="as-text">
        <summary>The story as text</summary>
        <Code value={text} block label="The story as text" />
        <CopyButton value={text} />
      </details>
    </article>
  );
}

export function Section({ title, className, children }: { title: string; className?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={className ? `panel ${className}` : 'panel'} aria-labelledby={id}>
      <header>
        <h3 id={id}>{title}</h3>
      </header>
      {children}
    </section>
  );
}

const KINDS = { proven: 'good', likely: 'warn', note: 'plain' } as const;

function Findings({ findings }: { readonly findings: KillStory['findings'] }) {
  if (findings.length === 0)
    return <p className="dim">The records show that it happened, but no known pattern behind it.</p>;
  return (
    <ul className="findings">
      {findings.map(({ id, sure, text }) => (
        <li key={id}>
          <span title={SURE[sure]?.means}>
            <Badge kind={KINDS[sure] ?? 'plain'}>{SURE[sure]?.label ?? sure}</Badge>
          </span>
          <p>
            <Text value={`${text}.`} />
          </p>
        </li>
      ))}
    </ul>
  );
}

const MOST_VICTIMS = 1;
const MOST_LINES = 50;

function Victims({ victims }: { readonly victims: readonly Victim[] }) {
  if (victims.length === 0) return <p className="dim">Nobody: every signal failed.</p>;
  return (
    <>
      {victims.slice(0, MOST_VICTIMS).map((victim) => (
        <div key={`${victim.pid} ${victim.at}`} className="victim">
          {victim.process ? (
            <Process process={victim.process} />
          ) : (
            <p>
              <Text value={victim.name ?? 'a process'} /> (pid {victim.pid}); no record tells more of it.
            </p>
          )}
          <p className="outcome">
            <Text value={outcomeText(victim)} />
          </p>
        </div>
      ))}
      {victims.length > MOST_VICTIMS && (
        <ul className="more-victims">
          {victims.slice(MOST_VICTIMS, MOST_LINES).map((victim) => (
            <li key={`${victim.pid} ${victim.at}`}>
              <Time value={victim.at} /> <Text value={victim.name ?? 'a process'} /> (pid {victim.pid}):{' '}
              {outcomeText(victim)}
            </li>
          ))}
          {victims.length > MOST_LINES && (
            <li className="dim">{counted(victims.length - MOST_LINES, 'more', 'more')}</li>
          )}
        </ul>
      )}
    </>
  );
}

function Process({ process }: { readonly process: AnswerProcess }) {
  return (
    <div className="person">
      <Code value={commandOf(process)} block label="Command line" />
      {process.commandFrom === 'proctitle' && (
        <p className="dim small">From the process title, which a program may rewrite.</p>
      )}
      <Facts
        list={[
          ['PID', process.pid],
          ['User', <Text value={userOf(process) || 'not in the trail'} />],
          process.exe && ['Program', <Code value={process.exe} />],
          ['Lived', <Lived process={process} />],
        ]}
      />
      <div className="button-row">
        <Link className="button small" to={eventsOf(process)}>
          Events
        </Link>
        <Link className="button small" to={branchOf(process)}>
          Process tree
        </Link>
        {isSet(process.session) && (
          <Link className="button small" to={sessionOf(process.session)}>
            Session {process.session}
          </Link>
        )}
      </div>
    </div>
  );
}

function Lived({ process: { started, ended, lastSeen } }: { readonly process: AnswerProcess }) {
  if (!started)
    return (
      <>
        {ended ? <At before="until" time={ended} clock /> : <At before="last seen" time={lastSeen} clock />}; its start
        is not in the trail
      </>
    );
  if (!ended)
    return (
      <>
        <At before="from" time={started} clock />; its end is not in the trail
      </>
    );
  return (
    <>
      <At before="from" time={started} clock /> <At before="to" time={ended} clock /> (
      {duration(momentOf(ended) - momentOf(started))})
    </>
  );
}

function Chain({ story }: { readonly story: KillStory }) {
  const links = chainOf(story);
  if (links.length === 0) return <p className="dim">The trail does not tell on whose behalf.</p>;
  return (
    <ol className="chain">
      {links.map(({ role, title, detail, process }) => (
        <li key={`${role} ${process?.pid ?? ''}`} className={`chain-${role}`}>
          {process ? (
            <Link to={branchOf(process)}>
              <Code value={title} brief />
            </Link>
          ) : (
            <strong>
              <Text value={title} />
            </strong>
          )}
          <div className="dim small">
            <Text value={detail} />
          </div>
        </li>
      ))}
    </ol>
  );
}

/** `+20 ms`, `−312 ms`: before or after the deed; '' where its time is not known. */
function relative(ms: number): string {
  if (Number.isNaN(ms)) return '';
  return ms === 0 ? '0' : `${ms < 0 ? '−' : '+'}${duration(Math.abs(ms))}`;
}

function Moments({ moments, zero }: { readonly moments: readonly Moment[]; readonly zero: number }) {
  return (
    <ol className="moments">
      {moments.map((moment, i) => (
        <li key={i} className={moment.kind}>
          <span className="moment-time">
            <Time value={moment.at / 1000} style="clock" /> <span className="dim">{relative(moment.at - zero)}</span>
          </span>
          <span>
            <Text value={moment.text} />
            {moment.until !== undefined && (
              <>
                , until <Time value={moment.until / 1000} style="clock" />
              </>
            )}{' '}
            {moment.serial !== undefined && (
              <Link className="small" to={eventOf(moment.at, moment.serial)}>
                event {moment.serial}
              </Link>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

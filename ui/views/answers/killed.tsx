// Who killed it: the form, the stories found, and the page of one of them.
import { SIGNAL_NAMES } from '../../../src/tables/calls.ts';
import type { KillAnswer } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { hrefOf, Link, useAddress } from '../../app/router.tsx';
import { Badge } from '../../parts/page.tsx';
import { EmptyState, ReplyView } from '../../parts/states.tsx';
import { Brief } from '../../parts/text.tsx';
import { Time } from '../../parts/time.tsx';
import { Choice, Field, QuestionForm, Tick } from '../question.tsx';
import { counted } from '../words.ts';
import { Hint } from './hint.tsx';
import type { KillStory } from './shapes.ts';
import { CAUSES, storyId } from './story.ts';
import { StoryPage } from './story-page.tsx';

interface Told {
  readonly id: string;
  readonly story: KillStory;
  readonly text: string;
}

export function Killed() {
  const { query } = useAddress();
  const by = query.get('by') ?? 'name';
  const at = query.get('at') ?? '';
  // A link names a pid; the form has one box for names and pids.
  const whom = query.get('whom') ?? query.get('pid') ?? '';
  const kind = by === 'unit' ? 'unit' : /^\d+$/.test(whom) ? 'pid' : 'name';
  const asked = {
    [kind]: whom,
    at,
    all: query.get('all') ?? undefined,
    since: query.get('since') ?? undefined,
    until: query.get('until') ?? undefined,
  };
  const reply = useReply<KillAnswer>('/api/answers/who-killed', asked);
  return (
    <>
      <QuestionForm path="/answers/who-killed" label="Who was killed" names={['whom', 'by', 'at', 'all']} submit="Ask">
        <Field name="whom" label="Victim" value={whom} width={26} placeholder="any; a name, path or pid" />
        <Choice
          name="by"
          label="It is"
          value={by}
          options={[
            ['name', 'a program or pid'],
            ['unit', 'a systemd unit'],
          ]}
        />
        <Field name="at" label="Nearest to" value={at} width={18} placeholder="any time; 14:30" />
        <Tick name="all" label="also those who lived on" value={query.get('all')} />
      </QuestionForm>
      <ReplyView reply={reply} what="Looking for the killer">
        {(answer) => <Stories answer={answer} />}
      </ReplyView>
    </>
  );
}

function Stories({ answer }: { readonly answer: KillAnswer }) {
  const { query } = useAddress();
  const told = toldOf(answer);
  const chosen = told.find(({ id }) => id === query.get('story')) ?? told[0];
  if (!chosen)
    return (
      <EmptyState title="Nobody was killed, as far as this trail tells" unread={answer.unread}>
        {NARROWING.some((name) => query.get(name)) && (
          <p>Take a longer stretch of time, or leave the victim open to see every kill.</p>
        )}
        <Hint hint={answer.hint ?? MISSING} />
      </EmptyState>
    );
  const missing = query.get('story') !== null && chosen.id !== query.get('story');
  return (
    <div className={told.length > 1 ? 'answer-split' : undefined}>
      {told.length > 1 && (
        <nav className="panel story-list" aria-label="Stories, newest first">
          <header>
            <h2>{counted(told.length, 'story', 'stories')}</h2>
          </header>
          <ol>
            {told.map(({ id, story }) => (
              <li key={id}>
                <Link
                  to={hrefOf('/answers/who-killed', { story: id }, query)}
                  aria-current={id === chosen.id ? 'true' : undefined}
                >
                  <span className="story-when">
                    <Time value={story.first} /> <Badge kind="plain">{CAUSES[story.cause] ?? story.cause}</Badge>
                  </span>
                  <Brief value={story.answer} />
                </Link>
              </li>
            ))}
          </ol>
          {answer.omitted !== undefined && (
            <p className="dim">{counted(answer.omitted, 'older one')} left out: take a shorter stretch of time.</p>
          )}
        </nav>
      )}
      <div>
        {missing && (
          <p className="notice">
            The story this link was made for is not in the trail any more. This is the newest one.
          </p>
        )}
        <StoryPage story={chosen.story} text={chosen.text} />
        {answer.hint && <Hint hint={answer.hint} />}
      </div>
    </div>
  );
}

const NARROWING = ['whom', 'pid', 'at', 'since', 'until'];

const MISSING = `The kernel records signals only where a rule asks for it:\n-a always,exit -F arch=b64 -S ${SIGNAL_NAMES.join()} -k signal`;

/** Stories with names for the address; equal ones are numbered. */
function toldOf({ stories }: KillAnswer): Told[] {
  const used = new Map<string, number>();
  return stories.map(({ data, text }) => {
    const story = data as unknown as KillStory;
    const name = storyId(story);
    const again = used.get(name) ?? 0;
    used.set(name, again + 1);
    return { id: again === 0 ? name : `${name}-${again}`, story, text };
  });
}

// The view of answers: three questions, each with its form; the address holds the question, so an answer can be shared.
import '../views.css';
import './answers.css';
import type { ReactNode } from 'react';
import { hrefOf, Link, useAddress } from '../../app/router.tsx';
import { Page } from '../../parts/page.tsx';
import { RangePicker } from '../../parts/range.tsx';
import { CopyButton } from '../../parts/text.tsx';
import { NotFound } from '../not-found.tsx';
import { Killed } from './killed.tsx';
import { Summaries } from './summary.tsx';
import { Touched } from './touched.tsx';

const QUESTIONS: readonly {
  readonly path: string;
  readonly title: string;
  readonly lead: string;
  readonly view: () => ReactNode;
}[] = [
  {
    path: 'who-killed',
    title: 'Who killed it?',
    lead: 'Who ended a process, by what means, on whose behalf, and why.',
    view: Killed,
  },
  {
    path: 'who-touched',
    title: 'Who touched it?',
    lead: 'The life of a file: who created, changed, renamed, ran or deleted it.',
    view: Touched,
  },
  {
    path: 'summary',
    title: 'What did it do?',
    lead: 'What a login, session, process, program or rule was seen doing.',
    view: Summaries,
  },
];

/** `/answers` and `/answers/:question`. */
export function Answers({ question }: { readonly question?: string }) {
  const { query, href } = useAddress();
  const asked = question ? QUESTIONS.find(({ path }) => path === question) : QUESTIONS[0];
  const range = { since: query.get('since') ?? undefined, until: query.get('until') ?? undefined };
  if (!asked) return <NotFound />;
  const View = asked.view;
  return (
    <Page
      title={asked.title}
      lead={asked.lead}
      tools={
        <>
          <RangePicker />
          <CopyButton value={new URL(href, window.location.origin).href} label="Copy link" />
        </>
      }
    >
      <nav className="tabs" aria-label="Questions">
        {QUESTIONS.map(({ path, title }) => (
          <Link
            key={path}
            to={hrefOf(`/answers/${path}`, range)}
            aria-current={path === asked.path ? 'page' : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      <View key={asked.path} />
    </Page>
  );
}

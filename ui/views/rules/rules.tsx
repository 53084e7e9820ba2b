// The rules: the set as it is (kernel's and files'), what it costs, and an editor for a new one.
import '../views.css';
import './rules.css';
import type { RulesReply } from '../../../src/web/contract.ts';
import { useReply } from '../../api/reply.ts';
import { hrefOf, Link, useAddress } from '../../app/router.tsx';
import { Page } from '../../parts/page.tsx';
import { RangePicker, useRange } from '../../parts/range.tsx';
import { ReplyView } from '../../parts/states.tsx';
import { NotFound } from '../not-found.tsx';
import { Cost } from './cost.tsx';
import { Editor } from './editor.tsx';
import { RuleSet } from './rule-set.tsx';

const PARTS = [
  ['', 'The set'],
  ['cost', 'What it costs'],
  ['edit', 'Edit'],
] as const;

export function Rules({ part }: { readonly part: string }) {
  const { query } = useAddress();
  const range = useRange();
  const reply = useReply<RulesReply>('/api/rules');
  if (!PARTS.some(([path]) => path === part)) return <NotFound />;
  return (
    <Page
      title="Rules"
      lead="What the kernel records: each rule, what it means, what is wrong with it, and what it costs."
      tools={part === '' ? undefined : <RangePicker />}
    >
      <nav className="tabs" aria-label="Parts of the rules view">
        {PARTS.map(([path, title]) => (
          <Link
            key={path}
            to={hrefOf(path === '' ? '/rules' : `/rules/${path}`, {
              since: query.get('since') ?? '',
              until: query.get('until') ?? '',
            })}
            aria-current={path === part ? 'page' : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      {part === 'cost' ? (
        <Cost range={range} />
      ) : (
        <ReplyView reply={reply} what="Reading rules">
          {(data) =>
            part === 'edit' ? <Editor rules={data} range={range} onApplied={reply.reload} /> : <RuleSet rules={data} />
          }
        </ReplyView>
      )}
    </Page>
  );
}

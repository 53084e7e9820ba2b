// The rules editor: a text, checked while it is written; what the line under the cursor means; what it would cost; a plan of
// what would change in the kernel; and, where the server allows changes, its execution. The text is kept in this tab.
import { useEffect, useMemo, useRef, useState } from 'react';
import type { RuleCheckReply, RuleCostReply, RuleFinding, RulesReply } from '../../../src/web/contract.ts';
import type { Fault } from '../../api/client.ts';
import { apiHref, post } from '../../api/client.ts';
import { asFault } from '../../api/reply.ts';
import { Panel } from '../../parts/page.tsx';
import type { useRange } from '../../parts/range.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { CopyButton, Text } from '../../parts/text.tsx';
import { CostTold } from './cost.tsx';
import { editorLines, findingsText, sortedFindings, textOfFiles, wordAt } from './editor.ts';
import { RulePlan } from './rule-plan.tsx';
import { FindingList } from './rule-set.tsx';
import { RuleText } from './rule-text.tsx';
import { useChecked } from './use-checked.ts';
import { useDraft } from './use-draft.ts';

interface EditorProps {
  readonly rules: RulesReply;
  readonly range: ReturnType<typeof useRange>;
  /** The kernel's set was changed. */
  readonly onApplied: () => void;
}

export function Editor({ rules, range, onApplied }: EditorProps) {
  const ofFiles = useMemo(() => textOfFiles(rules.files), [rules.files]);
  const [text, setText] = useDraft(ofFiles);
  const [line, setLine] = useState(1);
  const area = useRef<HTMLTextAreaElement>(null);
  const checked = useChecked(text);
  const lines = useMemo(
    () => editorLines(text, checked.reply?.rules ?? [], checked.reply?.findings ?? []),
    [text, checked.reply],
  );
  const go = (finding: RuleFinding) => {
    if (!area.current || finding.line === undefined) return;
    const [from, to] = wordAt(text, finding.line, finding.column);
    area.current.focus();
    area.current.setSelectionRange(from, to);
    setLine(finding.line);
  };
  const errors = checked.reply?.findings.some((finding) => finding.severity === 'error') ?? false;
  return (
    <div className="rule-edit">
      <div className="stack">
        <div className="row">
          <button type="button" className="button small" onClick={() => setText(ofFiles)} disabled={text === ofFiles}>
            As the files have it
          </button>
          {rules.loaded && (
            <button
              type="button"
              className="button small"
              onClick={() => setText(rules.loaded!.map((rule) => `${rule.text}\n`).join(''))}
            >
              As the kernel has it
            </button>
          )}
          <CopyButton value={text} label="Copy all" />
          <span className="grow" />
          <span className="small" role="status">
            <Told checked={checked} />
          </span>
        </div>
        <RuleText area={area} text={text} lines={lines} onText={setText} onLine={setLine} />
        <Meaning line={lines[line - 1]} />
      </div>
      <div className="stack">
        <Faults reply={checked.reply} fault={checked.fault} onGo={go} />
        <RulePlan text={text} allowed={rules.allowChanges} broken={errors} onApplied={onApplied} />
        <EditedCost text={text} range={range} />
      </div>
    </div>
  );
}

function Told({ checked }: { readonly checked: ReturnType<typeof useChecked> }) {
  if (checked.fault) return <>not checked</>;
  if (checked.checking || !checked.reply) return <span className="dim">checking …</span>;
  return <>{findingsText(checked.reply.findings) || 'No faults'}</>;
}

function Meaning({ line }: { readonly line: ReturnType<typeof editorLines>[number] | undefined }) {
  if (!line) return null;
  return (
    <section className="panel rule-meaning" aria-label={`Line ${line.number}`} aria-live="polite">
      <p>
        <span className="dim">Line {line.number}: </span>
        <Text value={line.rule?.meaning || line.findings[0]?.message || 'no rule stands here.'} />
      </p>
    </section>
  );
}

interface FaultsProps {
  readonly reply: RuleCheckReply | undefined;
  readonly fault: Fault | undefined;
  readonly onGo: (finding: RuleFinding) => void;
}

function Faults({ reply, fault, onGo }: FaultsProps) {
  return (
    <Panel title="Faults">
      {fault ? (
        <ErrorState fault={fault} />
      ) : reply && reply.findings.length > 0 ? (
        <FindingList findings={sortedFindings(reply.findings)} onGo={onGo} />
      ) : (
        <p className="dim">{reply ? 'Nothing is wrong, doubtful or slow.' : 'Checking …'}</p>
      )}
    </Panel>
  );
}

/** What the text would cost; asked for, as it walks the trail. */
function EditedCost({ text, range }: { readonly text: string; readonly range: ReturnType<typeof useRange> }) {
  const [state, setState] = useState<{ cost?: RuleCostReply; fault?: Fault; busy?: boolean; text?: string }>({});
  const asked = useRef<AbortController>(undefined);
  useEffect(() => () => asked.current?.abort(), []);
  const ask = async () => {
    asked.current?.abort();
    asked.current = new AbortController();
    const { signal } = asked.current;
    setState({ busy: true });
    try {
      setState({ cost: await post<RuleCostReply>(apiHref('/api/rules/cost', range), { text }, signal), text });
    } catch (error) {
      if (!signal.aborted) setState({ fault: asFault(error) });
    }
  };
  return (
    <Panel
      title="Cost"
      tools={
        <button type="button" className="button small" onClick={ask} disabled={state.busy || text.trim() === ''}>
          {state.busy ? 'Trying …' : 'Try on the trail'}
        </button>
      }
    >
      <div className="pad">
        {state.fault && <ErrorState fault={state.fault} />}
        {state.cost ? (
          <>
            {state.text !== text && <p className="notice">The text has changed since: try again.</p>}
            <CostTold cost={state.cost} />
          </>
        ) : (
          <p className="dim">Runs the rules over the recorded trail and counts what they would record.</p>
        )}
      </div>
    </Panel>
  );
}

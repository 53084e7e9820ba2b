// What would change in the kernel if the text were loaded; and its execution, after the plan was seen and said yes to. The
// server refuses where it was not started with --allow-changes (403) or where the kernel's set is another by now (409).
import { type RefObject, useRef, useState } from 'react';
import type { RuleApplyReply, RulePlanReply } from '../../../src/web/contract.ts';
import { type Fault, post } from '../../api/client.ts';
import { asFault } from '../../api/reply.ts';
import { Panel } from '../../parts/page.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { Code } from '../../parts/text.tsx';
import { counted } from '../words.ts';
import { planText } from './editor.ts';

interface RulePlanProps {
  readonly text: string;
  readonly allowed: boolean;
  /** The text has errors. */
  readonly broken: boolean;
  readonly onApplied: () => void;
}

interface State {
  readonly plan?: RulePlanReply;
  /** The text the plan is of. */
  readonly text?: string;
  readonly fault?: Fault;
  readonly busy?: boolean;
  readonly done?: RuleApplyReply;
}

export function RulePlan({ text, allowed, broken, onApplied }: RulePlanProps) {
  const { state, ask, apply } = usePlan(text, onApplied);
  const dialog = useRef<HTMLDialogElement>(null);
  const { plan, fault, busy, done } = state;
  const old = plan !== undefined && state.text !== text;
  return (
    <Panel
      title="Plan"
      tools={
        <button type="button" className="button small" onClick={ask} disabled={busy || text.trim() === ''}>
          {busy ? 'Asking the kernel …' : 'Plan'}
        </button>
      }
    >
      <div className="pad stack">
        {fault && <ErrorState fault={fault} {...(fault.status === 409 ? { retry: ask } : {})} />}
        {done && (
          <p role="status">
            Done: {counted(done.applied, 'change')} made, {counted(done.kept, 'rule')} kept.
          </p>
        )}
        {plan && (
          <>
            <p>{planText(plan)}.</p>
            <Steps plan={plan} />
            {old && <p className="notice">The text has changed since: plan again.</p>}
            <Apply
              allowed={allowed}
              broken={broken}
              disabled={old || plan.steps.length + plan.settings.length === 0}
              onAsk={() => dialog.current?.showModal()}
            />
          </>
        )}
        {!plan && !fault && !done && (
          <p className="dim">Compares the text with what the kernel has. Nothing is changed by it.</p>
        )}
      </div>
      <Confirm plan={plan} dialog={dialog} onYes={apply} />
    </Panel>
  );
}

/** The plan of a text, and how it is carried out. */
function usePlan(text: string, onApplied: () => void) {
  const [state, setState] = useState<State>({});
  const { plan } = state;
  const ask = async () => {
    setState({ busy: true });
    try {
      setState({ plan: await post<RulePlanReply>('/api/rules/plan', { text }), text });
    } catch (error) {
      setState({ fault: asFault(error) });
    }
  };
  const apply = async () => {
    if (!plan) return;
    setState({ ...state, busy: true });
    try {
      setState({ done: await post<RuleApplyReply>('/api/rules/apply', { text, plan: plan.plan }) });
      onApplied();
    } catch (error) {
      setState({ fault: asFault(error) });
    }
  };
  return { state, ask, apply };
}

interface ConfirmProps {
  readonly plan: RulePlanReply | undefined;
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly onYes: () => void;
}

/** Asks before anything is changed. */
function Confirm({ plan, dialog, onYes }: ConfirmProps) {
  const close = () => dialog.current?.close();
  return (
    <dialog ref={dialog} className="dialog" aria-label="Change the kernel's rules?">
      <header>
        <h2>Change the kernel's rules?</h2>
      </header>
      {plan && (
        <div className="stack">
          <p>{planText(plan)}.</p>
          <Steps plan={plan} />
          <p className="dim">
            All of it or nothing: after an error the rules are as they were. An audit record tells that you did it.
          </p>
          <div className="row">
            <button
              type="button"
              className="button primary"
              onClick={() => {
                close();
                onYes();
              }}
            >
              Change the rules
            </button>
            <button type="button" className="button" onClick={close}>
              Leave them
            </button>
          </div>
        </div>
      )}
    </dialog>
  );
}

function Steps({ plan }: { readonly plan: RulePlanReply }) {
  if (plan.steps.length + plan.settings.length === 0)
    return <p className="dim">The kernel has just these rules already.</p>;
  return (
    <ol className="plan-steps">
      {plan.steps.map(({ op, text, moved }, i) => (
        <li key={i} className={op}>
          <span className="plan-op">
            <span aria-hidden="true">{op === 'add' ? '+' : '−'}</span>
            <span className="sr">{op}</span>
          </span>
          <Code value={text} />
          {moved && <span className="dim small"> (moved)</span>}
        </li>
      ))}
      {plan.settings.map(({ name, value }) => (
        <li key={name} className="set">
          <span className="plan-op" aria-hidden="true">
            =
          </span>
          <span>
            set {name} to {value}
          </span>
        </li>
      ))}
    </ol>
  );
}

interface ApplyProps {
  readonly allowed: boolean;
  readonly broken: boolean;
  readonly disabled: boolean;
  readonly onAsk: () => void;
}

function Apply({ allowed, broken, disabled, onAsk }: ApplyProps) {
  if (!allowed)
    return (
      <p className="notice">
        This console only shows rules. To change them, start it with <code>auspex serve --allow-changes</code>, or save
        the text and run <code>auspex rules apply FILE</code>.
      </p>
    );
  return (
    <div className="row">
      <button type="button" className="button danger" onClick={onAsk} disabled={disabled || broken}>
        Change the kernel's rules …
      </button>
      {broken && <span className="dim small">Mend the errors first.</span>}
    </div>
  );
}

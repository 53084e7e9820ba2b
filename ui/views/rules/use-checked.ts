// A text of rules as the server checks it: asked a moment after the last key, the earlier question withdrawn.
import { useEffect, useState } from 'react';
import type { RuleCheckReply, RuleFinding } from '../../../src/web/contract.ts';
import { type Fault, post } from '../../api/client.ts';
import { asFault } from '../../api/reply.ts';

export interface Checked {
  /** Of the text as it was when last checked. */
  readonly reply: RuleCheckReply | undefined;
  readonly fault: Fault | undefined;
  readonly checking: boolean;
}

const WAIT = 250;

/** The text has no file: its lines are places enough. */
const placed = ({ file: _, ...finding }: RuleFinding): RuleFinding => finding;

export function useChecked(text: string): Checked {
  const [state, setState] = useState<Checked>({ reply: undefined, fault: undefined, checking: true });
  useEffect(() => {
    const abort = new AbortController();
    setState((old) => ({ ...old, checking: true }));
    const timer = setTimeout(() => {
      post<RuleCheckReply>('/api/rules/check', { text }, abort.signal).then(
        (reply) => {
          if (!abort.signal.aborted)
            setState({ reply: { ...reply, findings: reply.findings.map(placed) }, fault: undefined, checking: false });
        },
        (error) => {
          if (!abort.signal.aborted) setState({ reply: undefined, fault: asFault(error), checking: false });
        },
      );
    }, WAIT);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return state;
}

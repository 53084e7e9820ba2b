// The question of the process view: for which pid, session or login, and when.
import { useAddress } from '../../app/router.tsx';
import { Field, QuestionForm } from '../question.tsx';

export function ProcessForm() {
  const { query } = useAddress();
  return (
    <QuestionForm path="/processes" label="Which processes" names={['pid', 'session', 'auid']}>
      <Field
        name="pid"
        label="PID"
        value={query.get('pid')}
        inputMode="numeric"
        pattern="[0-9]*"
        width={8}
        placeholder="any"
      />
      <Field
        name="session"
        label="Session"
        value={query.get('session')}
        inputMode="numeric"
        pattern="[0-9]*"
        width={6}
        placeholder="any"
      />
      <Field
        name="auid"
        label="Login uid"
        value={query.get('auid')}
        width={8}
        placeholder="any"
        inputMode="numeric"
        pattern="[0-9]*"
      />
    </QuestionForm>
  );
}

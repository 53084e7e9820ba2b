// Forms that ask the server something: their fields become the query of the address, so that every answer can be linked to.
import './views.css';
import { type FormEvent, type InputHTMLAttributes, type ReactNode, useId } from 'react';
import { hrefOf, navigate, useAddress } from '../app/router.tsx';

interface QuestionFormProps {
  /** Where the answer stands. */
  readonly path: string;
  readonly label: string;
  /** Fields the form owns; they are taken out of the address when empty. */
  readonly names: readonly string[];
  readonly submit?: string;
  readonly children: ReactNode;
}

/** The range picker's: a question keeps its stretch of time. */
const RANGE = ['since', 'until'];

/** A form whose fields go into the address when it is sent. */
export function QuestionForm({ path, label, names, submit = 'Show', children }: QuestionFormProps) {
  const { query, href } = useAddress();
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const next = new URLSearchParams(RANGE.flatMap((name) => query.getAll(name).map((value) => [name, value])));
    for (const name of names) {
      const value = String(fields.get(name) ?? '').trim();
      if (value !== '') next.set(name, value);
    }
    navigate(hrefOf(path, {}, next));
  };
  // The fields are the browser's own; a new address makes them anew, so that back shows the question it belongs to.
  const key = names.map((name) => query.get(name) ?? '').join('\0');
  return (
    <form key={`${href.split('?')[0]} ${key}`} className="question" aria-label={label} onSubmit={send}>
      {children}
      <button type="submit" className="button primary">
        {submit}
      </button>
    </form>
  );
}

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'width'> {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  /** In letters. */
  readonly width?: number;
}

/** A labelled box. */
export function Field({ name, label, value, width, ...rest }: FieldProps) {
  const id = useId();
  return (
    <span className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        name={name}
        defaultValue={value ?? ''}
        autoComplete="off"
        spellCheck={false}
        style={width === undefined ? undefined : { width: `${width + 3}ch` }}
        {...rest}
      />
    </span>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly (readonly [value: string, label: string])[];
}

/** A labelled list to choose from. */
export function Choice({ name, label, value, options }: ChoiceProps) {
  const id = useId();
  return (
    <span className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} name={name} defaultValue={value ?? options[0]?.[0]}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

/** A box to tick; ticked, the address has `name=true`. */
export function Tick({
  name,
  label,
  value,
}: {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
}) {
  return (
    <label className="tick-field">
      <input type="checkbox" name={name} value="true" defaultChecked={value === 'true'} />
      {label}
    </label>
  );
}

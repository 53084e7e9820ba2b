// The query bar: an expression (docs/expression.md) with completion while one types, and a fault shown where it stands:
// underlined in the field, told below with its column. Enter asks; the address then holds the expression.
import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import type { CompletionReply } from '../../../src/web/contract.ts';
import { type Fault, get } from '../../api/client.ts';
import { visible } from '../../parts/text.tsx';
import { columnOf, placeOf } from './columns-of-text.ts';

interface QueryBarProps {
  readonly value: string;
  readonly onSubmit: (q: string) => void;
  /** The refusal of what was asked last. */
  readonly fault: Fault | undefined;
  readonly input: RefObject<HTMLInputElement | null>;
}

const WAIT = 120;
const LIST = 'query-completions';

interface Marked {
  readonly message: string;
  readonly column: number;
  readonly length: number;
}

interface Completed {
  /** The text that was asked about. */
  readonly of: string;
  readonly data: CompletionReply;
}

/** Completion of a field: what the server offers for what was typed last; `ask` waits for a pause in typing. */
function useCompletion(input: RefObject<HTMLInputElement | null>) {
  const [reply, setReply] = useState<Completed>();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const abort = useRef<AbortController>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = () => {
    clearTimeout(timer.current);
    abort.current?.abort();
  };
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      abort.current?.abort();
    },
    [],
  );
  const ask = (q: string, place: number) => {
    stop();
    timer.current = setTimeout(async () => {
      abort.current = new AbortController();
      try {
        const data = await get<CompletionReply>('/api/complete', { q, at: columnOf(q, place) }, abort.current.signal);
        setReply({ of: q, data });
        setChosen(-1);
        setOpen(data.items.length > 0 && document.activeElement === input.current);
      } catch {
        setOpen(false); // completion is a help, not a need
      }
    }, WAIT);
  };
  const items = open && reply ? reply.data.items.slice(0, 50) : [];
  return { reply, items, open, setOpen, chosen, setChosen, ask, stop };
}

/** The bar. */
export function QueryBar({ value, onSubmit, fault, input }: QueryBarProps) {
  const [text, setText] = useState(value);
  const [scrolled, setScrolled] = useState(0);
  const { reply, items, open, setOpen, chosen, setChosen, ask, stop } = useCompletion(input);
  useEffect(() => setText(value), [value]);
  const take = (index: number) => {
    const item = items[index];
    if (!item || !reply) return;
    const from = placeOf(text, reply.data.from);
    const next = text.slice(0, from) + item.text + text.slice(placeOf(text, reply.data.to));
    const place = from + item.text.length;
    setText(next);
    setOpen(false);
    requestAnimationFrame(() => input.current?.setSelectionRange(place, place));
    ask(next, place);
  };
  const submit = () => {
    stop();
    setOpen(false);
    onSubmit(text.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && items.length > 0)
      setChosen((chosen + move + items.length + (chosen < 0 && move < 0 ? 1 : 0)) % items.length);
    else if (event.key === 'ArrowDown') ask(text, input.current?.selectionStart ?? text.length);
    else if (event.key === 'Enter') chosen >= 0 && items.length > 0 ? take(chosen) : submit();
    else if (event.key === 'Tab' && items.length > 0 && chosen >= 0) take(chosen);
    else if (event.key === 'Escape' && open) setOpen(false);
    else if (event.key === 'Escape') input.current?.blur();
    else return;
    event.preventDefault();
  };
  const marked = items.length > 0 ? undefined : markOf(text, value, fault, reply);
  return (
    <div className="query">
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="query-field">
          <Underline text={text} mark={marked} scrolled={scrolled} />
          <input
            ref={input}
            className="mono"
            value={text}
            role="combobox"
            aria-label="Expression"
            aria-expanded={items.length > 0}
            aria-controls={LIST}
            aria-autocomplete="list"
            aria-activedescendant={chosen >= 0 ? `${LIST}-${chosen}` : undefined}
            aria-invalid={marked !== undefined}
            aria-describedby={marked ? 'query-fault' : undefined}
            placeholder='Search: comm i= "sshd" && success i= no'
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              ask(event.target.value, event.target.selectionStart ?? event.target.value.length);
            }}
            onKeyDown={onKeyDown}
            onScroll={(event) => setScrolled(event.currentTarget.scrollLeft)}
            onBlur={() => setOpen(false)}
          />
          {text ? (
            <button
              type="button"
              className="clear"
              aria-label="Clear the expression"
              onClick={() => {
                setText('');
                onSubmit('');
                input.current?.focus();
              }}
            >
              ×
            </button>
          ) : null}
        </div>
        <button type="submit" className="button primary">
          Search
        </button>
      </form>
      <Completions items={items} chosen={chosen} onTake={take} />
      {marked ? (
        <p id="query-fault" className="query-fault" role="alert">
          {visible(marked.message)}
        </p>
      ) : null}
    </div>
  );
}

interface CompletionsProps {
  readonly items: CompletionReply['items'];
  readonly chosen: number;
  readonly onTake: (index: number) => void;
}

function Completions({ items, chosen, onTake }: CompletionsProps) {
  return (
    <ul id={LIST} className="completions" role="listbox" aria-label="Completions" hidden={items.length === 0}>
      {items.map((item, i) => (
        <li
          key={item.text}
          id={`${LIST}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === chosen}
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(i);
          }}
        >
          <span className="mono">{visible(item.text)}</span>
          <span className="dim small">{visible(item.detail)}</span>
        </li>
      ))}
    </ul>
  );
}

/** The fault of the text in the field: of what was asked, or (once it was asked or typing rests) of what is typed. */
function markOf(
  text: string,
  asked: string,
  fault: Fault | undefined,
  reply: Completed | undefined,
): Marked | undefined {
  if (fault?.column !== undefined && text.trim() === asked.trim())
    return { message: fault.message, column: fault.column, length: fault.length ?? 1 };
  return reply && reply.of === text ? reply.data.fault : undefined;
}

/** The text again, behind the field and invisible but for the line under its fault. */
function Underline({ text, mark, scrolled }: { text: string; mark: Marked | undefined; scrolled: number }) {
  if (!mark) return null;
  const from = placeOf(text, mark.column);
  const to = Math.max(from + 1, placeOf(text, mark.column + mark.length));
  return (
    <div className="underline mono" aria-hidden="true">
      <span style={{ translate: `${-scrolled}px 0` }}>
        {text.slice(0, from)}
        <mark>{text.slice(from, to) || ' '}</mark>
      </span>
    </div>
  );
}

// The text box of the editor: line numbers and marks at the left, faults underlined behind the text (a second, see-through
// copy of it, scrolled along).
import { type Ref, useRef } from 'react';
import { visible } from '../../parts/text.tsx';
import { type EditorLine, linesOf, placeOf, wordAt } from './editor.ts';

interface RuleTextProps {
  readonly area: Ref<HTMLTextAreaElement>;
  readonly text: string;
  readonly lines: readonly EditorLine[];
  readonly onText: (text: string) => void;
  /** The line of the cursor. */
  readonly onLine: (line: number) => void;
}

const ROOM = 14;

export function RuleText({ area, text, lines, onText, onLine }: RuleTextProps) {
  const gutter = useRef<HTMLDivElement>(null);
  const under = useRef<HTMLPreElement>(null);
  const rows = Math.max(ROOM, Math.min(32, lines.length + 1));
  return (
    <div className="rule-text">
      <div className="rule-gutter" aria-hidden="true">
        <div ref={gutter}>
          {lines.map(({ number, worst, findings }) => (
            <div
              key={number}
              className={worst}
              title={visible(findings.map((finding) => finding.message).join('\n'), true) || undefined}
            >
              {number}
            </div>
          ))}
        </div>
      </div>
      <div className="rule-paper">
        <pre ref={under} aria-hidden="true">
          {linesOf(text).map((line, i) => (
            <Marked key={i} text={text} line={line} at={lines[i]} />
          ))}
        </pre>
        <textarea
          ref={area}
          aria-label="Rules, one a line"
          aria-describedby="rules-help"
          value={text}
          rows={rows}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => {
            onText(event.target.value);
            onLine(placeOf(event.target.value, event.target.selectionStart).line);
          }}
          onSelect={(event) => onLine(placeOf(text, event.currentTarget.selectionStart).line)}
          onScroll={({ currentTarget: { scrollTop, scrollLeft } }) => {
            if (gutter.current) gutter.current.scrollTop = scrollTop;
            if (under.current) under.current.scrollTo(scrollLeft, scrollTop);
          }}
        />
      </div>
      <span id="rules-help" className="sr">
        Faults are listed beside the text; choosing one selects its place.
      </span>
    </div>
  );
}

/** A line with the words of its faults marked; nothing of it is seen but the marks. */
function Marked({
  text,
  line,
  at,
}: {
  readonly text: string;
  readonly line: string;
  readonly at: EditorLine | undefined;
}) {
  const finding = at?.findings.find((one) => one.severity === at.worst);
  if (!at || !finding) return <div>{line || ' '}</div>;
  const start = wordAt(text, at.number, 1)[0];
  const [from, to] = wordAt(text, at.number, finding.column).map((offset) => offset - start) as [number, number];
  return (
    <div>
      {line.slice(0, from)}
      <mark className={finding.severity}>{line.slice(from, to) || ' '}</mark>
      {line.slice(to)}
    </div>
  );
}

// Text of a log is hostile. React shows markup as text; this shows what would be invisible or would turn the line around:
// control characters, bidi controls, zero-width and line-separating characters, lone surrogates, each as a visible escape.
import { Fragment, useState } from 'react';

// C0 and C1 controls, soft hyphen, bidi and zero-width controls, line/paragraph separators, invisible operators, BOM,
// interlinear marks, the tag block's surrogate lead-ins, variation selectors, Hangul fillers, unpaired surrogates.
const UNSEEN =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each is meant by itself
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|\udb40[\udc00-\udfff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** One unseen character as an escape of JSON's kind: `\n`, `\t`, `\u202e`. */
function escapeOf(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  return [...character].map((c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`).join('');
}

/** `text` with each unseen character escaped: for names, titles, labels. `\n` stays when `lines`. */
export function visible(text: string, lines = false): string {
  return text.replace(UNSEEN, (c) => (lines && c === '\n' ? c : escapeOf(c)));
}

/** Text of the trail, its unseen characters as marked escapes. `lines` keeps line feeds (inside <pre>). */
export function Text({ value, lines = false }: { readonly value: string; readonly lines?: boolean }) {
  if (value.search(UNSEEN) < 0) return value;
  const parts: { readonly at: number; readonly text: string; readonly escaped: boolean }[] = [];
  let end = 0;
  for (const found of value.matchAll(UNSEEN)) {
    if (lines && found[0] === '\n') continue;
    if (found.index > end) parts.push({ at: end, text: value.slice(end, found.index), escaped: false });
    parts.push({ at: found.index, text: escapeOf(found[0]), escaped: true });
    end = found.index + found[0].length;
  }
  if (end < value.length) parts.push({ at: end, text: value.slice(end), escaped: false });
  return parts.map((part) =>
    part.escaped ? (
      <span key={part.at} className="unseen">
        {part.text}
      </span>
    ) : (
      <Fragment key={part.at}>{part.text}</Fragment>
    ),
  );
}

/** Characters of one text drawn at first: an event may hold megabytes. */
const MANY = 20_000;

/** Characters of one text in a cell or a headline, which others stand beside. */
const FEW = 300;

/** Characters of one command or path. */
const LINE = 1000;

/** Characters of a name that stays on one line where it can. */
const NAME = 60;

interface LongProps {
  readonly value: string;
  readonly lines?: boolean;
  /** Characters drawn at first. */
  readonly most?: number;
}

/** Long text of the trail: its beginning, and the rest when asked for. */
export function Long({ value, lines = false, most = MANY }: LongProps) {
  const [all, setAll] = useState(false);
  if (value.length <= most || all) return <Text value={value} lines={lines} />;
  return (
    <>
      <Text value={value.slice(0, most)} lines={lines} />…{' '}
      <button type="button" className="link" onClick={() => setAll(true)}>
        Show all {value.length.toLocaleString('en-US')} characters
      </button>
    </>
  );
}

/** Text beside other text: what is very long is folded. */
export const Folded = ({ value }: { readonly value: string }) => (
  <span className={value.length > NAME ? 'wrap' : undefined}>
    <Long value={value} most={FEW} />
  </span>
);

/** Text within a link or a label: what is very long ends early, and is told in full by hovering. */
export function Brief({ value }: { readonly value: string }) {
  if (value.length <= FEW) return <Text value={value} />;
  return (
    <span className="wrap" title={visible(value)}>
      <Text value={value.slice(0, FEW)} />…
    </span>
  );
}

interface CodeProps {
  readonly value: string;
  readonly block?: boolean;
  /** Within a link, where no button may stand. */
  readonly brief?: boolean;
  readonly label?: string;
}

/** Text of the trail in the fixed-width face; `block` as a scrollable block that keeps its lines. */
export function Code({ value, block = false, brief = false, label }: CodeProps) {
  if (!block) return <code dir="ltr">{brief ? <Brief value={value} /> : <Long value={value} most={LINE} />}</code>;
  return (
    <pre className="block" dir="ltr" tabIndex={0} role="region" aria-label={label ?? 'Text'}>
      <Long value={value} lines />
    </pre>
  );
}

/** A button that puts `value` on the clipboard and says so. */
export function CopyButton({ value, label = 'Copy' }: { readonly value: string; readonly label?: string }) {
  const [done, setDone] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setDone('Copied');
    } catch {
      setDone('Not allowed here');
    }
    setTimeout(() => setDone(''), 2000);
  };
  return (
    <button type="button" className="button small" onClick={copy}>
      <span aria-live="polite">{done || label}</span>
    </button>
  );
}

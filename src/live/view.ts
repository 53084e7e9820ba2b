// The live view as lines of text for a screen of any size: head, kinds, newest events in words, processes, filter, foot.
// It only draws; what the keys do is live.ts's.
import { cut, fromUtf8, type Paint, safeText, safeWord, widthOf, wrap } from '../base/index.ts';
import type { AuditEvent } from '../event/index.ts';
import { commandText, imageOf, userName, type Words } from '../explain/index.ts';
import { unstyled } from '../host/index.ts';
import type { LiveModel, Shown } from './model.ts';
import type { Size } from './screen.ts';

export interface ViewState {
  readonly paused: boolean;
  /** The filter as typed; `editing` while it is being typed. */
  readonly filter: string;
  readonly editing: boolean;
  readonly fault: string;
  readonly processes: boolean;
  readonly help: boolean;
  /** Rows above the newest event that is shown last. */
  readonly back: number;
  /** The selected row, counted from the newest; -1: none. */
  readonly selected: number;
  /** The event looked into, and how far it is scrolled. */
  readonly open: AuditEvent | undefined;
  readonly scroll: number;
}

/** Nothing pressed yet. */
export const AT_REST: ViewState = {
  paused: false,
  filter: '',
  editing: false,
  fault: '',
  processes: false,
  help: false,
  back: 0,
  selected: -1,
  open: undefined,
  scroll: 0,
};

export interface ViewFacts {
  /** Where the records come from: `beside auditd (pid 12)`. */
  readonly source: string;
  readonly lost: number;
  readonly missing: number;
  readonly backlog: number | undefined;
  readonly words: Words;
  /** An event as one line: time, words. Unicode; it is made safe here. */
  readonly sentence: (event: AuditEvent) => { readonly text: string; readonly failed: boolean };
  /** An event with every field, several lines. Latin1. */
  readonly detail: (event: AuditEvent) => string;
}

const BARS = '▁▂▃▄▅▆▇█';

/** The whole screen, exactly `height` lines of at most `width` columns. */
export function drawView(model: LiveModel, state: ViewState, facts: ViewFacts, { width, height }: Size): string[] {
  const { paint } = facts.words;
  const head = [headLine(model, state, paint, width), kindsLine(model, paint, width)];
  const foot = [inputLine(state, paint, width), footLine(facts, state, paint, width)];
  const room = Math.max(0, height - head.length - foot.length);
  const body = state.help
    ? helpLines(room, width)
    : state.open
      ? detailLines(state.open, state.scroll, facts, room, width)
      : mainLines(model, state, facts, room, width);
  while (body.length < room) body.push('');
  return [...head, ...body.slice(0, room), ...foot].slice(0, height);
}

function headLine(model: LiveModel, state: ViewState, paint: Paint, width: number): string {
  const rate = `${number(model.rate)} events/s`;
  const total = `${number(model.events)} events, ${number(model.records)} records`;
  const mark = state.paused ? ' PAUSED ' : '';
  const left = ` auspex watch  ${rate} `;
  const right = ` ${total} `;
  const room = width - widthOf(left) - widthOf(right) - widthOf(mark);
  const line = spark(model.rates, Math.max(0, Math.min(30, room - 2)));
  const fill = ' '.repeat(Math.max(0, room - widthOf(line)));
  return cutColoured(
    `${paint.bold(left)}${paint.cyan(line)}${fill}${paint.yellow(mark)}${right}`,
    left + line + fill + mark + right,
    width,
  );
}

/** A coloured line where it fits, else its plain text cut. */
const cutColoured = (coloured: string, plain: string, width: number): string =>
  widthOf(plain) <= width ? coloured : cut(plain, width);

export const number = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

function spark(rates: readonly number[], width: number): string {
  const shown = width > 0 ? rates.slice(-width) : [];
  const most = Math.max(1, ...shown);
  return shown.map((rate) => (rate === 0 ? ' ' : BARS[Math.min(7, Math.floor((rate / most) * 7.99))]!)).join('');
}

function kindsLine(model: LiveModel, paint: Paint, width: number): string {
  const kinds = [...model.kinds].sort((a, b) => b[1] - a[1]).slice(0, 12);
  const parts = kinds.map(
    ([kind, count]) => `${safeText(kind)} ${((100 * count) / Math.max(1, model.events)).toFixed(0)}%`,
  );
  return paint.dim(cut(` ${parts.join('  ')}`, width));
}

function mainLines(model: LiveModel, state: ViewState, facts: ViewFacts, room: number, width: number): string[] {
  if (!state.processes) return eventLines(model, state, facts, room, width);
  if (width >= 120) {
    const left = Math.floor(width * 0.6);
    const events = eventLines(model, state, facts, room, left - 1);
    const processes = processLines(model, facts, room, width - left - 1);
    return Array.from({ length: room }, (_, i) => {
      const line = events[i] ?? '';
      return `${line}${' '.repeat(Math.max(0, left - 1 - widthOf(unstyled(line))))}│ ${processes[i] ?? ''}`;
    });
  }
  const below = Math.max(3, Math.floor(room / 2));
  const events = eventLines(model, state, facts, room - below - 1, width);
  while (events.length < room - below - 1) events.push('');
  return [...events, facts.words.paint.dim('─'.repeat(width)), ...processLines(model, facts, below, width)];
}

function eventLines(model: LiveModel, state: ViewState, facts: ViewFacts, room: number, width: number): string[] {
  if (model.shown.length === 0)
    return [
      '',
      facts.words.paint.dim(
        cut(model.events === 0 ? '  Waiting for the first event …' : '  No event passes the filter yet.', width),
      ),
    ];
  const end = Math.max(0, model.shown.length - state.back);
  const rows = model.shown.slice(Math.max(0, end - room), end);
  return rows.map((shown, i) =>
    eventLine(shown, model.shown.length - (end - rows.length + i) - 1 === state.selected, facts, width),
  );
}

function eventLine({ event }: Shown, selected: boolean, facts: ViewFacts, width: number): string {
  const { text: words, failed } = facts.sentence(event);
  const text = cut(` ${safeText(fromUtf8(words))}`, width);
  const { paint } = facts.words;
  if (selected) return paint.reverse(`${text}${' '.repeat(Math.max(0, width - widthOf(text)))}`);
  return failed ? paint.red(text) : text;
}

function processLines(model: LiveModel, facts: ViewFacts, room: number, width: number): string[] {
  const { words } = facts;
  const rows = model.forest(room).map(({ life, depth, count }) => {
    const user = userName(words, life.euid >= 0 ? life.euid : life.uid);
    const left = `${count > 0 ? number(count).padStart(6) : '      '} ${String(life.pid).padStart(7)} ${cut(user, 10).padEnd(10)} `;
    const text = cut(`${left}${'  '.repeat(depth)}${commandText(imageOf(life))}`, width);
    return life.end === undefined ? text : words.paint.dim(text);
  });
  return rows.length > 0 ? rows : [words.paint.dim(cut('  no process has acted yet', width))];
}

function detailLines(event: AuditEvent, scroll: number, facts: ViewFacts, room: number, width: number): string[] {
  const text = facts
    .detail(event)
    .trimEnd()
    .split('\n')
    .flatMap((line) => wrap(safeText(line), width - 3).map((piece, i) => (i === 0 ? ` ${piece}` : `   ${piece}`)));
  return text.slice(Math.min(scroll, Math.max(0, text.length - 1)), scroll + room);
}

function helpLines(room: number, width: number): string[] {
  const text = [
    '',
    '  q            quit                 space  pause, go on',
    '  /            filter               Esc    back; clear the filter',
    '  up, down     choose an event      Enter  look into it',
    '  PgUp, PgDn   scroll               End    the newest again',
    '  p            processes            ?      this help',
    '',
    '  A filter is an expression of auspex search --where:',
    '    comm r= "\\"sshd\\""',
    '    \\record_type == USER_LOGIN',
    '    \\regexp /shadow/ || exit < 0',
    '  or any other words, which are then looked for in the records.',
  ];
  return text.slice(0, room).map((line) => cut(line, width));
}

function inputLine(state: ViewState, paint: Paint, width: number): string {
  if (state.fault) return paint.red(cut(` ${safeWord(state.fault)}`, width));
  const filter = safeText(state.filter);
  if (state.editing) return `${cut(` filter: ${filter}`, width - 1)}${paint.reverse(' ')}`;
  if (filter) return paint.yellow(cut(` filter: ${filter}`, width));
  return paint.dim(
    cut(
      state.open
        ? ' Esc back   PgUp PgDn scroll'
        : ' q quit   space pause   / filter   Enter look   p processes   ? help',
      width,
    ),
  );
}

function footLine(facts: ViewFacts, state: ViewState, paint: Paint, width: number): string {
  const { lost, missing, backlog, source } = facts;
  const left = ` ${safeWord(source)}`;
  const back = state.back > 0 ? `${state.back} newer below  ` : '';
  const right = `${back}lost ${number(lost)}  missing ${number(missing)}${backlog === undefined ? '' : `  backlog ${number(backlog)}`} `;
  const fill = ' '.repeat(Math.max(1, width - widthOf(left) - widthOf(right)));
  const bad = lost + missing > 0;
  return cutColoured(
    `${paint.dim(left)}${fill}${bad ? paint.red(right) : paint.dim(right)}`,
    left + fill + right,
    width,
  );
}

// The live view put together: events in, keys in, screens out, ten times a second at most.
import type { ReadStream } from 'node:tty';
import { firstLine, fromUtf8, utf8 } from '../base/index.ts';
import type { AuditEvent } from '../event/index.ts';
import type { ProcessHistory } from '../explain/index.ts';
import { type Key, readKeys } from './keys.ts';
import { LiveModel } from './model.ts';
import { Screen } from './screen.ts';
import { AT_REST, drawView, type ViewFacts, type ViewState } from './view.ts';

export interface LiveOptions {
  readonly input: ReadStream;
  readonly history: ProcessHistory;
  /** What the footer tells, asked before each drawing. */
  readonly facts: () => ViewFacts;
  /** An expression as a test of events; throws an Error whose message says what is wrong. */
  readonly compile: (expression: string) => (event: AuditEvent) => boolean;
  readonly filter: string;
}

const FRAME = 100;

type State = { -readonly [K in keyof ViewState]: ViewState[K] };

export class LiveView {
  readonly model: LiveModel;
  /** Settles when the user has had enough, or with the signal that is to end the program. */
  readonly done: Promise<NodeJS.Signals | undefined>;
  readonly #options: LiveOptions;
  readonly #screen: Screen;
  readonly #state: State = { ...AT_REST };
  readonly #timers: NodeJS.Timeout[] = [];
  #end: (signal?: NodeJS.Signals) => void = () => {};

  constructor(options: LiveOptions) {
    this.#options = options;
    this.model = new LiveModel(options.history);
    this.#screen = new Screen(
      1,
      options.input,
      () => this.#draw(),
      (signal) => this.#end(signal),
    );
    this.done = new Promise((resolve) => {
      this.#end = resolve;
    });
    if (options.filter !== '') this.#apply(options.filter);
  }

  open(): void {
    this.#screen.open((input) => {
      for (const key of readKeys(input)) this.#press(key);
      this.#draw();
    });
    this.#timers.push(
      setInterval(() => this.#frame(), FRAME),
      setInterval(() => this.model.tick(), 1000),
    );
  }

  push(event: AuditEvent): void {
    this.model.push(event);
  }

  /** The source has ended: what came stays to be looked at. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#screen.close();
  }

  #frame(): void {
    if (!this.#state.paused && this.#state.back === 0 && this.#state.selected < 0) this.model.settle();
    this.#draw();
  }

  #draw(): void {
    this.#screen.draw(drawView(this.model, this.#state, this.#options.facts(), this.#screen.size));
  }

  #press(key: Key): void {
    const state = this.#state;
    state.fault = '';
    if (key.kind === 'key' && key.name === 'interrupt') this.#end();
    else if (key.kind === 'key' && key.name === 'suspend') this.#screen.suspend();
    else if (state.editing) this.#edit(key);
    else if (key.kind === 'text') this.#command(key.text);
    else this.#move(key.name);
  }

  #command(text: string): void {
    const state = this.#state;
    if (text === 'q') {
      if (state.open || state.help) this.#back();
      else this.#end();
    } else if (text === ' ') state.paused = !state.paused;
    else if (text === '/') state.editing = true;
    else if (text === 'p') state.processes = !state.processes;
    else if (text === '?' || text === 'h') state.help = !state.help;
    else if (text === 'k') this.#move('up');
    else if (text === 'j') this.#move('down');
    else if (text === 'G') this.#move('end');
  }

  #back(): void {
    const state = this.#state;
    if (state.help) state.help = false;
    else if (state.open) state.open = undefined;
    else if (state.selected >= 0 || state.back > 0) {
      state.selected = -1;
      state.back = 0;
    } else this.#apply('');
  }

  #move(name: string): void {
    const state = this.#state;
    const page = Math.max(1, this.#screen.size.height - 6);
    const step = { up: 1, down: -1, 'page-up': page, 'page-down': -page }[name];
    if (name === 'escape') this.#back();
    else if (name === 'enter') this.#look();
    else if (name === 'end') {
      state.selected = -1;
      state.back = 0;
    } else if (step !== undefined && state.open) state.scroll = Math.max(0, state.scroll - step);
    else if (step !== undefined) this.#select(state.selected < 0 && step > 0 ? step - 1 : state.selected + step, page);
  }

  #select(row: number, page: number): void {
    const state = this.#state;
    state.selected = Math.min(row, this.model.shown.length - 1);
    if (state.selected < 0) {
      state.selected = -1;
      state.back = 0;
      return;
    }
    const room = Math.max(1, page - (state.processes ? Math.floor(page / 2) : 0));
    if (state.selected < state.back) state.back = state.selected;
    if (state.selected >= state.back + room) state.back = state.selected - room + 1;
  }

  #look(): void {
    const state = this.#state;
    const row = Math.max(0, state.selected);
    const shown = this.model.shown.at(-1 - row);
    if (!shown || state.open) return;
    state.selected = row;
    state.open = shown.event;
    state.scroll = 0;
  }

  #edit(key: Key): void {
    const state = this.#state;
    if (key.kind === 'text') state.filter += fromUtf8(key.text);
    else if (key.name === 'backspace') state.filter = fromUtf8(utf8(state.filter).slice(0, -1));
    else if (key.name === 'clear') state.filter = '';
    else if (key.name === 'enter') this.#apply(state.filter);
    else if (key.name === 'escape') this.#apply('');
  }

  #apply(filter: string): void {
    const state = this.#state;
    state.editing = false;
    try {
      this.model.filter(filter.trim() === '' ? () => true : this.#options.compile(filter));
      state.filter = filter;
      state.selected = -1;
      state.back = 0;
    } catch (error) {
      state.fault = firstLine((error as Error).message);
      state.editing = true;
      state.filter = filter;
    }
  }
}

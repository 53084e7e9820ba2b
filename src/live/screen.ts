// The terminal as a screen of lines: the alternate screen, raw mode, and drawing only what changed. Whatever ends the
// program (a key, a signal, an exception), the terminal is given back as it was. A signal is told: it ends nothing here.
import { writeSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import { fromUtf8 } from '../base/index.ts';
import { forTerminal } from '../host/index.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J';
const LEAVE = '\x1b[0m\x1b[?25h\x1b[?1049l';
const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

export class Screen {
  readonly #out: number;
  readonly #input: ReadStream;
  readonly #resized: () => void;
  readonly #signalled: (signal: NodeJS.Signals) => void;
  #lines: string[] = [];
  #open = false;
  readonly #leave = (): void => this.close();
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.close();
    this.#signalled(signal);
  };
  readonly #onContinue = (): void => this.#enter();

  /** `out` is the terminal's descriptor; `signalled` is told of the signal that is to end the program. */
  constructor(out: number, input: ReadStream, resized: () => void, signalled: (signal: NodeJS.Signals) => void) {
    this.#signalled = signalled;
    this.#out = out;
    this.#input = input;
    this.#resized = resized;
  }

  get size(): Size {
    const { columns, rows } = process.stdout;
    return { width: columns || 80, height: rows || 24 };
  }

  open(keys: (input: string) => void): void {
    this.#enter();
    process.on('exit', this.#leave);
    process.on('SIGCONT', this.#onContinue);
    for (const signal of SIGNALS) process.once(signal, this.#onSignal);
    process.stdout.on('resize', this.#redraw);
    this.#input.setEncoding('utf8').on('data', keys);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    process.off('exit', this.#leave);
    process.off('SIGCONT', this.#onContinue);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
    process.stdout.off('resize', this.#redraw);
    this.#give();
    this.#input.pause();
  }

  /** Gives the terminal back and stops, as Ctrl-Z does; goes on when continued. */
  suspend(): void {
    this.#give();
    process.kill(process.pid, 'SIGSTOP');
  }

  /** Shows lines (Unicode, styled by `ownPaint`), at most as many as the screen has; only those that changed are sent. */
  draw(lines: readonly string[]): void {
    if (!this.#open) return;
    let text = '';
    const { height } = this.size;
    for (let row = 0; row < height; row++) {
      const line = lines[row] ?? '';
      if (line === this.#lines[row]) continue;
      text += `\x1b[${row + 1};1H${forTerminal(fromUtf8(line.replace(/[\n\t]/g, ' ')))}\x1b[0m\x1b[K`;
      this.#lines[row] = line;
    }
    if (text !== '') this.#write(text);
  }

  readonly #redraw = (): void => {
    this.#lines = [];
    this.#write('\x1b[2J');
    this.#resized();
  };

  #enter(): void {
    this.#open = true;
    this.#lines = [];
    this.#input.setRawMode(true);
    this.#input.resume();
    this.#write(ENTER);
    this.#resized();
  }

  #give(): void {
    try {
      this.#input.setRawMode(false);
    } catch {
      // the terminal is gone
    }
    this.#write(LEAVE);
  }

  #write(text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0, tries = 0; at < bytes.length && tries < 200; ) {
      try {
        at += writeSync(this.#out, bytes, at);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return; // the terminal is gone
        tries++;
      }
    }
  }
}

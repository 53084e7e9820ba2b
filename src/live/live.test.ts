// The live screen’s model, picture and keys, without a terminal.
import { describe, expect, it } from 'vitest';
import { plainPaint, widthOf } from '../base/index.ts';
import { readEvents } from '../event/index.ts';
import { plainWords } from '../explain/index.ts';
import { TrailWriter } from '../explain/trail.fixture.ts';
import { readKeys } from './keys.ts';
import { LiveModel } from './model.ts';
import { AT_REST, drawView, type ViewFacts, type ViewState } from './view.ts';

const sh = { pid: 10, ppid: 1, comm: 'sh' };

function trail(count: number): Uint8Array {
  const writer = new TrailWriter();
  for (let i = 0; i < count; i++) writer.call(i, sh, i % 3 === 0 ? 59 : 39, [], i % 5 === 0 ? -13 : 0);
  return writer.bytes;
}

const facts: ViewFacts = {
  source: 'a test',
  lost: 0,
  missing: 3,
  backlog: 12,
  words: { ...plainWords, paint: plainPaint },
  sentence: (event) => ({ text: `event ${event.serial} \x1b[31m漢字 ${'x'.repeat(200)}`, failed: false }),
  detail: (event) => event.records.map((_, i) => `record ${i} \x1b]0;evil\x07`).join('\n'),
};

describe('the live model', () => {
  it('counts every event whatever it keeps to show', () => {
    const model = new LiveModel();
    for (const event of readEvents([trail(5000)])) model.push(event);
    model.settle();
    expect(model.events).toBe(5000);
    expect(model.matched).toBe(5000);
    expect(model.kinds.get('execve')).toBe(1667);
    expect(model.shown.length).toBeLessThan(5000);
    expect(model.shown.at(-1)!.number).toBe(5000);
    model.tick();
    expect(model.rate).toBe(5000);
  });

  it('filters what is shown, and what is shown already', () => {
    const model = new LiveModel();
    const events = readEvents([trail(60)]);
    for (const event of events.slice(0, 30)) model.push(event);
    model.filter((event) => event.serial % 2 === 0);
    for (const event of events.slice(30)) model.push(event);
    model.settle();
    expect(model.shown.every(({ event }) => event.serial % 2 === 0)).toBe(true);
    expect(model.shown).toHaveLength(30);
    expect(model.events).toBe(60);
  });

  it('knows the busiest processes with their ancestors', () => {
    const model = new LiveModel();
    const child = { pid: 11, ppid: 10, comm: 'busy' };
    const writer = new TrailWriter().exec(0, sh, ['sh']).fork(1, sh, 11).exec(2, child, ['busy', '-x']);
    for (let i = 3; i < 50; i++) writer.call(i, child, 39, [], 0);
    for (const event of readEvents([writer.bytes])) model.push(event);
    expect(model.forest(10).map(({ life, depth }) => [life.pid, depth])).toEqual([
      [10, 0],
      [11, 1],
    ]);
  });
});

describe('the live view', () => {
  const model = new LiveModel();
  for (const event of readEvents([trail(100)])) model.push(event);
  model.settle();
  const shown = model.shown.at(-1)!.event;
  const states: Partial<ViewState>[] = [
    {},
    { processes: true },
    { help: true },
    { open: shown },
    { editing: true, filter: 'a' },
    { selected: 2 },
    { paused: true },
  ];

  it.each([
    [80, 24],
    [40, 10],
    [200, 60],
    [20, 4],
  ])('fills a screen of %i by %i exactly, in every AT_REST, with nothing a terminal would obey', (width, height) => {
    for (const more of states) {
      const lines = drawView(model, { ...AT_REST, ...more }, facts, { width, height });
      expect(lines).toHaveLength(height);
      for (const line of lines) {
        const plain = line.replace(/\x1b\[27?m/g, '').replace(/\x1b\[7m/g, '');
        expect(plain).not.toMatch(/[\x00-\x1f]/);
        expect(widthOf(plain)).toBeLessThanOrEqual(width);
      }
    }
  });

  it('tells losses in the footer', () => {
    const lines = drawView(model, AT_REST, facts, { width: 80, height: 24 });
    expect(lines.at(-1)).toMatch(/a test.*lost 0 {2}missing 3 {2}backlog 12/);
  });
});

describe('keys', () => {
  it('are read from what terminals send', () => {
    const names = readKeys('a\x1b[A\x1bOB\x1b[5~\x1b\r\x7f\x03é').map((key) =>
      key.kind === 'text' ? key.text : key.name,
    );
    expect(names).toEqual(['a', 'up', 'down', 'page-up', 'escape', 'enter', 'backspace', 'interrupt', 'é']);
  });
});

// The option reader against the habits of the classic tools and of modern ones.
import { describe, expect, it } from 'vitest';
import { helpText, optionTable, parseOptions } from './options.ts';

const table = optionTable({
  tool: 'tool',
  summary: 'Does things.',
  usage: ['[options] [FILE …]', '--version'],
  options: [
    {
      name: 'start',
      forms: ['-ts', '--start'],
      value: 'DATE [TIME]',
      max: 2,
      takes: (w) => /^\d/.test(w),
      help: 'from when',
    },
    { name: 'key', forms: ['-k', '--key'], value: 'KEY', help: 'with this key', group: 'Search' },
    { name: 'debug', forms: ['--debug'], help: 'say more' },
    { name: 'colour', forms: ['--colour'], value: 'WHEN', min: 0, max: 1, help: 'colour' },
  ],
});
const read = (...argv: string[]) => parseOptions(table, argv);

describe('options', () => {
  it('reads switches, values, optional second values, words and order', () => {
    const p = read('-ts', '1.1.2021', '12:00:00', 'file', '--debug', '-k', '-odd', '--key=two', '--', '-x');
    expect(p.given.map((g) => [g.name, g.form, g.values, g.at])).toEqual([
      ['start', '-ts', ['1.1.2021', '12:00:00'], 0],
      ['debug', '--debug', [], 4],
      ['key', '-k', ['-odd'], 5],
      ['key', '--key', ['two'], 7],
    ]);
    expect(p.words).toEqual(['file', '-x']);
    expect(p.value('key')).toBe('two');
    expect(p.values('key')).toEqual(['-odd', 'two']);
    expect([p.has('debug'), p.has('colour'), p.value('start')]).toEqual([true, false, '1.1.2021']);
  });

  it('lets takes() decide whether a further word belongs to the option', () => {
    expect(read('-ts', 'today', 'file').words).toEqual(['file']);
    expect(read('--colour', '--debug').given.map((g) => g.name)).toEqual(['colour', 'debug']);
    expect(read('--colour', 'never').value('colour')).toBe('never');
    expect(read('-').words).toEqual(['-']);
  });

  it.each([
    [['--debg', 'x'], /no option `--debg` \(did you mean "--debug"/],
    [['-k'], /`-k` needs a value: KEY/],
    [['--debug=1'], /`--debug` takes no value/],
  ])('refuses %j', (argv, message) => {
    expect(() => read(...argv)).toThrow(message);
    expect(() => read(...argv)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('refuses a word too many', () => {
    expect(() => parseOptions({ ...table, words: 1 }, ['a', 'b'])).toThrow(/`b`/);
  });

  it('writes --help from the table', () => {
    expect(helpText(table)).toBe(
      [
        'usage: tool [options] [FILE …]',
        '       tool --version',
        '',
        'Does things.',
        '',
        'Options:',
        '  -ts, --start DATE [TIME]  from when',
        '  --debug                   say more',
        '  --colour WHEN             colour',
        '',
        'Search:',
        '  -k, --key KEY             with this key',
        '',
      ].join('\n'),
    );
  });
});

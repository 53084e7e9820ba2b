// What is harmful on a terminal, how it is spelled, and that style is only ours. The judge is Unicode's list of what is not
// seen, by number; the pattern in harm.ts is by property.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHarmless } from '../../test/cli/hostile.fixture.ts';
import { expectLinear } from '../../test/growth.fixture.ts';
import { spelledBytes, spelledOut, styledBytes } from './harm.ts';
import { jsonText, paintWith } from './terminal.ts';

const bytes = fc.uint8Array({ maxLength: 60 }).map((data) => Buffer.from(data).toString('latin1'));
/** Texts in which what is harmful is likely. */
const hostile = fc
  .array(
    fc.oneof(
      bytes,
      fc.constantFrom(
        '\x1b[31m',
        '\xe2\x80\xae',
        '\xc2\x9b',
        '\xf3\xa0\x81\x81',
        '\xcc\x81',
        'a',
        '=',
        '\n',
        '\xe2',
        '\x80',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }).map((text) => Buffer.from(text).toString('latin1')),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const hidden = (text: string): string[] => [...text].filter((character) => !isHarmless(character.codePointAt(0)!));
const decode = (latin1: string): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(latin1, 'latin1'));

describe('what goes to a terminal', () => {
  const mark = '\x1b0123456789abcdef[';
  const styled = styledBytes(mark);

  it('is UTF-8 without anything that is obeyed or hidden, in each spelling', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('octal', 'unicode', 'json'), (text, spelling) => {
        const shown = decode(styled(text, spelling));
        expect(hidden(shown)).toEqual([]);
        expect(shown).not.toMatch(/[^\p{L}\p{N}\p{M}]\p{M}|\p{M}{5}/u);
        expect(styled(styled(text, spelling), spelling)).toBe(styled(text, spelling));
      }),
    );
  });

  it('keeps newlines, tabs and what people write', () => {
    const text =
      'a\tb\nna\xc3\xafve \xe6\xbc\xa2\xe5\xad\x97 e\xcc\x81 \xf0\x9f\x98\x80 \xd7\xa9\xd6\xb8\xd7\x9c \xe0\xa4\xb9\xe0\xa4\xbf';
    expect(styled(text, 'octal')).toBe(text);
  });

  it('has our style, and no other', () => {
    const text = paintWith(mark).red('x \x1b[31m \x1b[');
    expect(styled(text, 'unicode')).toBe('\x1b[31mx \\e[31m \\e[\x1b[39m');
    expect(styled('\x1b0123456789abcdee[31m', 'unicode')).toBe('\\e0123456789abcdee[31m');
    expect(styled(`${mark}31;1Hx`, 'unicode')).not.toContain('\x1b');
  });

  it('says which bytes they were, in octal as `printf` reads it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = spelledBytes(text.replaceAll('\\', '/'), 'octal');
        const back = Buffer.from(shown)
          .toString('latin1')
          .replace(/\\([0-7]{3})/g, (_, byte) => String.fromCharCode(Number.parseInt(byte, 8)));
        expect(back).toBe(text.replaceAll('\\', '/'));
      }),
    );
  });
});

describe('spellings', () => {
  it('tell a byte that is no UTF-8 from a character of that number', () => {
    expect(spelledBytes('\x9b', 'unicode')).toBe('\\x9b');
    expect(spelledBytes('\xc2\x9b', 'unicode')).toBe('\\u009b');
    expect(spelledBytes('\xf3\xa0\x81\x81', 'unicode')).toBe('\\u{e0041}');
  });

  it('of JSON are the same data', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = jsonText({ [text]: text });
        expect(hidden(json)).toEqual([]);
        expect(JSON.parse(json)).toEqual({ [text]: text });
      }),
    );
  });

  it('of a line leave no line break', () => {
    expect(spelledOut('a\nb\tc\rd', 'unicode')).toBe('a\\nb\\tc\\rd');
  });
});

describe('the work', () => {
  it('grows with the text, whatever it is', async () => {
    for (const unit of ['\xcc\x81', 'a\xcc\x81', '\xe2\x80\x8b\xcc\x81', '\x1b[', '\xff', 'a\xff\xc3\xa9'])
      await expectLinear(`spelling ${JSON.stringify(unit)}`, (text: string) => spelledBytes(text, 'octal'), {
        n: 20_000,
        make: (n) => unit.repeat(n),
      });
  });
});

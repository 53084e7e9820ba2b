// Hostile text on its way to a terminal: what a terminal would obey never passes; widths, cuts and colours.
import { describe, expect, it } from 'vitest';
import { ansiPaint, commandLine, cut, safeText, widthOf } from './terminal.ts';

describe('safeText', () => {
  it('leaves nothing in a text that a terminal would obey', () => {
    let all = '';
    for (let i = 0; i < 256; i++) all += String.fromCharCode(i);
    const bidi = '\xe2\x80\xae'; // U+202E as UTF-8 bytes
    const shown = safeText(`${all}${bidi}`);
    expect(shown).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
    expect(shown).toContain('\\e');
    expect(shown).toContain('\\u202e');
  });

  it('keeps readable text as it is', () => {
    expect(safeText('/usr/bin/na\xc3\xafve')).toBe('/usr/bin/naïve');
  });
});

describe('commandLine', () => {
  it('quotes what would mislead', () => {
    expect(commandLine(['sh', '-c', "echo 'a b'", ''])).toBe("sh -c 'echo '\\''a b'\\''' ''");
    expect(commandLine(['x\ny'])).toBe('x\\ny');
  });
});

describe('cut', () => {
  it('never takes more columns than given', () => {
    for (let width = 0; width < 12; width++) expect(widthOf(cut('abc漢字def😀', width))).toBeLessThanOrEqual(width);
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
  });
});

describe('paint', () => {
  it('ends each colour it begins', () => {
    expect(ansiPaint.red('x')).toBe('\x1b[31mx\x1b[39m');
    expect(ansiPaint.red('')).toBe('');
  });
});

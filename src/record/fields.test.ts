// A record’s fields: order, nested messages, the enriched tail, and offsets that any text is rebuilt from.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFields } from './fields.ts';

const pairs = (text: string) => parseFields(text).map((f) => [f.name, f.value]);

describe('parseFields', () => {
  it('keeps order, repeats, quotes, empty and (null) values', () => {
    expect(pairs('a=1 uid=0 comm="x y" uid=5 key=(null) t= exe=?')).toEqual([
      ['a', '1'],
      ['uid', '0'],
      ['comm', '"x y"'],
      ['uid', '5'],
      ['key', '(null)'],
      ['t', ''],
      ['exe', '?'],
    ]);
  });

  it('opens a nested message and the enriched tail', () => {
    const fields = parseFields('pid=1 msg=\'op=login acct="root" res=success\'\x1dUID="root" AUID="unset"');
    expect(fields.map((f) => [f.part, f.name])).toEqual([
      ['body', 'pid'],
      ['body', 'msg'],
      ['message', 'op'],
      ['message', 'acct'],
      ['message', 'res'],
      ['enriched', 'UID'],
      ['enriched', 'AUID'],
    ]);
  });

  it('joins words to the value before them and lets words before any field stand alone', () => {
    expect(pairs('op=adding user id=5')).toEqual([
      ['op', 'adding user'],
      ['id', '5'],
    ]);
    expect(pairs('avc:  denied  { read } for  pid=1 comm="a"').slice(-2)).toEqual([
      ['pid', '1'],
      ['comm', '"a"'],
    ]);
  });

  it('gives offsets from which any text is rebuilt', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a1= "\'\x1d,{}\n\0é') }), (text) => {
        for (const field of parseFields(text)) {
          expect(text.slice(field.end - field.value.length, field.end)).toBe(field.value);
          expect(text.startsWith(field.name, field.start)).toBe(true);
          expect(field.end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});

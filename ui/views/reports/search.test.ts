// Cells of reports as expressions that the search understands.
import { expect, it } from 'vitest';
import { parseExpression } from '../../../src/query/index.ts';
import { searchFor } from './search.ts';

it('makes expressions the search understands, whatever stands in the cell', () => {
  for (const cell of ['/usr/bin/ps', 'a "quoted" \\ name', 'x && y', '\u202e<b>']) {
    const q = new URL(searchFor('exe', cell)!, 'http://x').searchParams.get('q')!;
    expect(() => parseExpression(q)).not.toThrow();
  }
  expect(new URL(searchFor('key', 'kill')!, 'http://x').searchParams.get('q')).toBe('key i= "kill"');
});

it('links nothing where the cell names no field, or nobody', () => {
  expect([
    searchFor('count', '5'),
    searchFor('auid', '(invalid user)'),
    searchFor('host', '?'),
    searchFor('exe', ''),
  ]).toEqual([undefined, undefined, undefined, undefined]);
});

// GET /api/facets and /api/histogram: what there is to click on, and when it happened.

import { z } from 'zod';
import { type Column, type Count, FACETS, NUMBERS } from '../../store/index.ts';
import { FacetReply, Histogram } from '../contract.ts';
import { Fault } from '../fault.ts';
import { narrowing, text, whole } from '../inputs.ts';
import { selectionOf } from '../narrow.ts';
import { route } from '../route.ts';
import { histogramOf } from '../series.ts';
import { userNames } from '../user-names.ts';
import { shown } from '../words.ts';

const COLUMNS: readonly Column[] = [...FACETS, ...NUMBERS];
const column = z.enum(COLUMNS);

const facets = route({
  method: 'get',
  path: '/facets',
  summary: 'The most frequent values of columns',
  query: z.strictObject({
    ...narrowing,
    columns: text(200).describe(`Names parted by commas, of: ${COLUMNS.join(', ')}`),
    limit: whole(1, 1000).optional(),
  }),
  reply: FacetReply,
  async run({ query, console, signal }): Promise<FacetReply> {
    const { columns, limit = 10, ...narrowed } = query;
    const selection = selectionOf(narrowed, console.now());
    const names = [...new Set(columns.split(','))].map(columnNamed);
    const found: FacetReply['facets'][number][] = [];
    for (const name of names) {
      const counts = await console.store.facet(name, limit, selection, signal);
      const ids = counts.map(({ value }) => value).filter((value) => typeof value === 'number');
      const users = name === 'auid' || name === 'uid' ? await userNames(console, name, ids, signal) : undefined;
      found.push({ column: name, values: counts.map((one) => facetValue(one, users)) });
    }
    return { total: await console.store.count(selection, signal), facets: found };
  },
});

function columnNamed(name: string): Column {
  const known = COLUMNS.find((one) => one === name);
  if (known) return known;
  throw new Fault(400, 'bad-parameter', `Cannot answer: there is no column \`${name}\``, { parameter: 'columns' });
}

function facetValue(
  { value, count }: Count,
  users: ReadonlyMap<number, string> | undefined,
): FacetReply['facets'][number]['values'][number] {
  const label = typeof value === 'number' ? users?.get(value) : undefined;
  return { value: shown(String(value ?? '')), count, ...(label !== undefined && { label }) };
}

const histogram = route({
  method: 'get',
  path: '/histogram',
  summary: 'Counts over time',
  query: z.strictObject({ ...narrowing, buckets: whole(1, 1000).optional(), by: column.optional() }),
  reply: Histogram,
  async run({ query, console, signal }): Promise<Histogram> {
    const { buckets = 60, by, ...narrowed } = query;
    return histogramOf(console.store, selectionOf(narrowed, console.now()), { buckets, by }, signal);
  },
});

export const facetRoutes = [facets, histogram];

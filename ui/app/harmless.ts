// What an address from outside may ask for at once: times and columns narrow no more than a click would, and cost no more than
// the view without them. Everything else (an expression, a path, a process) waits for the viewer's word (outside.tsx).
import { COLUMNS } from '../views/events/narrow.ts';

const HARMLESS: ReadonlySet<string> = new Set(['since', 'until', 'live', 'cols', ...COLUMNS]);

/** Whether a parameter of an address is taken as it is. */
export const isHarmless = (name: string): boolean => HARMLESS.has(name);

/** Whether a query has any other. */
export const asksMore = (query: URLSearchParams): boolean => [...query.keys()].some((name) => !isHarmless(name));

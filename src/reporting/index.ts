// The public face of reporting (`auspex/reporting`): what is asked of a trail for a report, and the tables that come of it.
export * from './question.ts';
export * from './tables.ts';

// The public face of query (`auspex/query`).
export { parseExpression, parseRecordExpression } from './expression/index.ts';
export * from './matcher.ts';
export { type Pattern, PatternError, patternTest, readPattern } from './pattern/index.ts';
export * from './predicate.ts';

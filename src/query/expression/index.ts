// The expression language of ausearch-expression(5): its text as a predicate.

export { parseExpression, parseRecordExpression } from './parse.ts';

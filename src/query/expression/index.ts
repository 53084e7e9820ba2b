export { parseExpression, parseRecordExpression } from './parse.ts';
export { PatternError, posixPattern } from './regexp.ts';

// The public face of rule (`auspex/rule`): rule text <-> tree <-> kernel bytes.
export * from './bytes.ts';
export * from './check.ts';
export * from './command.ts';
export * from './conditions.ts';
export * from './explain.ts';
export type { CheckOptions, Finding } from './finding.ts';
export * from './merge.ts';
export * from './parse.ts';
export * from './plan.ts';
export * from './rule.ts';
export * from './ruleset.ts';
export * from './simulate.ts';
export * from './text.ts';
export { type RuleContext, readField } from './values.ts';
export * from './words.ts';

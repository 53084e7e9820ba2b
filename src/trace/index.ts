// Run a command and see all that its process tree does (`auspex/trace`).
export * from './call.ts';
export * from './classes.ts';
export { type ClassicResult, classicRules, classicTrace } from './classic.ts';
export * from './count.ts';
export * from './line.ts';
export { TRACE_KEY } from './rules.ts';
export { type TraceOptions, type TraceResult, trace } from './session.ts';

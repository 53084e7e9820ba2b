// The public face of report (`auspex/report`).
export { type Activity, ActivityCounter, type CallCount, commandLine } from './activity/activity.ts';
export type { FileUse } from './activity/files.ts';
export * from './activity/json.ts';
export type * from './activity/select.ts';
export { StraceActivity } from './activity/strace.ts';
export * from './activity/text.ts';
export * from './classic.ts';
export * from './facts/extract.ts';
export * from './facts/facts.ts';
export * from './overview.ts';
export * from './registry.ts';
export * from './report.ts';
export * from './tally.ts';

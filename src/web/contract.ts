// What the console's server answers. Each reply is one zod shape: the type that the page shares (type-only imports: the
// page gets no zod) and the schema in the OpenAPI document are both made of it. Text is Unicode as JSON has it: bytes of a
// log that are no UTF-8 are shown as `\xff`, and their exact bytes stand beside (docs/json.md). Nothing here is escaped
// for HTML: who shows it does so. Times are RFC 3339 in UTC, or seconds since 1970 where a number says `Seconds`.

export * from './contract/answers.ts';
export * from './contract/events.ts';
export * from './contract/overview.ts';
export * from './contract/processes.ts';
export * from './contract/rules.ts';
export type { Unread } from './contract/unread.ts';

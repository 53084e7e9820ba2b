// strace logs: lines, calls, and the words of their arguments.
export * from './line.ts';
export * from './reader.ts';
export * from './words.ts';

// The public face of event (`auspex/event`).
export * from './assemble.ts';
export * from './event.ts';
export * from './execve.ts';
export * from './problems.ts';
export * from './read.ts';

// This machine, as the rest of the house asks about it.
export * from './accounts.ts';
export * from './faults.ts';
export * from './files.ts';
export * from './login.ts';
export * from './machine.ts';
export * from './network.ts';
export * from './proc.ts';
export * from './terminal.ts';
export * from './thread.ts';
export * from './time.ts';
export * from './worker.ts';

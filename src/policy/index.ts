// The public face of policy (`auspex/policy`): the rules of this machine, read, planned, applied, tried on a trail.
export * from './arguments.ts';
export * from './change.ts';
export * from './context.ts';
export * from './recorded-call.ts';
export * from './sources.ts';
export * from './trail.ts';

// The C library: the only folder that touches koffi.
export * from './accounts.ts';
export * from './datagram.ts';
export * from './files.ts';
export * from './load.ts';
export * from './locale.ts';
export * from './netlink.ts';
export * from './process.ts';

// The public face of normalize (`auspex/normalize`).

export { fileKind } from './files.ts';
export { type NormalizeOptions, normalize } from './normalize.ts';
export { absolutePath, classicPath } from './path.ts';
export { callName } from './syscall.ts';
export type * from './types.ts';

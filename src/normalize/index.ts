// The public face of normalize (`auspex/normalize`).

export { actorFields } from './actor.ts';
export { fileKind } from './files.ts';
export { normalize } from './normalize.ts';
export { absolutePath, classicPath } from './path.ts';
export { callName } from './syscall.ts';
export type * from './types.ts';

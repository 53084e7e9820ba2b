// Talk to the kernel (`auspex/kernel`).

export { errnoOf } from '../libc/index.ts';
export { Capture, openCapture } from './capture.ts';
export type { CaptureBatch, CaptureOptions, CaptureStats } from './capture-types.ts';
export * from './client.ts';
export * from './errors.ts';
export * from './frame.ts';
export * from './listen.ts';
export { SerialWatch } from './pack.ts';
export * from './structs.ts';
export * from './undo.ts';
export * from './user.ts';

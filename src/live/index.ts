// The public face of live (`auspex/live`).
export * from './keys.ts';
export * from './live.ts';
export * from './model.ts';
export * from './screen.ts';
export * from './view.ts';

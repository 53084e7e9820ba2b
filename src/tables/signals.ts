// Signals and capabilities: numbers <-> names (asm-generic/signal.h, linux/capability.h).
import { capabilities as packedCapabilities } from './capabilities.gen.ts';
import { signals as packedSignals } from './signals.gen.ts';
import { type Table, table } from './table.ts';

/** Signals 0-31, spelled `SIGKILL`; 0 is `SIG0`. */
export const signals: Table = table(packedSignals);

/** `SIGKILL` for 9; undefined from 32 on (real-time signals have no name here). */
export const signalName = (number: number): string | undefined => signals.name(number);

/** 9 for `SIGKILL` or `KILL`. */
export const signalNumber = (name: string): number | undefined => signals.number(name) ?? signals.number(`SIG${name}`);

/** Capabilities by bit, spelled without `CAP_`, in lower case: `net_admin`. */
export const capabilities: Table = table(packedCapabilities);

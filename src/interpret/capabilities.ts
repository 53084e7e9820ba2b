// Capabilities: one by its number, a set by its bits (linux/capability.h).

import { capabilities } from '../tables/signals.ts';
import type { Kind } from './context.ts';
import { choice, numberKind } from './flags.ts';

/** `cap_fp=00000000a80425fb`: the names of the bits; bits above the last capability are not shown. */
export const capabilitySet: Kind = numberKind(16, (bits) => {
  const names: string[] = [];
  for (const [bit, name] of capabilities.entries()) if ((bits >> BigInt(bit)) & 1n) names.push(name);
  return names.join(',') || 'none';
});

/** `capability=12`. */
export const capability: Kind = choice(10, capabilities, (value) => `unknown-capability(${value})`);

/** As an argument of prctl(2). */
export const hexCapability: Kind = choice(16, capabilities, (value) => `unknown-capability(0x${value})`);

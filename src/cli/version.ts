// The package's own version, as package.json beside src/ and dist/ says.
import { readFileSync } from 'node:fs';

/** The audit-userspace version whose options and output the classic tools have; what their `-v` prints. */
export const INTERFACE = '4.2.2';

/** `0.1.0`. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

// The two ABIs of one machine: a rule without an arch means its numbers on both, and most calls have two numbers.
import { type Arch, compatArch, syscallName, syscallNumber } from '../tables/index.ts';

/** Whether a name stands for another number on the 32-bit side of the same machine. */
export function differs(table: Arch, name: string): boolean {
  const compat = compatArch(table);
  if (compat === undefined || /^\d/.test(name)) return false;
  return syscallNumber(compat, name.toLowerCase()) !== syscallNumber(table, name.toLowerCase());
}

/** `62 is kill on x86_64 but ustat on i386`: what the numbers of a rule without an arch are to 32-bit programs. */
export function mismatches(chosen: 'all' | ReadonlySet<number> | undefined, host: Arch): string {
  const compat = compatArch(host);
  const name = (arch: Arch, n: number) => syscallName(arch, n) ?? 'no call';
  if (compat === undefined || chosen === undefined || chosen === 'all')
    return 'the numbers are other calls for the other ABI';
  return [...chosen]
    .filter((n) => name(compat, n) !== name(host, n))
    .slice(0, 3)
    .map((n) => `${n} is ${name(host, n)} on ${host} but ${name(compat, n)} on ${compat}`)
    .join(', ');
}

// Machines: AUDIT_ARCH_* numbers of records and rules (linux/audit.h) <-> the names the tools print and take,
// what `uname -m` calls them, and which system call table is theirs. It does not ask which machine this is: callers say.

/** A system call table. `arm` is little endian (printed as `armeb`, as the classic tools do); `uring` is io_uring's. */
export type Arch =
  | 'x86_64'
  | 'i386'
  | 'x32'
  | 'aarch64'
  | 'arm'
  | 'ppc64'
  | 'ppc64le'
  | 'ppc'
  | 's390'
  | 's390x'
  | 'riscv32'
  | 'riscv64'
  | 'uring';

interface ArchFacts {
  /** AUDIT_ARCH_*: ELF machine, 0x80000000 for 64 bit, 0x40000000 for little endian. */
  readonly number?: number;
  /** The name the classic tools print. */
  readonly printed: string;
  readonly bits?: 32 | 64;
  /** The 32-bit table that a 64-bit machine also runs. */
  readonly compat?: Arch;
}

const ARCHES: Readonly<Record<Arch, ArchFacts>> = {
  x86_64: { number: 0xc000003e, printed: 'x86_64', bits: 64, compat: 'i386' },
  i386: { number: 0x40000003, printed: 'i386', bits: 32 },
  x32: { printed: 'x32', bits: 64 }, // its records carry x86_64's number; system calls have bit 30 set
  aarch64: { number: 0xc00000b7, printed: 'aarch64', bits: 64, compat: 'arm' },
  arm: { number: 0x40000028, printed: 'armeb', bits: 32 },
  ppc64: { number: 0x80000015, printed: 'ppc64', bits: 64, compat: 'ppc' },
  ppc64le: { number: 0xc0000015, printed: 'ppc64le', bits: 64 },
  ppc: { number: 0x00000014, printed: 'ppc', bits: 32 },
  s390x: { number: 0x80000016, printed: 's390x', bits: 64, compat: 's390' },
  s390: { number: 0x00000016, printed: 's390', bits: 32 },
  riscv64: { number: 0xc00000f3, printed: 'riscv64', bits: 64, compat: 'riscv32' },
  riscv32: { number: 0x400000f3, printed: 'riscv32', bits: 32 },
  uring: { printed: 'uring' },
};

/** What `uname -m` (and users) say, where that is not the table's own name. */
const MACHINES: Readonly<Record<string, Arch>> = {
  i486: 'i386',
  i586: 'i386',
  i686: 'i386',
  armeb: 'arm',
  armv5tejl: 'arm',
  armv5tel: 'arm',
  armv6l: 'arm',
  armv7l: 'arm',
  armv8l: 'aarch64',
};

/** Every table, widest known first. */
export const arches = Object.keys(ARCHES) as readonly Arch[];

/** The table of an AUDIT_ARCH_* number, as in `arch=c000003e`; undefined for a machine without one. */
export function archOf(number: number): Arch | undefined {
  const wanted = number >>> 0;
  return arches.find((arch) => ARCHES[arch].number === wanted);
}

/** The AUDIT_ARCH_* number of a table (x32 shares x86_64's); undefined for `uring`. */
export function archNumber(arch: Arch): number | undefined {
  return arch === 'x32' ? ARCHES.x86_64.number : ARCHES[arch].number;
}

/** The name the classic tools print for a table: its own, but `armeb` for arm. */
export const archName = (arch: Arch): string => ARCHES[arch].printed;

/** 32 or 64; undefined for `uring`. */
export const archBits = (arch: Arch): 32 | 64 | undefined => ARCHES[arch].bits;

/** The 32-bit table that also runs on a 64-bit machine: i386 beside x86_64. */
export const compatArch = (arch: Arch): Arch | undefined => ARCHES[arch].compat;

/** The table of a machine name: a table's own name, or one of `uname -m` (`i686`, `armv7l`). */
export function machineArch(name: string): Arch | undefined {
  if (Object.hasOwn(ARCHES, name)) return name as Arch;
  return Object.hasOwn(MACHINES, name) ? MACHINES[name] : undefined;
}

/**
 * The table a user means by `b32`, `b64` or a machine name, on a machine whose own table is `host`;
 * undefined where the name is unknown or the machine has no such table.
 */
export function resolveArch(name: string, host: Arch): Arch | undefined {
  if (name === 'b64') return ARCHES[host].bits === 64 ? host : undefined;
  if (name === 'b32') return ARCHES[host].bits === 32 ? host : ARCHES[host].compat;
  return machineArch(name);
}

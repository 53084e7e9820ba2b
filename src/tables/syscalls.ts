// System call names and numbers of each arch, and io_uring operations. Names are those the classic tools print
// (`ausyscall ARCH --dump`); each arch's table is unpacked on its first use. It knows no arguments: interpret/ does.
import type { Arch } from './arch.ts';
import * as packed from './syscalls.gen.ts';
import { type Table, table } from './table.ts';

const powerpc = table(packed.ppc64); // one numbering for ppc, ppc64 and ppc64le
const TABLES: Readonly<Record<Arch, Table>> = {
  x86_64: table(packed.x86_64),
  i386: table(packed.i386),
  x32: table(packed.x32),
  aarch64: table(packed.aarch64),
  arm: table(packed.arm),
  ppc64: powerpc,
  ppc64le: powerpc,
  ppc: powerpc,
  s390: table(packed.s390),
  s390x: table(packed.s390x),
  riscv32: table(packed.riscv32),
  riscv64: table(packed.riscv64),
  uring: table(packed.uring),
};

/** The whole table of an arch, in the order of the numbers. */
export const syscalls = (arch: Arch): Table => TABLES[arch];

/** The name of a system call number; an x86_64 number with bit 30 is an x32 call. */
export function syscallName(arch: Arch, number: number): string | undefined {
  return TABLES[arch].name(number) ?? (arch === 'x86_64' && number >= 0x40000000 ? TABLES.x32.name(number) : undefined);
}

/** The number of a system call name on an arch. */
export const syscallNumber = (arch: Arch, name: string): number | undefined => TABLES[arch].number(name);

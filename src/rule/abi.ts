// The two ABIs of one machine: a rule without an arch means its numbers on both, and most calls have two numbers.
import { type Arch, archBits, arches, compatArch, syscallName, syscallNumber } from '../tables/index.ts';

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

/** Calls whose work another call does where they are missing: neither name is made from the other. */
const STANDS_FOR: Readonly<Record<string, string>> = {
  stime: 'clock_settime',
  waitpid: 'wait4',
  nice: 'setpriority',
  signal: 'rt_sigaction',
  newfstatat: 'fstatat64',
  fstatat64: 'newfstatat',
  ugetrlimit: 'getrlimit',
  _newselect: 'select',
  creat: 'openat',
  rmdir: 'unlinkat',
  chmod: 'fchmodat',
  chown: 'fchownat',
  lchown: 'fchownat',
  fork: 'clone',
  vfork: 'clone',
  socketcall: 'socket',
};

/** Names that a call may have on another arch: `umount` is `umount2`, `mmap2` is `mmap`, `open` is `openat`. */
function otherSpellings(name: string): readonly string[] {
  const plain = name.replace(/(?:_time64|64|32|2)$/, '').replace(/^_+/, '');
  const all = [
    STANDS_FOR[name],
    ...[name, plain].flatMap((one) => [one, `${one}2`, `${one}at`, `${one}64`, `rt_${one}`]),
  ];
  return all.filter((one): one is string => one !== undefined && one !== name);
}

/** What to say of a call that an arch lacks: it is one of the machine's other ABI, or has another name here; undefined where
 * neither is so. */
export function otherName(table: Arch, name: string): string | undefined {
  const here = otherSpellings(name).find((one) => syscallNumber(table, one) !== undefined);
  const other = arches.find((arch) => syscallNumber(arch, name) !== undefined && isOtherAbi(arch, table));
  if (other === undefined) return here && ` (did you mean "${here}"?)`;
  const bits = archBits(other);
  return `: only ${bits}-bit programs have it (arch=b${bits})${here === undefined ? '' : `; on ${table} it is "${here}"`}`;
}

const isOtherAbi = (one: Arch, other: Arch): boolean => compatArch(one) === other || compatArch(other) === one;

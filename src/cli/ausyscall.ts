// ausyscall(8): system call names <-> numbers of any arch, and io_uring operations.
import { fromUtf8 } from '../base/bytes.ts';
import { oneLine } from '../base/error.ts';
import { suggestion } from '../base/nearest.ts';
import { thisMachine } from '../host/machine.ts';
import {
  type Arch,
  archName,
  machineArch,
  resolveArch,
  syscallName,
  syscallNumber,
  syscalls,
} from '../tables/index.ts';
import { type Io, processIo } from './io.ts';
import { helpText, optionTable } from './options.ts';

export const options = optionTable({
  tool: 'ausyscall',
  summary: 'Maps system call names to numbers and back, for any arch.',
  usage: ['[arch] name | number | --dump | --exact'],
  options: [
    { name: 'dump', forms: ['--dump'], help: 'print every system call of the arch' },
    { name: 'exact', forms: ['--exact'], help: 'the name as it is, not every name that contains it' },
    { name: 'help', forms: ['--help', '-h'], help: 'this text (on standard error, exit status 1, as ausyscall does)' },
  ],
  notes: [
    'arch: what `uname -m` says, b32 or b64 for this machine’s, or uring for io_uring operations.',
    'Exit status: 0 found, 1 not found or wrong usage.',
  ],
});

/** Architectures that audit once had tables for. The original goes on after `ia64`, with this machine's table. */
const GONE = 'Alpha processor support is deprecated';
const IGNORED = 'IA64 processor support is deprecated';

interface Query {
  arch?: Arch;
  name?: string;
  number?: number;
  dump?: boolean;
  exact?: boolean;
}

/** Runs the tool; returns its exit status. */
export function run(argv: readonly string[], io: Io, machine: string = thisMachine().arch): number {
  const host = machineArch(machine) ?? 'x86_64';
  const query: Query = {};
  for (const word of argv) {
    if (word === '--help' || word === '-h') {
      io.err(fromUtf8(helpText(options)));
      return 1;
    }
    if (word === 'ia64') {
      io.err(`${IGNORED}\n`);
      continue;
    }
    const problem = read(word, query, host);
    if (problem !== undefined) {
      io.err(`${oneLine(problem)}\nusage: ausyscall ${options.usage[0]}\n`);
      return 1;
    }
  }
  if (argv.length === 0) {
    io.err(`usage: ausyscall ${options.usage[0]}\n`);
    return 1;
  }
  const arch = query.arch ?? host;
  if (query.dump) {
    const rows = syscalls(arch)
      .entries()
      .map(([number, name]) => `${number}\t${name}\n`);
    io.out(`Using ${archName(arch)} syscall table:\n${rows.join('')}`);
    return 0;
  }
  return lookUp(query, arch, io);
}

/** Takes one word into the query; returns what is wrong with it. */
function read(word: string, query: Query, host: Arch): string | undefined {
  if (word === 'alpha') return GONE;
  const arch = resolveArch(word, host);
  if (arch !== undefined) {
    if (query.arch !== undefined) return 'Two machine types not allowed';
    query.arch = arch;
  } else if (word === '--dump') query.dump = true;
  else if (word === '--exact') query.exact = true;
  else if (/^(\d+|0x[0-9a-f]+)$/i.test(word)) {
    if (query.number !== undefined) return 'Two syscall numbers not allowed';
    query.number = Number(word);
  } else {
    if (query.name !== undefined) return 'Two syscall names not allowed';
    query.name = word;
  }
  return undefined;
}

function lookUp({ name, number, exact }: Query, arch: Arch, io: Io): number {
  const fail = (what: string | number, near = '') => {
    io.err(`Unknown syscall ${oneLine(String(what))} using ${archName(arch)} lookup table${near}\n`);
    return 1;
  };
  if (name !== undefined) {
    const wanted = name.toLowerCase();
    const found = exact
      ? []
      : syscalls(arch)
          .entries()
          .filter((e) => e[1].includes(wanted));
    const one = exact ? syscallNumber(arch, wanted) : undefined;
    if (one === undefined && found.length === 0)
      return fail(
        name,
        suggestion(
          wanted,
          syscalls(arch)
            .entries()
            .map((e) => e[1]),
        ),
      );
    io.out(one === undefined ? found.map(([n, text]) => `${text.padEnd(18)} ${n}\n`).join('') : `${one}\n`);
    return 0;
  }
  if (number === undefined) {
    io.err('Error - either a syscall name or number must be given with an optional arch\n');
    return 1;
  }
  const text = syscallName(arch, number);
  if (text === undefined) return fail(number);
  io.out(`${text}\n`);
  return 0;
}

export function main(): void {
  process.exitCode = run(process.argv.slice(2), processIo);
}

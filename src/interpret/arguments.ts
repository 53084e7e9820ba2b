// The arguments of system calls: which call takes what in which place, and how each reads. Values are hex without 0x.
// Some depend on an argument before them: a mode only counts with O_CREAT, an option on its level.

import { signals } from '../tables/signals.ts';
import type { Table } from '../tables/table.ts';
import * as words from '../tables/words.ts';
import { hexCapability } from './capabilities.ts';
import type { Call, Kind } from './context.ts';
import { bitNames, choice, flagWord, numberKind } from './flags.ts';
import { hexGroupId, hexUserId } from './ids.ts';
import { hexFullMode, hexMode } from './mode.ts';
import { conversionError, int32, uint32, unsigned } from './numbers.ts';
import { hexSignal } from './results.ts';

/** An argument no table explains. */
export const plainHex: Kind = (value) => `0x${value}`;

/** All 64 bits count: what is above 2^53 loses digits, and matches nothing. */
const whole = (text: string): number => Number(unsigned(text, 16) ?? -1n);

const directory: Kind = numberKind(16, (n, value) => (int32(n) === -100 ? 'AT_FDCWD' : `0x${value}`));

/** Flags of open(2); the two low bits are an access mode, and none of them is O_RDONLY. */
const openText = (flags: number): string =>
  [...((flags & 3) === 0 ? ['O_RDONLY'] : []), ...bitNames(words.openFlags, flags)].join('|');
const openArgument: Kind = numberKind(16, (n) => openText(uint32(n)));
/** `oflag`, in the base it shows. */
export const openFlagsField: Kind = numberKind(0, (n) => openText(uint32(n)));

const clone: Kind = numberKind(16, (n) => {
  const flags = uint32(n);
  const signal = flags & 0xff;
  const names = bitNames(words.cloneFlags, flags);
  const name = signal > 0 ? signals.name(signal) : undefined;
  if (name) names.push(name);
  return names.join('|') || `0x${flags.toString(16)}`;
});

const protection = (mask: number): Kind =>
  numberKind(16, (n) => ((uint32(n) & 7) === 0 ? 'PROT_NONE' : bitNames(words.mmapProt, uint32(n) & mask).join('|')));

/** Flags of mmap(2): an anonymous or file mapping without a kind is MAP_FILE. */
export const mapFlags: Kind = numberKind(16, (n, value) => {
  const flags = uint32(n);
  const names = bitNames(words.mmapFlags, flags);
  if ((flags & 15) === 0) names.unshift('MAP_FILE');
  return names.join('|') || `0x${value}`;
});

const access: Kind = numberKind(16, (n, value) => {
  const mode = uint32(n);
  return (mode & 15) === 0 ? 'F_OK' : bitNames(words.accessModes, mode).join('|') || `0x${value}`;
});

const sharedMemory: Kind = numberKind(16, (n) => {
  const flags = uint32(n);
  return [...bitNames(words.shmFlags, flags), `0${(flags & 0o777).toString(8).padStart(3, '0')}`].join('|');
});

/** `ioctlcmd`, and the request of ioctl(2). */
export const ioctlRequest: Kind = numberKind(16, (n) => {
  const request = uint32(n);
  return words.ioctlRequests.name(request) ?? `0x${request.toString(16)}`;
});

const ADDR_NO_RANDOMIZE = 0x0040000;
/** `per`, and the argument of personality(2): the low byte, and the one flag that is worth a look. */
export const personality: Kind = numberKind(16, (n, value) => {
  const persona = uint32(n);
  const name = words.personalities.name(persona & 0xff);
  if (name === undefined) return `unknown-personality(0x${value})`;
  return persona & ADDR_NO_RANDOMIZE ? `${name}|~ADDR_NO_RANDOMIZE` : name;
});

/** `resolve` of OPENAT2. */
export const resolveFlags: Kind = flagWord(16, words.resolveFlags);

const only = (number: number, name: string): Kind =>
  numberKind(16, (n, value) => (int32(n) === number ? name : `0x${value}`));

const named = (names: Table, what: string): Kind => choice(16, names, (value) => `unknown-${what}(0x${value})`);
const namedRaw = (names: Table, what: string, mask = -1): Kind =>
  choice(16, names, (value) => `unknown-${what}(${value})`, mask);
const namedNumber = (names: Table, what: string): Kind =>
  choice(16, names, (_, number) => `unknown-${what}(${number})`);

const status: Kind = (value) => (value === '0' ? 'EXIT_SUCCESS' : value === '1' ? 'EXIT_FAILURE' : 'UNKNOWN');
const SCHED_RESET_ON_FORK = 0x40000000;
const policy = numberKind(16, (n, value) => {
  const name = words.schedPolicies.name(uint32(n) & 15);
  if (name === undefined) return `unknown-scheduler-policy(0x${value})`;
  return uint32(n) & SCHED_RESET_ON_FORK ? `${name}|SCHED_RESET_ON_FORK` : name;
});
const MAX_SIGNED = 0x7fff_ffff_ffff_ffffn;
const socketCall: Kind = (value) => {
  const number = unsigned(value, 16);
  if (number === undefined || (number > MAX_SIGNED && !value.includes('-'))) return conversionError(value);
  return words.socketCalls.name(int32(number)) ?? `unknown-socketcall(${value})`;
};
const fcntlCommand = namedNumber(words.fcntlCommands, 'fcntl-command');
const messageFlags = flagWord(16, words.messageFlags);
const mountFlags = flagWord(16, words.mountFlags);
const accessFlags = flagWord(16, words.atFlags);
const xattrFlags = flagWord(16, words.xattrAtFlags);

const OPTION_KINDS: Readonly<Record<number, Kind>> = {
  0: named(words.ipOptions, 'ipopt-name'),
  1: named(words.socketOptions, 'sockopt-name'),
  6: named(words.tcpOptions, 'tcpopt-name'),
  17: named(words.udpOptions, 'udpopt-name'),
  41: named(words.ip6Options, 'ip6opt-name'),
  263: named(words.packetOptions, 'pktopt-name'),
};
const closeOnExec = only(1, 'FD_CLOEXEC');
const checkedHex: Kind = numberKind(16, (_, value) => `0x${value}`);

const O_CREAT = 0o100;
const F_SETFD = 2;
const F_SETOWN = 8;
const PR_SET_PDEATHSIG = 1;
const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;

/** A kind, or the choice of one by the call's first two arguments. */
type Argument = Kind | { readonly by: (call: Call) => Kind };

const modeIfCreated: Argument = { by: ({ a1 }) => (int32(unsigned(a1, 16) ?? -1n) & O_CREAT ? hexMode : plainHex) };
const option: Argument = { by: ({ a1 }) => OPTION_KINDS[whole(a1)] ?? plainHex };
const fcntlArgument: Argument = {
  by({ a1 }) {
    const command = whole(a1);
    if (command === F_SETOWN) return hexUserId;
    return command === F_SETFD ? closeOnExec : checkedHex;
  },
};
const prctlArgument: Argument = {
  by({ a0 }) {
    const wanted = whole(a0);
    if (wanted === PR_SET_PDEATHSIG) return hexSignal;
    return wanted === PR_CAPBSET_READ || wanted === PR_CAPBSET_DROP ? hexCapability : plainHex;
  },
};

/** Kinds by place; a call's row is `name: [a0, a1, a2, a3]`, an empty place is a plain number. */
type Row = readonly (Argument | undefined)[];

const at: Row = [directory];
const twoNames: Row = [directory, undefined, directory];
const messages: Row = [undefined, undefined, undefined, messageFlags];
const messageVector: Row = [undefined, undefined, messageFlags];
const owner: Row = [undefined, hexUserId, hexGroupId];
const users: Row = [hexUserId, hexUserId, hexUserId];
const groups: Row = [hexGroupId, hexGroupId, hexGroupId];
const created: Row = [undefined, hexMode];
const extended: Row = [directory, undefined, xattrFlags];
const socketOption: Row = [undefined, named(words.socketLevels, 'sockopt-level'), option];
const limit: Row = [named(words.rlimits, 'rlimit')];
const fcntl: Row = [undefined, fcntlCommand, fcntlArgument];
const ended: Row = [status];
const secondSignal: Row = [undefined, hexSignal];

const CALLS: Readonly<Record<string, Row>> = {
  access: [undefined, access],
  bpf: [namedRaw(words.bpfCommands, 'bpf-cmd')],
  chmod: created,
  chown: owner,
  chown32: owner,
  clock_settime: [named(words.clockIds, 'clk_id')],
  clone: [clone],
  creat: created,
  epoll_ctl: [undefined, namedNumber(words.epollOperations, 'epoll_ctl-operation')],
  exit: ended,
  exit_group: ended,
  faccessat: [directory, undefined, access, accessFlags],
  faccessat2: [directory, undefined, access, accessFlags],
  fchmod: created,
  fchmodat: [directory, undefined, hexMode],
  fchownat: at,
  fcntl,
  fcntl64: fcntl,
  file_getattr: at,
  file_setattr: at,
  fsconfig: [undefined, namedNumber(words.fsconfigCommands, 'fsconfig-operation')],
  fsmount: [undefined, only(1, 'FSMOUNT_CLOEXEC'), mountFlags],
  fsopen: [undefined, only(1, 'FSOPEN_CLOEXEC')],
  futimesat: at,
  getrlimit: limit,
  getsockopt: socketOption,
  getxattrat: extended,
  ioctl: [undefined, ioctlRequest],
  kill: secondSignal,
  linkat: twoNames,
  listxattrat: extended,
  lseek: [undefined, undefined, namedRaw(words.seekWhence, 'whence', 0xff)],
  mkdir: created,
  mkdirat: [directory, undefined, hexMode],
  mknod: [undefined, hexFullMode],
  mknodat: [directory, undefined, hexMode],
  mmap: [undefined, undefined, protection(15), mapFlags],
  mount: [undefined, undefined, undefined, mountFlags],
  move_mount: [undefined, undefined, directory],
  mprotect: [undefined, undefined, protection(7)],
  mq_open: [undefined, openArgument, modeIfCreated],
  name_to_handle_at: at,
  newfstatat: at,
  open: [undefined, openArgument, modeIfCreated],
  open_by_handle_at: [undefined, undefined, openArgument],
  open_tree_attr: [undefined, undefined, undefined, xattrFlags],
  openat: [directory, undefined, openArgument],
  openat2: at,
  personality: [personality],
  prctl: [named(words.prctlOptions, 'prctl-option'), prctlArgument],
  ptrace: [named(words.ptraceRequests, 'ptrace')],
  readlinkat: twoNames,
  recv: messages,
  recvfrom: messages,
  recvmmsg: messages,
  recvmsg: messageVector,
  removexattrat: extended,
  renameat: twoNames,
  renameat2: twoNames,
  rt_sigaction: [hexSignal],
  sched_setscheduler: [undefined, policy],
  send: messages,
  sendmmsg: messages,
  sendmsg: messageVector,
  sendto: messages,
  setfsgid: groups.slice(0, 1),
  setfsuid: users.slice(0, 1),
  setgid: groups.slice(0, 1),
  setns: [undefined, clone],
  setregid: groups.slice(0, 2),
  setresgid: groups,
  setresuid: users,
  setreuid: users.slice(0, 2),
  setrlimit: limit,
  setsockopt: socketOption,
  setuid: users.slice(0, 1),
  setxattrat: extended,
  shmget: [undefined, undefined, sharedMemory],
  socket: [
    named(words.socketFamilies, 'family'),
    namedRaw(words.socketTypes, 'type', 0xff),
    namedRaw(words.ipProtocols, 'proto'),
  ],
  socketcall: [socketCall],
  tgkill: [undefined, undefined, hexSignal],
  tkill: secondSignal,
  umount2: [undefined, flagWord(16, words.umountFlags)],
  unlinkat: at,
  unshare: [clone],
  utimensat: at,
};

const rows: ReadonlyMap<string, Row> = new Map(Object.entries(CALLS));

/** How argument 0-3 of a call reads. */
export function argumentKind(call: Call, index: number): Kind {
  const argument = call.name === undefined ? undefined : rows.get(call.name)?.[index];
  if (argument === undefined) return plainHex;
  return typeof argument === 'function' ? argument : argument.by(call);
}

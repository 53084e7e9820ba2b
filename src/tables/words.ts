// Flags, commands and options: one lazy table per name, in the order in which the classic tools print them. How a value is
// put together from them (masks, defaults, what is printed for the rest) is interpret/'s and rule/'s business.
import { type Table, table } from './table.ts';
import * as packed from './words.gen.ts';

/** open(2) flags; O_RDONLY is the absence of the other two access modes. */
export const openFlags: Table = table(packed.openFlags);

/** clone(2), unshare(2), setns(2) flags; the low byte is a signal. */
export const cloneFlags: Table = table(packed.cloneFlags);

/** mmap(2) and mprotect(2) protection bits; 0 is PROT_NONE. */
export const mmapProt: Table = table(packed.mmapProt);

/** mmap(2) flags. */
export const mmapFlags: Table = table(packed.mmapFlags);

/** mount(2) flags. */
export const mountFlags: Table = table(packed.mountFlags);

/** umount2(2) flags. */
export const umountFlags: Table = table(packed.umountFlags);

/** send(2) and recv(2) flags. */
export const messageFlags: Table = table(packed.messageFlags);

/** AT_* flags of the *at(2) calls. */
export const atFlags: Table = table(packed.atFlags);

/** AT_* flags of the xattr calls and open_tree_attr(2). */
export const xattrAtFlags: Table = table(packed.xattrAtFlags);

/** access(2) modes. */
export const accessModes: Table = table(packed.accessModes);

/** fcntl(2) commands. */
export const fcntlCommands: Table = table(packed.fcntlCommands);

/** lseek(2) origins. */
export const seekWhence: Table = table(packed.seekWhence);

/** Address families, as records spell them (`inet`, `local`). */
export const socketFamilies: Table = table(packed.socketFamilies);

/** socket(2) types; mask with 0xff below SOCK_NONBLOCK. */
export const socketTypes: Table = table(packed.socketTypes);

/** IP protocols, as /etc/protocols spells them. */
export const ipProtocols: Table = table(packed.ipProtocols);

/** setsockopt(2) levels. */
export const socketLevels: Table = table(packed.socketLevels);

/** Options of SOL_SOCKET; 116 on are powerpc numbers. */
export const socketOptions: Table = table(packed.socketOptions);

/** Options of level tcp. */
export const tcpOptions: Table = table(packed.tcpOptions);

/** Options of level ip. */
export const ipOptions: Table = table(packed.ipOptions);

/** Options of level ipv6. */
export const ip6Options: Table = table(packed.ip6Options);

/** Options of level udp. */
export const udpOptions: Table = table(packed.udpOptions);

/** Options of SOL_PACKET. */
export const packetOptions: Table = table(packed.packetOptions);

/** The calls of socketcall(2). */
export const socketCalls: Table = table(packed.socketCalls);

/** setrlimit(2) resources. */
export const rlimits: Table = table(packed.rlimits);

/** ptrace(2) requests. */
export const ptraceRequests: Table = table(packed.ptraceRequests);

/** prctl(2) options. */
export const prctlOptions: Table = table(packed.prctlOptions);

/** personality(2): the low byte; flags above it have no names here. */
export const personalities: Table = table(packed.personalities);

/** sched_setscheduler(2) policies: the low nibble. */
export const schedPolicies: Table = table(packed.schedPolicies);

/** clock_settime(2) clocks. */
export const clockIds: Table = table(packed.clockIds);

/** epoll_ctl(2) operations. */
export const epollOperations: Table = table(packed.epollOperations);

/** bpf(2) commands. */
export const bpfCommands: Table = table(packed.bpfCommands);

/** fsconfig(2) commands. */
export const fsconfigCommands: Table = table(packed.fsconfigCommands);

/** ioctl(2) requests. */
export const ioctlRequests: Table = table(packed.ioctlRequests);

/** openat2(2) resolve flags. */
export const resolveFlags: Table = table(packed.resolveFlags);

/** shmget(2) flags above the mode. */
export const shmFlags: Table = table(packed.shmFlags);

/** The calls of ipc(2). */
export const ipcCalls: Table = table(packed.ipcCalls);

/** Netfilter hooks. */
export const netfilterHooks: Table = table(packed.netfilterHooks);

/** Netfilter protocol families. */
export const netfilterFamilies: Table = table(packed.netfilterFamilies);

/** What netfilter did with a packet. */
export const netfilterActions: Table = table(packed.netfilterActions);

/** ICMP types. */
export const icmpTypes: Table = table(packed.icmpTypes);

/** seccomp(2) actions: code & 0xffff0000. */
export const seccompActions: Table = table(packed.seccompActions);

/** fanotify(7) answers. */
export const fanotifyResponses: Table = table(packed.fanotifyResponses);

/** Kinds of fanotify rule information. */
export const fanotifyTypes: Table = table(packed.fanotifyTypes);

/** Fields of a rule; `loginuid` is another spelling of `auid`. */
export const ruleFields: Table = table(packed.ruleFields);

/** Inter-field comparisons (`-C`), `left:right`. */
export const ruleComparisons: Table = table(packed.ruleComparisons);

/** Filter lists. */
export const ruleLists: Table = table(packed.ruleLists);

/** Rule actions. */
export const ruleActions: Table = table(packed.ruleActions);

/** Operators, as bits of `fieldflags`. */
export const ruleOperators: Table = table(packed.ruleOperators);

/** Permissions of a watch, in the order rules list them. */
export const rulePerms: Table = table(packed.rulePerms);

/** File types by S_IFMT. */
export const fileTypes: Table = table(packed.fileTypes);

/** File systems of `fstype`, by magic number. */
export const ruleFileSystems: Table = table(packed.ruleFileSystems);

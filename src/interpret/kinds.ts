// The registry: each kind of field and the function that reads it.

import { archName, archOf } from '../tables/arch.ts';
import { syscallName } from '../tables/syscalls.ts';
import { argumentKind, ioctlRequest, mapFlags, openFlagsField, personality, resolveFlags } from './arguments.ts';
import { capability, capabilitySet } from './capabilities.ts';
import type { Call, Kind } from './context.ts';
import type { FieldKind } from './fields.ts';
import { numberKind } from './flags.ts';
import { groupId, session, userId } from './ids.ts';
import { octalMode, octalShortMode } from './mode.ts';
import { conversionError, int32, uint32, unsigned } from './numbers.ts';
import { permission } from './permission.ts';
import { proctitle } from './proctitle.ts';
import * as results from './results.ts';
import { sockaddr } from './sockaddr.ts';
import { key, untrusted } from './text.ts';
import { ttyData } from './tty.ts';

const asItIs: Kind = (value) => value;

const arch: Kind = (value) => {
  const number = unsigned(value, 16);
  if (number === undefined) return `${conversionError(value)} `;
  const machine = archOf(uint32(number));
  return machine === undefined ? `unknown-elf-type(${value})` : archName(machine);
};

/** Groups of the audit netlink family (include/uapi/linux/audit.h, AUDIT_NLGRP_*). */
const multicastGroup: Kind = numberKind(16, (n) => (n === 1n ? 'audit-netlink-multicast' : 'audit-none'));

const uringOperation: Kind = numberKind(10, (n) => syscallName('uring', int32(n)) ?? `unknown-syscall(${int32(n)})`);

/** Kinds that depend on more than the value, or that the value decides: interpret.ts reads them. */
type Special = 'account' | 'fanotify-info' | 'loose-text' | 'quoted' | 'syscall';

const KINDS: Readonly<Record<Exclude<FieldKind, 'argument' | Special>, Kind>> = {
  address: asItIs,
  arch,
  capability,
  capabilities: capabilitySet,
  context: asItIs,
  errno: results.errno,
  ethertype: results.etherType,
  exit: results.exit,
  'fanotify-response': results.fanotifyResponse,
  'fanotify-type': results.fanotifyType,
  gid: groupId,
  'icmp-type': results.icmpType,
  ioctl: ioctlRequest,
  key,
  list: results.list,
  'map-flags': mapFlags,
  mode: octalMode,
  'multicast-group': multicastGroup,
  'netfilter-action': results.netfilterAction,
  'netfilter-family': results.netfilterFamily,
  'netfilter-hook': results.netfilterHook,
  'open-flags': openFlagsField,
  permission,
  personality,
  plain: asItIs,
  proctitle,
  promiscuous: results.promiscuous,
  protocol: results.ipProtocol,
  resolve: resolveFlags,
  result: results.result,
  'seccomp-code': results.seccompCode,
  session,
  'short-mode': octalShortMode,
  signal: results.signal,
  sockaddr,
  text: untrusted,
  trust: results.trust,
  tty: ttyData,
  uid: userId,
  'uring-op': uringOperation,
};

/** The function that reads a field of this kind and name; arguments depend on the call. */
export function kindOf(kind: Exclude<FieldKind, Special>, name: string, call: Call): Kind {
  return kind === 'argument' ? argumentKind(call, name.charCodeAt(1) - 48) : KINDS[kind];
}

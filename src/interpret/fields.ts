// Which kind of value a field holds: by its name, and for a few names by the record it stands in. One table; whoever
// asks what a field means asks here. Names are those of the kernel, libaudit's callers and the audit field dictionary.

import { RECORD } from '../tables/records.ts';

/** What a field's value is; `plain` has nothing to interpret. */
export type FieldKind =
  | 'account'
  | 'address'
  | 'arch'
  | 'argument'
  | 'capability'
  | 'capabilities'
  | 'context'
  | 'errno'
  | 'ethertype'
  | 'exit'
  | 'fanotify-info'
  | 'fanotify-response'
  | 'fanotify-type'
  | 'gid'
  | 'icmp-type'
  | 'ioctl'
  | 'key'
  | 'list'
  | 'loose-text'
  | 'map-flags'
  | 'mode'
  | 'multicast-group'
  | 'netfilter-action'
  | 'netfilter-family'
  | 'netfilter-hook'
  | 'open-flags'
  | 'permission'
  | 'personality'
  | 'plain'
  | 'proctitle'
  | 'promiscuous'
  | 'protocol'
  | 'quoted'
  | 'resolve'
  | 'result'
  | 'seccomp-code'
  | 'session'
  | 'short-mode'
  | 'signal'
  | 'sockaddr'
  | 'syscall'
  | 'text'
  | 'trust'
  | 'tty'
  | 'uid'
  | 'uring-op';

const NAMES: Readonly<Partial<Record<FieldKind, string>>> = {
  account: 'acct',
  address: 'addr',
  arch: 'arch',
  argument: 'a0 a1 a2 a3',
  capability: 'capability',
  capabilities:
    'cap_fi cap_fp cap_pa cap_pe cap_pi cap_pp fi fp new_pe new_pi new_pp old_pa old_pe old_pi old_pp pa pe pi pp',
  context: 'img-ctx obj scontext subj tcontext vm-ctx',
  errno: 'errno',
  ethertype: 'macproto',
  exit: 'exit',
  'fanotify-info': 'fan_info',
  'fanotify-response': 'resp',
  'fanotify-type': 'fan_type',
  gid: 'egid fsgid gid igid inode_gid new_gid obj_gid ogid sgid',
  'icmp-type': 'icmptype',
  ioctl: 'ioctlcmd',
  key: 'key',
  list: 'list',
  'map-flags': 'flags',
  mode: 'mode',
  'multicast-group': 'nl-mcgrp',
  'netfilter-action': 'action',
  'netfilter-family': 'family',
  'netfilter-hook': 'hook',
  'open-flags': 'oflag',
  permission: 'perm perm_mask',
  personality: 'per',
  proctitle: 'proctitle',
  promiscuous: 'old_prom prom',
  protocol: 'proto',
  resolve: 'resolve',
  result: 'res result',
  'seccomp-code': 'code',
  session: 'ses',
  signal: 'sig sigev_signo',
  sockaddr: 'saddr',
  syscall: 'syscall uring_op',
  text:
    'cgroup cmd comm cwd device dir exe file grp invalid_context name new-chardev new-disk new-fs new-net new-rng ' +
    'new_group ocomm old-chardev old-disk old-fs old-net old-rng path root_dir sw vm watch',
  trust: 'obj_trust subj_trust',
  tty: 'data',
  uid: 'auid euid fsuid id inode_uid iuid oauid obj_uid old-auid ouid sauid suid uid',
};

const kinds = new Map<string, FieldKind>();
for (const [kind, names] of Object.entries(NAMES))
  for (const name of names.split(' ')) kinds.set(name, kind as FieldKind);

/** Names of the fields that hold a kind of value, whatever record they stand in: `uid` gives all that hold user ids. */
export const fieldsOfKind = (kind: FieldKind): readonly string[] => NAMES[kind]?.split(' ') ?? [];

/** Names of the fields whose values have a kind of their own. */
export const fieldNames = (): readonly string[] => [...kinds.keys()];

/** EXECVE: `a0`, `a12`, `a3[1]`; not `argc` and `a3_len`. */
const isArgument = (name: string): boolean => name.charCodeAt(0) === 97 && name !== 'argc' && !name.includes('_len');

/** The kind of the field `name` in a record of `type`. */
export function fieldKind(type: number, name: string): FieldKind {
  const kind = kinds.get(name) ?? 'plain';
  switch (type) {
    case RECORD.EXECVE:
      return isArgument(name) ? 'text' : kind;
    case RECORD.TRUSTED_APP:
      if (kind === 'plain') return name === 'pid' ? 'quoted' : 'loose-text';
      return kind;
    case RECORD.USER_TTY:
      return name === 'msg' ? 'text' : kind;
    case RECORD.ADD_GROUP:
    case RECORD.DEL_GROUP:
    case RECORD.GRP_MGMT:
      return name === 'id' ? 'gid' : kind;
    case RECORD.MQ_OPEN:
      return kind === 'mode' ? 'short-mode' : kind;
    case RECORD.NETFILTER_PKT:
    case RECORD.AVC:
      return name === 'saddr' ? 'address' : kind;
    case RECORD.CRYPTO_KEY_USER:
      return name === 'fp' ? 'plain' : kind;
    case RECORD.URINGOP:
      return name === 'uring_op' ? 'uring-op' : kind;
    default:
      return kind;
  }
}

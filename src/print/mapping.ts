// What an action is called in the Elastic Common Schema (category and type) and in the Open Cybersecurity Schema
// Framework (class and activity). Names and numbers are those of ECS 9.4 and OCSF 1.8; which of them fits is our choice.

import type { Normalized, Outcome } from '../normalize/types.ts';

/** action, or `@` and a system call that has no action of its own | ECS categories | ECS types | OCSF class | OCSF activity */
const ROWS = `
opened-file file access 1001 14
checked-metadata-of file access 1001 8
checked-filesystem-metadata-of file access 1001 8
renamed file change 1001 5
created-directory file creation 1001 1
created file creation 1001 1
make-device file creation 1001 1
made-character-device file creation 1001 1
made-block-device file creation 1001 1
symlinked file creation 1001 1
linked file creation 1001 1
deleted file deletion 1001 4
changed-file-permissions-of file change 1001 7
changed-file-ownership-of file change 1001 7
changed-file-attributes-of file change 1001 6
changed-timestamp-of file change 1001 6
mounted file change 1001 12
unmounted file change 1001 13
accessed-policy-controlled-file file access 1001 14
used-suspcious-link file,intrusion_detection access,info 1001 14
executed process start 1007 1
ran-command process start 1007 1
crashed-program process end 1007 2
killed-pid process end 1007 2
killed-list-of-pids process end 1007 2
changed-identity-of process change 1007 5
adjusted-scheduling-policy-of process change 1007 99
adjusted-security-policy-of process change 1007 99
retrieved-security-attr-of process info 1007 99
called-seccomp-controlled-syscall process,intrusion_detection info,denied 1007 99
allocated-memory-in process info 1004 1
allocated-memory process info 1004 1
loaded-kernel-module driver start 1002 1
unloaded-kernel-module driver end 1002 2
connected-to network connection,start 4001 1
accepted-connection-from network connection,start 4001 1
sent-to network connection,info 4001 6
received-from network connection,info 4001 6
bound-socket network connection,info 4001 99
authenticated authentication start 3002 1
logged-in authentication start 3002 1
logged-out authentication end 3002 2
started-session session start 3002 1
ended-session session end 3002 2
was-authorized authentication info 3002 99
acquired-credentials authentication info 3002 99
refreshed-credentials authentication info 3002 99
disposed-credentials authentication info 3002 99
changed-login-id-to session start 3002 7
changed-role-to iam change,user 3002 99
caused-account-error iam info,user 3002 99
failed-log-in-too-many-times-to authentication,intrusion_detection info 3002 99
attempted-log-in-during-unusual-hour-to authentication,intrusion_detection info 3002 99
attempted-log-in-from-unusual-place-to authentication,intrusion_detection info 3002 99
opened-too-many-sessions-to authentication,intrusion_detection info 3002 99
crypto-officer-logged-in authentication start 3002 1
crypto-officer-logged-out authentication end 3002 2
changed-password iam change,user 3001 3
added-user-account iam creation,user 3001 1
deleted-user-account iam deletion,user 3001 6
modified-user-account iam change,user 3001 99
locked-account iam change,user 3001 9
unlocked-account iam change,user 3001 12
assigned-user-role-to iam change,user 3001 7
removed-use-role-from iam change,user 3001 8
added-group-account-to iam creation,group 3006 6
deleted-group-account-from iam deletion,group 3006 5
modified-group-account iam change,group 3006 99
changed-group-password iam change,group 3006 99
added-audit-rule configuration creation 3004 1
add_rule configuration creation 3004 1
deleted-audit-rule configuration deletion 3004 4
remove_rule configuration deletion 3004 4
changed-audit-configuration configuration change 3004 3
set configuration change 3004 3
changed-audit-feature configuration change 3004 3
loaded-selinux-policy configuration change 3004 3
changed-selinux-enforcement-to configuration change 3004 3
changed-selinux-boolean configuration change 3004 3
loaded-mac-policy configuration change 3004 3
loaded-firewall-rule-to configuration change 3004 3
removed-firewall-rule-from configuration change 3004 3
reset-firewall-counters-of configuration change 3004 3
changed-configuration configuration change 3004 3
started-audit host,process start 1008 6
shutdown-audit host,process end 1008 7
aborted-auditd-startup host,process end 1008 7
changed-auditd-configuration configuration change 1008 99
reconfigured-auditd configuration change 1008 99
rotated-audit-logs host change 1008 5
resumed-audit-logging host start 1008 9
audit-error host info 1008 99
booted-system host start 0 99
shutdown-system host end 0 99
changed-to-runlevel host change 0 99
changed-system-name host change 0 99
changed-system-time host change 0 99
started-service process start 0 99
stopped-service process end 0 99
installed-software package installation 0 99
typed process info 0 99
accessed-mac-policy-controlled-object intrusion_detection info 0 99
entered-promiscuous-mode-on-device network,intrusion_detection info 0 99
changed-socket-promiscuous-mode network,intrusion_detection info 0 99
negotiated-crypto-key network protocol 0 99
started-crypto-session network start 0 99
triggered-audit-rule process info 0 99
triggered-unknown-audit-rule process info 0 99
loaded-bpf-program driver start 0 99
unloaded-bpf-program driver end 0 99
@clone process start 1007 1
@clone3 process start 1007 1
@fork process start 1007 1
@vfork process start 1007 1
@rt_sigqueueinfo process end 1007 2
@rt_tgsigqueueinfo process end 1007 2
@pidfd_send_signal process end 1007 2
@exit process end 1007 2
@exit_group process end 1007 2
@ptrace process access 1007 3`;

export interface Mapping {
  readonly categories: readonly string[];
  readonly types: readonly string[];
  /** OCSF class_uid; 0 is the base event. */
  readonly ocsfClass: number;
  readonly ocsfActivity: number;
}

/** What no row names: an event of no category, an OCSF base event. */
const OTHER: Mapping = { categories: [], types: ['info'], ocsfClass: 0, ocsfActivity: 99 };

let rows: Map<string, Mapping> | undefined;

function read(): Map<string, Mapping> {
  const map = new Map<string, Mapping>();
  for (const row of ROWS.trim().split('\n')) {
    const [action = '', categories = '', types = '', ocsfClass, ocsfActivity] = row.split(' ');
    map.set(action, {
      categories: categories.split(','),
      types: types.split(','),
      ocsfClass: Number(ocsfClass),
      ocsfActivity: Number(ocsfActivity),
    });
  }
  return map;
}

/** What an action is in ECS and OCSF; of an event that only shows that a rule matched, what its system call is. */
export function mappingOf(action: string, call: string | undefined): Mapping {
  rows ??= read();
  const byCall = action.startsWith('triggered-') && call !== undefined ? rows.get(`@${call}`) : undefined;
  return byCall ?? rows.get(action) ?? OTHER;
}

/** What a security module calls an operation (AppArmor's `operation=`, Landlock's `blockers=`) | the action it is. */
const OPERATIONS = `
open inode_permission file_perm file_receive fs.read_file fs.read_dir fs.write_file fs.truncate truncate file_mmap|opened-file
getattr|checked-metadata-of
mkdir fs.make_dir|created-directory
mknod inode_create fs.make_reg fs.make_char fs.make_block fs.make_fifo fs.make_sock|make-device
symlink fs.make_sym|symlinked
unlink rmdir inode_unlink fs.remove_file fs.remove_dir|deleted
rename_src rename_dest fs.refer|renamed
chmod|changed-file-permissions-of
chown|changed-file-ownership-of
exec fs.execute|executed
mount remount move_mount|mounted
umount|unmounted
connect net.connect_tcp scope.abstract_unix_socket|connected-to
accept|accepted-connection-from
sendmsg|sent-to
recvmsg|received-from
bind net.bind_tcp|bound-socket
profile_load profile_replace profile_remove|loaded-mac-policy`;

let operations: Map<string, string> | undefined;

function readOperations(): Map<string, string> {
  const map = new Map<string, string>();
  for (const row of OPERATIONS.trim().split('\n')) {
    const [names = '', action = ''] = row.split('|');
    for (const name of names.split(' ')) map.set(name, action);
  }
  return map;
}

const SECCOMP = 'called-seccomp-controlled-syscall';

/** What an event is in ECS and OCSF. Nothing was denied where a seccomp filter only logged the call. */
export function mappingOfEvent(meaning: Normalized | undefined, call: string | undefined): Mapping {
  const { action = '', kind, outcome } = meaning ?? {};
  const mapping = mappingOf(action, call);
  if (mapping === OTHER && kind === 'mac-decision') return verdictMapping(action, outcome);
  if (action !== SECCOMP || outcome === 'failed') return mapping;
  return { ...mapping, types: mapping.types.filter((type) => type !== 'denied') };
}

/** A security module's verdict: what the operation is, and that it was decided about. */
function verdictMapping(action: string, outcome: Outcome | undefined): Mapping {
  operations ??= readOperations();
  const [operation = ''] = action.split(',');
  const { categories, types, ocsfClass, ocsfActivity } = mappingOf(operations.get(operation) ?? '', undefined);
  const word = outcome === 'failed' ? 'denied' : outcome === 'success' ? 'allowed' : 'info';
  return {
    categories: [...new Set([...categories, 'intrusion_detection'])],
    types: [...new Set([...types, word])],
    ocsfClass,
    ocsfActivity,
  };
}

/** Every action with a row, for the tests and the documentation. */
export const mappedActions = (): readonly string[] => [...(rows ??= read()).keys()];

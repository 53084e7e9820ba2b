// The way autrace(8) traces: rules on the process's id and on its children's parent id, records left to the daemon.
// Deeper descendants escape it; `auspex trace` (session.ts) follows them all.
import { AuditError } from '../base/index.ts';
import { thisMachine } from '../host/index.ts';
import { Guard, openClient, type Undo, undo } from '../kernel/index.ts';
import { encodeRule, type Rule } from '../rule/index.ts';
import { type Arch, machineArch, syscallNumber } from '../tables/index.ts';
import { launchHere } from './launch.ts';

/** What `autrace -r` records: calls that use files and the network (as autrace 3.0.9 asks of the kernel). */
const RESOURCE_CALLS =
  'open openat openat2 creat truncate chdir rename renameat mkdir mkdirat rmdir link linkat unlink unlinkat symlink symlinkat readlink readlinkat chmod fchmodat chown lchown fchownat mknod mknodat name_to_handle_at execve connect accept accept4 sendto recvfrom sendfile bind'.split(
    ' ',
  );

/** The two rules autrace loads for process `pid`. */
export function classicRules(pid: number, resources: boolean, host: Arch): readonly Uint8Array[] {
  const numbers = RESOURCE_CALLS.flatMap((name) => syscallNumber(host, name) ?? []).sort((a, b) => a - b);
  return ['pid', 'ppid'].map((field) => {
    const fields: Rule['fields'] = [{ field, op: '=', value: pid }];
    return encodeRule({
      list: 'exit',
      action: 'always',
      prepend: false,
      syscalls: resources ? numbers : 'all',
      fields,
    });
  });
}

export interface ClassicResult {
  readonly pid: number;
  /** Auditing was off: nothing was recorded. */
  readonly off: boolean;
}

/** Runs a command under autrace's rules. Throws AuditError `rules-loaded` when other rules are there. */
export async function classicTrace(command: readonly string[], resources: boolean): Promise<ClassicResult> {
  const client = openClient();
  try {
    if (client.listRules().length)
      throw new AuditError(
        'rules-loaded',
        'Cannot trace: rules are loaded, and autrace deletes all rules when it ends',
      );
    const child = await launchHere(command);
    const rules = classicRules(child.pid, resources, machineArch(thisMachine().arch) ?? 'x86_64');
    const toUndo: Undo = { rules: rules.map((r) => Buffer.from(r).toString('hex')), status: {}, daemon: false };
    const guard = new Guard(toUndo);
    try {
      for (const rule of rules) client.addRule(rule);
      child.go();
      await child.ended;
    } finally {
      undo(client, toUndo);
      guard.standDown();
    }
    return { pid: child.pid, off: client.status().enabled === 0 };
  } finally {
    client.close();
  }
}

// What the text of rules means on this machine: its arch, its users, its directories. Read once, on first use.
import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs';
import { systemAccounts } from '../host/accounts.ts';
import { thisMachine } from '../host/machine.ts';
import type { CheckOptions, RuleContext } from '../rule/index.ts';
import { type Arch, machineArch } from '../tables/index.ts';

/** This machine's own system call table; x86_64's where there is none for it. */
export const hostArch = (): Arch => machineArch(thisMachine().arch) ?? 'x86_64';

export function ruleContext(): RuleContext {
  let accounts: ReturnType<typeof systemAccounts> | undefined;
  const known = () => (accounts ??= systemAccounts());
  return {
    host: hostArch(),
    accounts: { userId: (name) => known().userId(name), groupId: (name) => known().groupId(name) },
    isDirectory,
  };
}

/** What a check of rules asks this machine. */
export const checkOptions = (): CheckOptions => ({
  host: hostArch(),
  exists: (path) => existsSync(Buffer.from(path, 'latin1')),
  linkTarget,
  isDirectory,
});

/** Where a symbolic link (latin1) leads, all the way; undefined for what is none, leads nowhere, or cannot be asked for. */
function linkTarget(path: string): string | undefined {
  try {
    const name = Buffer.from(path, 'latin1');
    return lstatSync(name).isSymbolicLink() ? realpathSync(name, 'latin1') : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a path (latin1) is a directory that can be seen; what cannot be asked for (a name of 300 bytes, a loop of
 * links, no right to look) is none, and is a rule's own matter: no other rule may fail for it. */
function isDirectory(path: string): boolean {
  try {
    return statSync(Buffer.from(path, 'latin1')).isDirectory();
  } catch {
    return false;
  }
}

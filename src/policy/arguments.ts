// System call arguments in listed rules, as `auditctl -l -i` writes them. Apart, because the interpreter is only loaded
// where it is asked for.
import type { Accounts } from '../base/index.ts';
import { argumentKind } from '../interpret/arguments.ts';
import { interpretContext } from '../interpret/context.ts';
import type { ExplainOptions } from '../rule/index.ts';
import { type Arch, syscallName } from '../tables/index.ts';

/** Human text of argument 0-3 of a system call, for `ListOptions.argument`. */
export function argumentReader(accounts: Accounts) {
  const context = interpretContext({ accounts });
  return (arch: Arch, syscall: number, argument: number, value: number): string => {
    const call = { arch, number: syscall, name: syscallName(arch, syscall), a0: '', a1: '' };
    return argumentKind(call, argument)(value.toString(16), context);
  };
}

/** How rules are said in sentences: with the names of these accounts. */
export const explainOptions = (host: Arch, accounts: Accounts): ExplainOptions => ({
  host,
  argument: argumentReader(accounts),
  userName: (uid) => accounts.userName(uid),
  groupName: (gid) => accounts.groupName(gid),
});

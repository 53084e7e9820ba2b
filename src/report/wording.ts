// Numbers as words for reports: ids by this machine's accounts, system calls and record types by the tables.

import type { Accounts } from '../base/types.ts';
import { keystrokes } from '../interpret/tty.ts';
import { archOf } from '../tables/arch.ts';
import { recordTypeName, recordTypes } from '../tables/records.ts';
import { syscallName } from '../tables/syscalls.ts';
import { hexBytes } from './facts/scan.ts';
import type { Wording } from './report.ts';

/** Everything by name (`aureport -i`); an id that no account has is `unknown(id)`. */
export function words(accounts: Accounts): Wording {
  return {
    user: (id) => (id === -1 ? 'unset' : ((id < 0 ? undefined : accounts.userName(id)) ?? `unknown(${id})`)),
    syscall: (arch, number) => {
      const machine = archOf(arch);
      return machine === undefined ? '?' : (syscallName(machine, number) ?? String(number));
    },
    type: recordTypeName,
    typed,
  };
}

/** Everything as the number it is. */
export function numbers(): Wording {
  return { user: String, syscall: (_, number) => String(number), type: String, typed };
}

/** A record type as the classic tools name it in a report. */
export const classicType = (type: number): string => recordTypes.name(type) ?? '(null)';

/** A TTY record's data, keys by name: hex is what the kernel read, anything else stands as it is. */
function typed(data: string): string {
  const bytes = hexBytes(data);
  return bytes === undefined ? data : keystrokes(bytes);
}

// What a matcher compares `i=` with: values as `ausearch -i` prints them. Apart from matcher.ts, so that a search that
// asks for no interpreted value loads no interpreter.

import type { Accounts } from '../base/types.ts';
import { interpretContext, interpretField } from '../interpret/index.ts';
import { fieldsOf } from '../record/record.ts';
import type { MatchContext } from './matcher.ts';

/** A matcher's context with the accounts that name ids the trail itself does not name. */
export function interpretingContext(accounts: Accounts): MatchContext {
  const context = interpretContext({ accounts, escape: 'tty' });
  return {
    interpret(_event, record, index) {
      const field = fieldsOf(record)[index]!;
      const text = interpretField(record, field, context);
      // Several keys count as so many fields, and the expression asks for the first.
      return field.name === 'key' ? text.split(' key=', 1)[0]! : text;
    },
  };
}

// `audisp-filter`: which events go on to the next program (audisp-filter(8)). The file's expressions are joined by `or`.
// Whole events are judged; the words of the manual: allowlist drops what matches, blocklist forwards what matches.

import { AuditError, oneLine } from '../../base/error.ts';
import type { AuditEvent } from '../../event/event.ts';
import { parseExpression } from '../../query/expression/index.ts';
import { type MatchContext, matcher } from '../../query/matcher.ts';
import { anyOf, type Predicate } from '../../query/predicate.ts';

export type FilterMode = 'allowlist' | 'blocklist';

/** The predicate of a filter file's text; a file without an expression matches nothing. Throws AuditError CONFIG naming the line and the column. */
export function readFilter(text: string, file: string): Predicate {
  const parts: Predicate[] = [];
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    try {
      parts.push(parseExpression(line));
    } catch (cause) {
      const { message, position } = cause as AuditError;
      throw new AuditError('config', `${oneLine(file)}, line ${index + 1}: ${message}`, {
        cause,
        lines: true,
        position: { ...position, file, line: index + 1 },
      });
    }
  });
  return anyOf(parts);
}

/** Whether an event is forwarded. */
export function forwards(
  mode: FilterMode,
  predicate: Predicate,
  context: MatchContext,
): (event: AuditEvent) => boolean {
  const matches = matcher(predicate, context);
  return (event) => matches(event) === (mode === 'blocklist');
}

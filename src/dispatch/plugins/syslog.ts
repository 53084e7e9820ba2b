// `audisp-syslog`: each record as a message of the system log (audisp-syslog(8)). Pure: arguments in, datagrams out.

import { AuditError } from '../../base/error.ts';
import { nearest } from '../../base/nearest.ts';

const LEVELS = ['LOG_EMERG', 'LOG_ALERT', 'LOG_CRIT', 'LOG_ERR', 'LOG_WARNING', 'LOG_NOTICE', 'LOG_INFO', 'LOG_DEBUG'];
const FACILITIES: Readonly<Record<string, number>> = {
  LOG_USER: 1,
  LOG_DAEMON: 3,
  LOG_AUTH: 4,
  LOG_SYSLOG: 5,
  LOG_AUTHPRIV: 10,
  ...Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`LOG_LOCAL${n}`, 16 + n])),
};

export interface SyslogArguments {
  readonly facility: number;
  readonly level: number;
  readonly interpret: boolean;
}

/** The plugin's words: a level, a facility, `interpret`, in any order. Throws AuditError `usage` for any other. */
export function syslogArguments(words: readonly string[]): SyslogArguments {
  let given: SyslogArguments = { facility: FACILITIES.LOG_USER!, level: LEVELS.indexOf('LOG_INFO'), interpret: false };
  for (const word of words) {
    const facility = Object.hasOwn(FACILITIES, word) ? FACILITIES[word] : undefined;
    if (word === 'interpret') given = { ...given, interpret: true };
    else if (facility !== undefined) given = { ...given, facility };
    else if (LEVELS.includes(word)) given = { ...given, level: LEVELS.indexOf(word) };
    else {
      const near = nearest(word, [...LEVELS, ...Object.keys(FACILITIES), 'interpret']);
      throw new AuditError(
        'usage',
        `Cannot use "${word}": a level (LOG_INFO), a facility (LOG_LOCAL0) or interpret is meant${near ? `; did you mean ${near}?` : ''}`,
      );
    }
  }
  return given;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A message as syslog(3) sends it to /dev/log. Control bytes become spaces: one record is one message. */
export function syslogMessage(text: string, { facility, level }: SyslogArguments, now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const time = `${MONTHS[now.getMonth()]} ${String(now.getDate()).padStart(2)} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  return `<${facility * 8 + level}>${time} audisp-syslog: ${text.replace(/[\x00-\x1f\x7f]/g, ' ')}`;
}

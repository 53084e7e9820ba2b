// `audisp-syslog [LEVEL] [FACILITY] [interpret]`: the plugin that puts records into the system log.

import { syslogArguments, syslogMessage } from '../dispatch/plugins/syslog.ts';
import { systemAccounts } from '../host/accounts.ts';
import { say } from '../host/terminal.ts';
import { localTime, timeLocale } from '../host/time.ts';
import { interpretContext } from '../interpret/context.ts';
import { sendUnixDatagram } from '../libc/datagram.ts';
import { interpretedPrinter } from '../print/interpreted.ts';
import { parseRecord } from '../record/parse.ts';
import { type PluginProgram, runPlugin } from './plugin.ts';

const LOG = '/dev/log';

function start(): PluginProgram {
  const given = syslogArguments(process.argv.slice(2));
  const print = interpretedPrinter({
    dates: { localTime, locale: timeLocale() },
    context: interpretContext({ accounts: systemAccounts() }),
  });
  const readable = (bytes: Uint8Array): string => {
    const record = parseRecord(bytes, 0, bytes.length);
    if (!record) return Buffer.from(bytes).toString('latin1');
    const { node, sec, ms, serial } = record;
    return print({ node, sec, ms, serial, records: [record], ending: 'end' })
      .replace(/^----\n/, '')
      .trimEnd();
  };
  let failed = 0;
  return {
    record: (bytes) => {
      const text = given.interpret ? readable(bytes) : Buffer.from(bytes).toString('latin1');
      try {
        // A system log that is slow makes us wait, and auditd's queue for us holds what comes meanwhile.
        sendUnixDatagram(LOG, Buffer.from(syslogMessage(text, given, new Date()), 'latin1'), true);
      } catch (error) {
        // The system log may be restarting: what it misses is counted, and the first miss is said.
        if (failed++ === 0) say(`audisp-syslog: ${(error as Error).message}`);
      }
    },
    end: () => {},
    report: () => say(`audisp-syslog: ${failed} records could not be given to the system log`),
    stop: async () => {},
  };
}

const USAGE =
  '[LEVEL] [FACILITY] [interpret]\n\nPuts records into the system log, as LOG_INFO and LOG_USER unless told otherwise.';

export const main = () => runPlugin('audisp-syslog', USAGE, start);

// `auspex serve`: the browser console. It decides which trail is shown and where it is kept, opens the socket, prints the
// address with its one-time token, and puts everything back when it is told to end.

import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { fromUtf8 } from '../base/index.ts';
import { systemAccounts } from '../host/index.ts';
import { machinePolicy } from '../policy/index.ts';
import { addressOf, type Console, consoleApp, hostsOf, LiveHub, listen, pageFiles, Sessions } from '../web/index.ts';
import type { Io } from './io.ts';
import { helpText, optionTable, type Parsed, parseOptions, usage } from './options.ts';
import { openSource } from './serve-source.ts';
import { DB_OPTION } from './store-options.ts';
import { packageVersion } from './version.ts';

const PORT = 8437;

export const options = optionTable({
  tool: 'auspex serve',
  summary:
    'Shows the trail in a browser: as it happens, searched, summed up, explained. It listens on this machine only, and\n' +
    'prints an address that lets you in once.',
  usage: ['[options]'],
  options: [
    { name: 'port', forms: ['-p', '--port'], value: 'N', help: `default ${PORT}; 0 takes any that is free` },
    {
      name: 'input',
      forms: ['-i', '--input'],
      value: 'FILE',
      help: 'show FILE, and what is added to it; may be repeated',
      group: 'The trail',
    },
    { ...DB_OPTION, group: 'The trail' },
    { name: 'changes', forms: ['--allow-changes'], help: 'rules may be applied from the page' },
    { name: 'no-open', forms: ['--no-open'], help: 'open no browser' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: [
    'Example:',
    '  auspex serve -i /var/log/audit/audit.log',
    '',
    'Exit status: 0 ended by a signal, 1 an error, 2 wrong usage.',
  ],
  words: 0,
});

type Line = Parsed<(typeof options)['options'][number]['name']>;

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const line: Line = parseOptions(options, argv);
  if (line.has('help')) {
    io.out(fromUtf8(helpText(options)));
    return 0;
  }
  const say = (text: string): void => io.out(fromUtf8(`${text}\n`));
  const port = portOf(line);
  const hub = new LiveHub();
  const source = await openSource({ inputs: line.values('input'), db: line.value('db'), hub });
  let address = '';
  const sessions = new Sessions({
    now: Date.now,
    renewed: (token) => say(`Signed in. For another browser: ${address}/#token=${token}`),
  });
  const console: Console = {
    version: packageVersion(),
    host: hostname(),
    store: source.store,
    hub,
    accounts: systemAccounts(),
    facts: source.facts,
    policy: machinePolicy(),
    allowChanges: line.has('changes'),
    now: Date.now,
    audit: () => {},
    log: (text) => io.err(fromUtf8(`auspex serve: ${text}\n`)),
  };
  const folder = fileURLToPath(new URL('../../dist/ui', import.meta.url));
  const page = existsSync(folder) ? pageFiles(folder) : undefined;
  const server = await listen({ address: '127.0.0.1', port }, (bound) =>
    consoleApp({
      console,
      sessions,
      hosts: hostsOf('127.0.0.1', bound),
      secure: false,
      addressOf,
      ...(page && { page }),
    }),
  );
  address = `http://127.0.0.1:${server.port}`;
  say(source.facts().source.text);
  say(`Open ${address}/#token=${sessions.token}`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  sessions.close();
  await server.close();
  await source.close();
  return 0;
}

function portOf(line: Line): number {
  const text = line.value('port');
  if (text === undefined) return PORT;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw usage(options, '`--port` takes a number up to 65535');
  return Number(text);
}

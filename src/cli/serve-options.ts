// The command line of `auspex serve` as data.

import { optionTable, type Parsed } from './options.ts';
import { DB_OPTION } from './store-options.ts';

export const PORT = 8765;

const TRAIL = 'The trail';
const OUTSIDE = 'For other machines';

export const options = optionTable({
  tool: 'auspex serve',
  summary:
    'Shows the trail in a browser: as it happens, searched, summed up, explained. It listens on this machine only, and\n' +
    'prints an address that lets one browser in, once.',
  usage: ['[options]', '--make-password NAME'],
  options: [
    {
      name: 'port',
      forms: ['-p', '--port'],
      value: 'N',
      help: `default ${PORT}, or any that is free where that is taken; 0 takes any`,
    },
    {
      name: 'overview',
      forms: ['--overview'],
      help: 'print an overview of the trail first, as `npm start` does',
    },
    { name: 'no-open', forms: ['--no-open'], help: 'open no browser' },
    { name: 'changes', forms: ['--allow-changes'], help: 'rules may be applied from the page' },
    {
      name: 'source',
      forms: ['-s', '--source'],
      value: 'WHAT',
      help: 'live, log, sample, or auto (the default): the first of them that can be had',
      group: TRAIL,
    },
    {
      name: 'input',
      forms: ['-i', '--input'],
      value: 'FILE',
      help: 'show FILE, and what is added to it; may be repeated',
      group: TRAIL,
    },
    { ...DB_OPTION, group: TRAIL },
    { name: 'age', forms: ['--max-age'], value: 'AGE', help: 'delete events older than 12h, 90d, 8w', group: TRAIL },
    {
      name: 'size',
      forms: ['--max-size'],
      value: 'SIZE',
      help: 'keep at most so much log text: 500M, 2G',
      group: TRAIL,
    },
    {
      name: 'listen',
      forms: ['--listen'],
      value: 'ADDRESS',
      help: 'listen there; an address that is not this machine’s own needs TLS',
      group: OUTSIDE,
    },
    {
      name: 'host',
      forms: ['--host'],
      value: 'NAME',
      help: 'a name the page is opened by; may be repeated',
      group: OUTSIDE,
    },
    { name: 'cert', forms: ['--tls-cert'], value: 'FILE', help: 'the certificate and its chain, PEM', group: OUTSIDE },
    { name: 'key', forms: ['--tls-key'], value: 'FILE', help: 'its key, PEM', group: OUTSIDE },
    {
      name: 'passwords',
      forms: ['--password-file'],
      value: 'FILE',
      help: 'who may sign in by name and password, besides the token',
      group: OUTSIDE,
    },
    {
      name: 'make-password',
      forms: ['--make-password'],
      value: 'NAME',
      help: 'ask for a password (not shown), or read it from standard input; print its line for the file',
      group: OUTSIDE,
    },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  notes: [
    'live: the kernel’s records, beside a running audit daemon or in its place; log: this machine’s log as it grows;',
    'sample: the trail that comes with Auspex.',
    '',
    'Example:',
    '  auspex serve -i /var/log/audit/audit.log',
    '  auspex serve --listen 0.0.0.0 --tls-cert cert.pem --tls-key key.pem --password-file users',
    '',
    'Exit status: 0 ended by a signal, 1 an error, 2 wrong usage.',
  ],
  words: 0,
});

export type ServeLine = Parsed<(typeof options)['options'][number]['name']>;

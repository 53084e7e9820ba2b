// The small formats: settings files, the checkpoint, netlink datagrams, the binary stream of plugins, the journal, the options of
// ausearch and aureport, points in time. The first byte of an input says which. Only AuditErrors are thrown, a stream cut anywhere
// says the same, and what is written is read back the same.
import { AuditError, C_TIME, latin1 } from '../../src/base/index.ts';
import { table as reportOptions } from '../../src/cli/aureport-options.ts';
import { readRequest as readReport } from '../../src/cli/aureport-request.ts';
import { table as searchOptions } from '../../src/cli/ausearch-options.ts';
import { readRequest as readSearch } from '../../src/cli/ausearch-request.ts';
import { readConfig, schema } from '../../src/daemon/config.ts';
import { pluginSchema, readPlugin } from '../../src/dispatch/plugin-config.ts';
import { BinaryReader, binaryOf } from '../../src/dispatch/wire.ts';
import { accountsOf } from '../../src/host/accounts.ts';
import { readMoment } from '../../src/host/moment.ts';
import {
  errorOf,
  isRecord,
  readFrames,
  readSignalInfo,
  readStatus,
  readSwitches,
  readTty,
  writeStatus,
} from '../../src/kernel/index.ts';
import { LINE_OVERHEAD, packLine, serialAt } from '../../src/kernel/pack.ts';
import { classicPredicate } from '../../src/query/classic.ts';
import { needlesOf } from '../../src/query/needles.ts';
import { JournalDecoder, journalFormat } from '../../src/record/index.ts';
import { clientSchema, readClientConfig } from '../../src/remote/client-config.ts';
import { checkpointText, parseCheckpoint } from '../../src/search/checkpoint.ts';
import { type Campaign, hold, holdSame, orRefused } from '../kit/campaign.ts';
import { recordWords, textsIn, trails } from '../kit/material.ts';

const isRefusal = (error: unknown): boolean => error instanceof AuditError;
const text = (input: Buffer): string => input.toString('latin1');
/** A Saturday. */
const NOW = 1_795_243_905;
const times = { now: NOW, boot: () => NOW - 3600, locale: () => C_TIME };
const machine = {
  accounts: () => accountsOf('alice:x:1001:1001::/:\n', 'staff:x:50:\n'),
  arch: () => 'x86_64' as const,
  times: () => times,
};

interface Format {
  readonly check: (input: Buffer) => void;
  readonly seeds: () => readonly (string | Uint8Array)[];
  readonly words: () => readonly string[];
}

const keywords = (of: object): string[] => Object.keys(of).map((name) => `${name} = `);

function settings(read: (text: string) => { readonly problems: readonly AuditError[] }, of: object): Format {
  return {
    check: (input) => {
      for (const { position } of read(text(input)).problems)
        hold((position?.line ?? 1) <= input.length + 1, 'a fault is in the file');
    },
    seeds: () => textsIn('packaging/etc', '.conf'),
    words: () => [...keywords(of), 'yes\n', 'no\n', '99999999999\n', '/x\n', '# ', '=\n', 'exec /x\n', '25%\n', '\r\n'],
  };
}

/** What comes of a stream in pieces of `size`. */
function inPieces(input: Buffer, size: number, push: (piece: Buffer) => string): string {
  let out = '';
  for (let at = 0; at < input.length; at += size) out += push(input.subarray(at, at + size));
  return out;
}

/** The same, whole and cut. */
function holdUncut(input: Buffer, read: (size: number) => string): void {
  const whole = read(Math.max(1, input.length));
  holdSame(read(input.length > 2000 ? 701 : 1 + (input.length % 7)), whole, 'cut into pieces');
}

function checkJournal(input: Buffer): void {
  journalFormat(input);
  for (const format of ['export', 'json'] as const)
    holdUncut(input, (size) => {
      const decoder = new JournalDecoder(format);
      return inPieces(input, size, (piece) => decoder.push(piece)) + decoder.end();
    });
}

function checkBinary(input: Buffer): void {
  holdUncut(input, (size) => {
    const reader = new BinaryReader();
    const read = (piece: Buffer): string =>
      [...reader.push(piece)].map((r) => `${r.type} ${latin1(r.text)}\n`).join('');
    return inPieces(input, size, read) + reader.broken;
  });
  binaryOf(input, true);
  binaryOf(input, false);
}

function checkDatagram(input: Buffer): void {
  const { messages } = readFrames(input);
  for (const message of messages) {
    hold(message.payload.length <= input.length, 'a payload is of its datagram');
    errorOf(message);
    const status = readStatus(message.payload);
    if (status) writeStatus(status as object);
    readSignalInfo(message.payload);
    readTty(message.payload);
    readSwitches(message.payload);
    serialAt(message.payload, 0, message.payload.length);
  }
  if (input.length < 16 || !isRecord(input[4]! | (input[5]! << 8))) return;
  const block = Buffer.alloc(2 * input.length + LINE_OVERHEAD);
  input.copy(block);
  const end = packLine(block, 0, input.length, input.length);
  const line = latin1(block, input.length, end);
  hold(end <= block.length && line.indexOf('\n') === line.length - 1, () => `no line: ${JSON.stringify(line)}`);
}

function checkCheckpoint(input: Buffer): void {
  const read = orRefused(() => parseCheckpoint(text(input), 'f'), isRefusal);
  if (!read) return;
  const written = checkpointText(read);
  holdSame(JSON.stringify(parseCheckpoint(written, 'f')), JSON.stringify(read), `the checkpoint, from ${written}`);
}

/** The words of a command line, at blanks. */
const argvOf = (input: Buffer): string[] => input.toString('utf8').replaceAll('\0', '').split(' ').slice(0, 2000);

function checkSearchOptions(input: Buffer): void {
  const request = orRefused(() => readSearch(argvOf(input), machine), isRefusal);
  if (request && typeof request === 'object') needlesOf(classicPredicate(request.search));
}

const forms = (table: { readonly options: readonly { readonly forms: readonly string[] }[] }): string[] =>
  table.options.flatMap((option) => option.forms.map((form) => ` ${form} `));
const VALUES = [
  'today',
  'this-week',
  '11/21/2026',
  '04:17:46',
  'checkpoint',
  'USER_LOGIN',
  'alice',
  '-1',
  '\xe9',
  'b64',
  'execve',
];

const FORMATS: readonly Format[] = [
  settings((one) => readConfig(one, 'auditd.conf'), schema),
  settings((one) => readPlugin(one, 'x.conf', 'x'), pluginSchema),
  settings((one) => readClientConfig(one, 'audisp-remote.conf'), clientSchema),
  {
    check: checkCheckpoint,
    seeds: () => ['dev=0xFE00\ninode=5374030\noutput=- 1795234667.115:7 0x514 offset=12\n'],
    words: () => ['dev=0x', 'inode=', 'output=', ' offset=', 'output=node 1.000:1 0x0\n', '9007199254740993'],
  },
  {
    check: checkDatagram,
    seeds: () => [
      Buffer.from('1c0000001405000000000000000000006175646974', 'hex'),
      Buffer.concat([Buffer.from('3c000000e8030000010000000200000000000000', 'hex'), Buffer.alloc(44, 1)]),
      Buffer.from('24000000020000000100000002000000ffffffff10000000ea03050001000000', 'hex'),
    ],
    words: () => [
      '\x14\x05\0\0',
      '\x02\0\0\0',
      '\xe8\x03',
      '\xf2\x03',
      'audit(1795234667.115:7): ',
      '\n',
      '\0\0\0\0',
      '\xff\xff\xff\xff',
    ],
  },
  {
    check: checkBinary,
    seeds: () =>
      trails()
        .slice(0, 6)
        .map((log) => binaryOf(log, false)),
    words: () => ['\0\0\0\0\x10\0\0\0\x14\x05\0\0\x05\0\0\0', '\x10\0\0\0', '\x01\0\0\0', '\0\0\x01\0'],
  },
  {
    check: checkJournal,
    seeds: () => [
      '__CURSOR=s=1\n_AUDIT_TYPE=1300\n_AUDIT_TYPE_NAME=SYSCALL\n_AUDIT_ID=7\n_SOURCE_REALTIME_TIMESTAMP=1795234667115000\nMESSAGE\n\x0b\0\0\0\0\0\0\0SYSCALL a=1\n\n',
      '{"__CURSOR":"s=1","_AUDIT_TYPE":"1300","_AUDIT_ID":"7","_SOURCE_REALTIME_TIMESTAMP":"1795234667115000","MESSAGE":[83,32,97]}\n',
      '__CURSOR=s=3\n_TRANSPORT=kernel\nMESSAGE=audit: type=1400 audit(1795234668.200:9): a=1\n\n',
    ],
    words: () => [
      'MESSAGE=',
      'MESSAGE\n\x03\0\0\0\0\0\0\0a\nb\n',
      '_AUDIT_TYPE=',
      '\n\n',
      '"MESSAGE":',
      '\\u00e9',
      '{}',
      '\xff\xff\xff\xff\xff\xff\xff\xff',
    ],
  },
  {
    check: checkSearchOptions,
    seeds: () => [
      '-k a -w',
      '-m USER_LOGIN,1300',
      '-ul alice -sc execve',
      '--start today --end now',
      '--format csv --extra-keys',
    ],
    words: () => [...forms(searchOptions), ...VALUES, ...recordWords().slice(0, 40)],
  },
  {
    check: (input) => void orRefused(() => readReport(argvOf(input), () => times), isRefusal),
    seeds: () => ['--summary', '-x --summary -i', '-ts 11/21/2026 04:17:46 -te now', '--login --failed'],
    words: () => [...forms(reportOptions), ...VALUES],
  },
  {
    check: (input) => {
      const at = orRefused(() => readMoment(input.toString('utf8'), NOW * 1000), isRefusal);
      hold(at === undefined || Number.isFinite(at), () => `moment ${at}`);
    },
    seeds: () => [
      '15m',
      '2h',
      'yesterday',
      '14:30',
      '2026-11-21 14:30',
      '2026-11-21T14:30:00.5+01:00',
      '1795234667.115',
      'boot',
    ],
    words: () => ['d ago', 'Z', '+01:00', 'T', '-', ':', '.', '99999999999', '2026-', '24:00', 'today', 'w', 'y'],
  },
];

const tagged = (tag: number, body: string | Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.of(tag), typeof body === 'string' ? Buffer.from(body, 'latin1') : body]);

export const campaign: Campaign = {
  about: 'settings, checkpoints, netlink datagrams, plugin and journal streams, options, times',
  seeds: () => FORMATS.flatMap((format, tag) => format.seeds().map((seed) => tagged(tag, seed))),
  words: () => FORMATS.flatMap((format) => format.words()),
  open: () => ({
    check: (input) => FORMATS[(input[0] ?? 0) % FORMATS.length]!.check(input.subarray(1)),
  }),
};

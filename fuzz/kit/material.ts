// What inputs are made from: trails of the repository, and of ../shared where it is there, cut into events; words from the
// tables and the trails. Campaigns share it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fieldNames } from '../../src/interpret/fields.ts';
import { arches, errnoEntries, recordTypes, signals, syscalls, type Table } from '../../src/tables/index.ts';

/** The repository; this file may stand in a build of it. */
const root = ((folder: string): string => {
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})(dirname(fileURLToPath(import.meta.url)));

/** A file of the repository as latin1 text; '' when it is not there. */
export function textAt(path: string): string {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'latin1') : '';
}

/** The texts of the files of a folder whose names end so. */
export function textsIn(folder: string, ending: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending)).map((name) => textAt(join(folder, name)));
}

const TRAILS = ['sample/audit.log', 'test/expression/trail.log', 'test/explain/seeds.log', 'test/explain/at-calls.log'];
const CORPUS = [
  'aulast.log',
  ...'hard/broken hard/nodes lab/slice old/old synth/types'.split(' ').map((n) => `${n}.log`),
];

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

const allTrails = (): string[] => [...TRAILS, ...CORPUS.map((name) => `../shared/corpus/${name}`)].map(textAt);

/** Events at most: enough to have one of each kind. */
const MOST = 240;

/** Events of trails, one of each set of record types and field names. */
export function trails(): Uint8Array[] {
  const chosen = new Map<string, string>();
  for (const text of allTrails())
    for (const lines of eventsIn(text)) {
      const event = `${lines.join('\n')}\n`.slice(0, 4000);
      const kind = event.replace(/=[^ \n]*/g, '').replace(/[^A-Za-z_\n]+/g, ' ');
      if (chosen.size < MOST && !chosen.has(kind)) chosen.set(kind, event);
    }
  const mixed = textAt('../shared/corpus/hard/interleaved.log').slice(0, 4000);
  return [...chosen.values(), mixed, textAt(TRAILS[0]!).slice(0, 4000)].filter((text) => text !== '').map(bytes);
}

const names = (table: Table): string[] => table.entries().map(([, name]) => name);

/** The lines of a trail by the event they are of. */
function eventsIn(text: string): Iterable<readonly string[]> {
  const events = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const stamp = /audit\([^)]*\)/.exec(line)?.[0] ?? line;
    const event = events.get(stamp);
    if (event) event.push(line);
    else events.set(stamp, [line]);
  }
  return events.values();
}

/** Record types, field names, system calls and the signs around them. */
export function recordWords(): string[] {
  const fields = new Set(fieldNames());
  for (const text of allTrails())
    for (const [, name] of text.matchAll(/[ \x1d']([A-Za-z_][\w-]*)=/g)) fields.add(name!);
  return [
    ...names(recordTypes).map((name) => `type=${name} `),
    ...[...fields].flatMap((name) => [` ${name}=`, `${name.toUpperCase()}=`]),
    ...['msg=audit(1795234667.115:7): ', 'msg=audit(', '.000:', '): ', 'node=', "msg='", "'", '\x1d', '"', '{ ', ' }'],
    ...['=?', '=(null)', '=(none)', '=unset', '4294967295', 'res=success', 'res=failed', 'success=no', 'items=0'],
    ...['type=UNKNOWN[1399] ', 'type=EOE msg=audit(1795234667.115:7): \n', '\n\n', '\0', '\xff\xfe', '2F62696E2F7368'],
    ...['arch=c000003e', 'arch=40000003', 'saddr=0200', 'saddr=0A00', 'saddr=0100', 'saddr=1000', 'mode=0100644'],
  ];
}

/** Names of system calls, errors and signals. */
export function kernelWords(): string[] {
  return [...names(syscalls('x86_64')), ...errnoEntries().map(([, name]) => name), ...names(signals), ...arches];
}

/** The names of a table. */
export const wordsOfTable = names;

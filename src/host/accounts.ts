// Names of this machine's users and groups. /etc/passwd and /etc/group are read once, in plain JavaScript; the name
// service (LDAP, SSSD, systemd) is asked through libc only for what they do not hold, and only where nsswitch.conf
// names a source besides files, or files do not come first. Kept in memory for the life of the object, never on disk.
import { readFileSync } from 'node:fs';
import { type Accounts, latin1, UNSET } from '../base/index.ts';
import { nssGroupId, nssGroupName, nssUserId, nssUserName } from '../libc/accounts.ts';

/** One database of names and ids; the first entry of a name or an id wins, as in the C library. */
interface Names {
  readonly byId: ReadonlyMap<number, string>;
  readonly byName: ReadonlyMap<string, number>;
}

/** Reads the lines of a passwd(5) or group(5) file: `name:password:id:…`; lines without a numeric id are left out. */
export function parseAccountFile(text: string): Names {
  const byId = new Map<number, string>();
  const byName = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [name, , field] = line.split(':', 3);
    if (!name || name.startsWith('#') || field === undefined || !/^\d+$/.test(field)) continue;
    const id = Number(field);
    if (id > UNSET) continue;
    if (!byId.has(id)) byId.set(id, name);
    if (!byName.has(name)) byName.set(name, id);
  }
  return { byId, byName };
}

/** Accounts from the text of a passwd and a group file (latin1 strings): for tests, and logs of another machine. */
export function accountsOf(passwd: string, group: string): Accounts {
  const users = parseAccountFile(passwd);
  const groups = parseAccountFile(group);
  return {
    userName: (uid) => users.byId.get(uid),
    groupName: (gid) => groups.byId.get(gid),
    userId: (name) => users.byName.get(name),
    groupId: (name) => groups.byName.get(name),
  };
}

/** How a database of nsswitch.conf(5) is to be asked. */
export interface Order {
  /** The file is the first source, and its answer is final. */
  readonly filesFirst: boolean;
  /** There are sources besides the file. */
  readonly others: boolean;
}

/** The order of one database (`passwd`, `group`) in the text of nsswitch.conf; without a line, files alone. */
export function parseNsswitch(text: string, database: string): Order {
  const line = text
    .split('\n')
    .map((l) => l.replace(/#.*/, '').trim())
    .find((l) => l.startsWith(`${database}:`));
  const sources = line?.slice(database.length + 1).trim() || 'files';
  const [first, second] = sources.split(/\s+/);
  const plain = first === 'files' && !second?.startsWith('[');
  return { filesFirst: plain, others: !plain || second !== undefined };
}

function readOr(file: string): string {
  try {
    return latin1(readFileSync(file));
  } catch {
    return '';
  }
}

/** Asks the file and the name service in their order; a machine without koffi has the file only. */
function ask<K, V>(key: K, order: Order, file: ReadonlyMap<K, V>, service: (key: K) => V | undefined): V | undefined {
  const found = file.get(key);
  if (found !== undefined && order.filesFirst) return found;
  if (!order.others) return found;
  try {
    return service(key) ?? (order.filesFirst ? undefined : found);
  } catch {
    return found;
  }
}

function memo<K, V>(find: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined && !known.has(key)) {
      value = find(key);
      known.set(key, value);
    }
    return value as V;
  };
}

/** This machine's accounts, synchronous, each id and name asked for once. Files are read at the first question. */
export function systemAccounts(): Accounts {
  const darwin = process.platform === 'darwin'; // Directory Services know more than the files there
  const once = <T>(make: () => T): (() => T) => {
    let made: T | undefined;
    return () => (made ??= make());
  };
  const nsswitch = once(() => readOr('/etc/nsswitch.conf'));
  const order = (database: string): Order =>
    darwin ? { filesFirst: false, others: true } : parseNsswitch(nsswitch(), database);
  const users = once(() => ({ ...parseAccountFile(readOr('/etc/passwd')), order: order('passwd') }));
  const groups = once(() => ({ ...parseAccountFile(readOr('/etc/group')), order: order('group') }));
  return {
    userName: memo((uid) => ask(uid, users().order, users().byId, nssUserName)),
    groupName: memo((gid) => ask(gid, groups().order, groups().byId, nssGroupName)),
    userId: memo((name) => ask(name, users().order, users().byName, nssUserId)),
    groupId: memo((name) => ask(name, groups().order, groups().byName, nssGroupId)),
  };
}

/** The accounts of /etc/passwd in the order of the file (ids and latin1 names), as getpwent(3) without a name service. */
export const localUsers = (): readonly (readonly [uid: number, name: string])[] => [
  ...parseAccountFile(readOr('/etc/passwd')).byId,
];

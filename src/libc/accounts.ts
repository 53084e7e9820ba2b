// Users and groups by the C library's name service (NSS), so that LDAP, SSSD and systemd-homed users resolve.
// Nothing is cached here; see host/accounts.ts for that.
import { constants } from 'node:os';
import { bytesOf } from '../base/index.ts';
import { cFunction, cString, pointerAt, pointerSize } from './load.ts';

type ById = (id: number, entry: Buffer, text: Buffer, size: number, result: Buffer) => number;
type ByName = (name: Buffer, entry: Buffer, text: Buffer, size: number, result: Buffer) => number;

const rest = 'void *, void *, size_t, void *)';
const getpwuid = cFunction<ById>(`int getpwuid_r(uint32_t, ${rest}`);
const getgrgid = cFunction<ById>(`int getgrgid_r(uint32_t, ${rest}`);
const getpwnam = cFunction<ByName>(`int getpwnam_r(void *, ${rest}`);
const getgrnam = cFunction<ByName>(`int getgrnam_r(void *, ${rest}`);

/** What struct passwd and struct group begin with: name, password, id (pwd.h, grp.h: the same on Linux and macOS). */
interface Entry {
  readonly name: string;
  readonly id: number;
}

const LARGEST = 1 << 20; // a group of some ten thousand members

function lookUp(call: (entry: Buffer, text: Buffer, size: number, result: Buffer) => number): Entry | undefined {
  for (let size = 4096; size <= LARGEST; size *= 4) {
    const entry = Buffer.alloc(128);
    const text = Buffer.alloc(size);
    const result = Buffer.alloc(8);
    const error = call(entry, text, size, result);
    if (error === constants.errno.ERANGE) continue;
    if (error !== 0 || pointerAt(result, 0) === 0n) return undefined;
    return { name: cString(pointerAt(entry, 0)), id: entry.readUInt32LE(2 * pointerSize()) };
  }
  return undefined;
}

const cName = (name: string): Buffer => Buffer.from([...bytesOf(name), 0]);

/** A user's name (latin1 bytes) by id; `undefined` when NSS knows none. Throws AuditError `no-libc` without koffi. */
export function nssUserName(uid: number): string | undefined {
  return lookUp((...a) => getpwuid(uid, ...a))?.name;
}

/** A group's name by id, as `nssUserName`. */
export function nssGroupName(gid: number): string | undefined {
  return lookUp((...a) => getgrgid(gid, ...a))?.name;
}

/** A user's id by name (latin1 bytes). */
export function nssUserId(name: string): number | undefined {
  return lookUp((...a) => getpwnam(cName(name), ...a))?.id;
}

/** A group's id by name (latin1 bytes). */
export function nssGroupId(name: string): number | undefined {
  return lookUp((...a) => getgrnam(cName(name), ...a))?.id;
}

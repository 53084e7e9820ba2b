// What Node's net lacks: one datagram to a unix socket, as syslog(3) (/dev/log) and sd_notify(3) want it.
import { cFunction, errno } from './load.ts';
import { systemError } from './netlink.ts';

const socketCall = cFunction<(domain: number, type: number, protocol: number) => number>('int socket(int, int, int)');
const sendtoCall = cFunction<
  (fd: number, bytes: Uint8Array, length: number, flags: number, address: Buffer, size: number) => number
>('intptr_t sendto(int, void *, size_t, int, void *, uint32_t)');
const closeCall = cFunction<(fd: number) => number>('int close(int)');

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

/** Sends, waiting for a full receiver only when `wait` says so; a path that begins with `@` is in the abstract namespace. Throws AuditError `system`. */
export function sendUnixDatagram(path: string, bytes: Uint8Array, wait = false): void {
  const name = Buffer.from(path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`);
  const address = Buffer.alloc(2 + name.length);
  address.writeUInt16LE(AF_UNIX);
  name.copy(address, 2);
  const fd = socketCall(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (fd < 0) throw systemError('open a unix socket', 'socket', errno());
  try {
    const flags = (wait ? 0 : MSG_DONTWAIT) | MSG_NOSIGNAL;
    if (Number(sendtoCall(fd, bytes, bytes.length, flags, address, address.length)) < 0)
      throw systemError(`send to ${path}`, 'sendto', errno());
  } finally {
    closeCall(fd);
  }
}

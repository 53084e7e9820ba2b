// Netlink sockets by hand: Node has none. Blocking calls with a receive timeout, because the kernel answers audit
// requests while or right after they are sent. Structures are those of 64-bit and 32-bit little-endian Linux.
import { constants } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { AuditError } from '../base/error.ts';
import { cFunction, errno, native, pointerSize } from './load.ts';

const socketCall = cFunction<(domain: number, type: number, protocol: number) => number>('int socket(int, int, int)');
const bindCall = cFunction<(fd: number, address: Buffer, length: number) => number>('int bind(int, void *, uint32_t)');
const getsockname = cFunction<(fd: number, address: Buffer, length: Buffer) => number>(
  'int getsockname(int, void *, void *)',
);
const setsockopt = cFunction<(fd: number, level: number, name: number, value: Buffer, length: number) => number>(
  'int setsockopt(int, int, int, void *, uint32_t)',
);
const sendtoCall = cFunction<
  (fd: number, bytes: Uint8Array, length: number, flags: number, address: Buffer, size: number) => number
>('intptr_t sendto(int, void *, size_t, int, void *, uint32_t)');
const recvfromCall = cFunction<
  (fd: number, bytes: Uint8Array, length: number, flags: number, address: Buffer, size: Buffer) => number
>('intptr_t recvfrom(int, void *, size_t, int, void *, void *)');
const recvmmsgCall = cFunction<(fd: number, headers: Buffer, count: number, flags: number, timeout: null) => number>(
  'int recvmmsg(int, void *, uint32_t, int, void *)',
);
const closeCall = cFunction<(fd: number) => number>('int close(int)');

// socket.h, netlink.h
const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;
const SO_RCVBUF = 8;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_ADD_MEMBERSHIP = 1;
const MSG_TRUNC = 0x20;
const MSG_WAITFORONE = 0x10000;
const ADDRESS = 12; // struct sockaddr_nl: family u16, pad u16, port u32, groups u32

/** A failed system call as an AuditError of code `system`; `cause` holds `{ call, errno, name }`. */
export function systemError(doing: string, call: string, number: number): AuditError {
  const [name, text] = getSystemErrorMap().get(-number) ?? [`errno ${number}`, `error ${number}`];
  return new AuditError('system', `Cannot ${doing}: ${call}: ${text} (${name})`, {
    cause: { call, errno: number, name },
  });
}

/** The errno an AuditError carries, however deep; `undefined` when no system call failed. */
export function errnoOf(error: unknown): number | undefined {
  for (let e = error; e !== null && typeof e === 'object'; e = (e as { cause?: unknown }).cause) {
    const number = (e as { errno?: unknown }).errno;
    if (typeof number === 'number') return Math.abs(number);
  }
  return undefined;
}

/** What one receive brought: `bytes` is a view into the caller's buffer. */
export interface Datagram {
  readonly bytes: Uint8Array;
  /** Netlink port of the sender: 0 is the kernel. */
  readonly from: number;
  /** The datagram was longer than the buffer. */
  readonly truncated: boolean;
}

/** Outcome of a receive besides datagrams: nothing came in time, or the socket's buffer overran and messages are lost. */
export type ReceiveGap = 'timeout' | 'overrun';

/** A netlink socket of one protocol. Not for use by several threads at once. */
export class NetlinkSocket {
  readonly fd: number;
  /** Our own port, chosen by the kernel. */
  readonly port: number;
  #open = true;
  readonly #kernel = Buffer.alloc(ADDRESS);
  readonly #from = Buffer.alloc(ADDRESS);
  readonly #fromSize = Buffer.alloc(4);

  /** Throws AuditError `system`: EPROTONOSUPPORT where the kernel lacks the protocol. */
  constructor(protocol: number, timeoutMs: number) {
    const fd = socketCall(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
    if (fd < 0) throw systemError('open a netlink socket', 'socket', errno());
    this.fd = fd;
    try {
      const address = Buffer.alloc(ADDRESS);
      address.writeUInt16LE(AF_NETLINK, 0);
      if (bindCall(fd, address, ADDRESS) < 0) throw systemError('bind a netlink socket', 'bind', errno());
      const size = Buffer.alloc(4);
      size.writeUInt32LE(ADDRESS);
      if (getsockname(fd, address, size) < 0) throw systemError('name a netlink socket', 'getsockname', errno());
      this.port = address.readUInt32LE(4);
      this.setTimeout(timeoutMs);
    } catch (error) {
      closeCall(fd);
      throw error;
    }
    this.#kernel.writeUInt16LE(AF_NETLINK, 0);
  }

  /** How long one receive or send may block, in milliseconds; 0 = for ever. */
  setTimeout(ms: number): void {
    const word = pointerSize();
    const value = Buffer.alloc(2 * word);
    value.writeUInt32LE(Math.floor(ms / 1000), 0);
    value.writeUInt32LE(Math.round((ms % 1000) * 1000), word);
    for (const name of [SO_RCVTIMEO, SO_SNDTIMEO])
      if (setsockopt(this.fd, SOL_SOCKET, name, value, value.length) < 0)
        throw systemError('set a socket timeout', 'setsockopt', errno());
  }

  /** Asks for a receive buffer of `bytes`, past the system's limit where privileged; true when the force worked. */
  setReceiveBuffer(bytes: number): boolean {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(bytes);
    if (setsockopt(this.fd, SOL_SOCKET, SO_RCVBUFFORCE, value, 4) === 0) return true;
    setsockopt(this.fd, SOL_SOCKET, SO_RCVBUF, value, 4);
    return false;
  }

  /** Joins a multicast group; throws AuditError `system` (EPERM without the privilege). */
  join(group: number): void {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(group);
    if (setsockopt(this.fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, value, 4) < 0)
      throw systemError('join the multicast group', 'setsockopt', errno());
  }

  /** Sends to the kernel; retries when a signal interrupts. */
  send(bytes: Uint8Array): void {
    for (;;) {
      if (Number(sendtoCall(this.fd, bytes, bytes.length, 0, this.#kernel, ADDRESS)) >= 0) return;
      const error = errno();
      if (error !== constants.errno.EINTR) throw systemError('send to the kernel', 'sendto', error);
    }
  }

  /** Receives one datagram into `buffer`; retries when a signal interrupts. */
  receive(buffer: Uint8Array): Datagram | ReceiveGap {
    for (;;) {
      this.#fromSize.writeUInt32LE(ADDRESS);
      const n = Number(recvfromCall(this.fd, buffer, buffer.length, MSG_TRUNC, this.#from, this.#fromSize));
      if (n >= 0) {
        const from = this.#fromSize.readUInt32LE(0) >= 8 ? this.#from.readUInt32LE(4) : -1;
        return { bytes: buffer.subarray(0, Math.min(n, buffer.length)), from, truncated: n > buffer.length };
      }
      const gap = gapOf(errno());
      if (gap) return gap;
    }
  }

  close(): void {
    if (this.#open) closeCall(this.fd);
    this.#open = false;
  }
}

/** What an errno of a receive means; `undefined` = try again (EINTR); throws for any other. */
function gapOf(error: number): ReceiveGap | undefined {
  if (error === constants.errno.EINTR) return undefined;
  if (error === constants.errno.EAGAIN) return 'timeout';
  if (error === constants.errno.ENOBUFS) return 'overrun';
  throw systemError('receive from the kernel', 'recv', error);
}

/**
 * Receives up to `count` datagrams with one system call (recvmmsg(2)) into one block of memory, slot by slot:
 * it waits for the first, and takes what else is there.
 */
export class BatchReceiver {
  readonly #socket: NetlinkSocket;
  readonly #count: number;
  readonly #headers: Buffer;
  readonly #names: Buffer;
  readonly #vectors: Buffer;
  readonly #stride: number;
  readonly #flagsAt: number;
  #used: number; // headers whose name length the kernel has written over

  /** Datagram `i` goes to `block[i * slot …]`; the block holds at least `count` slots and stays where it is. */
  constructor(socket: NetlinkSocket, block: Buffer, count: number, slot: number) {
    this.#socket = socket;
    this.#count = count;
    this.#used = count;
    const word = pointerSize();
    this.#flagsAt = 6 * word;
    this.#stride = 8 * word; // struct mmsghdr: struct msghdr of seven words, then the length
    this.#headers = Buffer.alloc(Math.max(128, count * this.#stride));
    this.#names = Buffer.alloc(Math.max(128, count * ADDRESS));
    this.#vectors = Buffer.alloc(Math.max(128, count * 2 * word));
    const put = (bytes: Buffer, at: number, value: bigint): void => {
      if (word === 8) bytes.writeBigUInt64LE(value, at);
      else bytes.writeUInt32LE(Number(value), at);
    };
    const address = (bytes: Buffer): bigint => BigInt(native().address(bytes));
    const [start, names, vectors] = [address(block), address(this.#names), address(this.#vectors)];
    for (let i = 0; i < count; i++) {
      put(this.#vectors, i * 2 * word, start + BigInt(i * slot));
      put(this.#vectors, i * 2 * word + word, BigInt(slot));
      put(this.#headers, i * this.#stride, names + BigInt(i * ADDRESS));
      put(this.#headers, i * this.#stride + 2 * word, vectors + BigInt(i * 2 * word));
      put(this.#headers, i * this.#stride + 3 * word, 1n);
    }
  }

  /** How many datagrams came, at most `most`; their bytes stay in the slots until the next call. */
  receive(most = this.#count): number | ReceiveGap {
    for (let i = 0; i < this.#used; i++) this.#headers.writeUInt32LE(ADDRESS, i * this.#stride + pointerSize());
    for (;;) {
      const n = recvmmsgCall(this.#socket.fd, this.#headers, most, MSG_WAITFORONE, null);
      if (n >= 0) {
        this.#used = n;
        return n;
      }
      const gap = gapOf(errno());
      if (gap) return gap;
    }
  }

  /** Length of datagram `i` as received (never more than a slot). */
  length(i: number): number {
    return this.#headers.readUInt32LE(i * this.#stride + this.#stride - pointerSize());
  }

  /** Netlink port of its sender: 0 is the kernel. */
  from(i: number): number {
    return this.#names.readUInt32LE(i * ADDRESS + 4);
  }

  truncated(i: number): boolean {
    return (this.#headers.readUInt32LE(i * this.#stride + this.#flagsAt) & MSG_TRUNC) !== 0;
  }
}

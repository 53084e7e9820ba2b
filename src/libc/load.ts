// The one door to koffi, and through it to the C library. koffi (about 15 ms and a native library) is loaded on the
// first call only, so a tool that asks nothing of libc pays nothing. It does not know what the functions mean.
import { createRequire } from 'node:module';
import { latin1 } from '../base/bytes.ts';
import { AuditError } from '../base/error.ts';

type Koffi = typeof import('koffi');

let koffi: Koffi | undefined;
let library: ReturnType<Koffi['load']> | undefined;

/** koffi itself; throws AuditError `no-libc` where its native library is missing for this machine. */
export function native(): Koffi {
  if (koffi) return koffi;
  try {
    koffi = createRequire(import.meta.url)('koffi') as Koffi;
    // The process has libc mapped already: glibc, musl and macOS's libSystem alike are found without a path.
    library = koffi.load(null);
    return koffi;
  } catch (cause) {
    throw new AuditError('no-libc', `Cannot reach the C library through koffi: ${(cause as Error).message}`, { cause });
  }
}

/** A function that binds the C function of `prototype` when it is first called. */
export function cFunction<F extends (...args: never[]) => unknown>(prototype: string): F {
  let bound: ReturnType<ReturnType<Koffi['load']>['func']> | undefined;
  return ((...args: unknown[]) => {
    if (!bound) {
      native();
      bound = library!.func(prototype);
    }
    return bound(...args);
  }) as unknown as F;
}

/** The error number the last C call of this thread left. */
export function errno(): number {
  return native().errno();
}

/** Size of a pointer here, in bytes. */
export function pointerSize(): number {
  return native().sizeof('void *');
}

/** The pointer at `offset` of a C structure, as an address (0n = NULL). */
export function pointerAt(bytes: Buffer, offset: number): bigint {
  return pointerSize() === 8 ? bytes.readBigUInt64LE(offset) : BigInt(bytes.readUInt32LE(offset));
}

const strlen = cFunction<(at: bigint) => number>('size_t strlen(void *)');

/** The NUL-terminated C string at an address, as a latin1 string; '' for NULL. */
export function cString(at: bigint): string {
  if (at === 0n) return '';
  const length = Number(strlen(at));
  return length === 0 ? '' : latin1(Buffer.from(native().view(at, length)));
}

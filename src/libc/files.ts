// What Node's fs lacks: flock(2), the advisory lock that ends with its process.
import { constants } from 'node:os';
import { AuditError } from '../base/index.ts';
import { cFunction, errno } from './load.ts';

const flockCall = cFunction<(fd: number, operation: number) => number>('int flock(int, int)');

const LOCK_EX = 2;
const LOCK_NB = 4;
const LOCK_UN = 8;

/** Takes the exclusive lock of an open file: true when held, false when another holds it and `wait` is false. */
export function lockFile(fd: number, wait: boolean): boolean {
  for (;;) {
    if (flockCall(fd, wait ? LOCK_EX : LOCK_EX | LOCK_NB) === 0) return true;
    const error = errno();
    if (error === constants.errno.EINTR) continue;
    if (error === constants.errno.EWOULDBLOCK) return false;
    throw new AuditError('lock', `Cannot lock a file: errno ${error}`);
  }
}

/** Gives the lock of an open file up; closing the file does so too. */
export function unlockFile(fd: number): void {
  flockCall(fd, LOCK_UN);
}

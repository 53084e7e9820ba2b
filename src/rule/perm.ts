// What a permission filter (perm=) can match: kernel/auditsc.c audit_match_perm as data. The filter asks what class the
// call is of; a call of another class never matches, whatever the rule's mask of calls says.
import { isExec } from '../tables/calls.ts';
import { permSyscalls, rulePerms } from '../tables/index.ts';

const [EXECUTE, WRITE, READ] = [1, 2, 4];
/** In auditctl's classes but not in the kernel's (include/asm-generic/audit_read.h). */
const NOT_A_READ = new Set(['stat', 'fstat', 'lstat', 'newfstatat', 'statx']);
/** In the kernel's 32-bit write class. */
const WIDE_WRITES = new Set(['truncate64', 'ftruncate64']);
/** Calls that are looked at by their open flags: they read, write or both, and never change attributes. */
const OPENS = new Set(['open', 'openat', 'openat2']);

/** The permissions (bits of perm=) that a call of this name can ever have; 0 when no permission filter matches it. */
export function permBits(name: string): number {
  if (OPENS.has(name)) return READ | WRITE;
  if (name === 'socketcall') return WRITE; // bind alone
  if (isExec(name)) return EXECUTE;
  if (WIDE_WRITES.has(name)) return WRITE;
  if (NOT_A_READ.has(name)) return 0;
  return rulePerms
    .entries()
    .reduce((bits, [bit, letter]) => (permSyscalls[letter as 'r'].includes(name) ? bits | bit : bits), 0);
}

/** Whether auditctl itself puts a call into a rule with this permission mask, even one the kernel never matches. */
export const isOfPerm = (mask: number, name: string): boolean =>
  rulePerms.entries().some(([bit, letter]) => (mask & bit) !== 0 && permSyscalls[letter as 'r'].includes(name));

// A SYSCALL record's line cut where its parts stop depending on each other, for a printer that remembers:
//
//   : arch=c000003e syscall=2 success=yes exit=3 a0=7ffd a1=0 a2=0 a3=0 items=1 ppid=1 pid=2 auid=0 … key=(null)
//   from------------ the call ------------------|-------- arguments -----------|-------- the process -------- …
//
// Only lines as the kernel writes them (kernel/auditsc.c audit_log_exit) are cut; any other is left to the plain way.

export interface CallParts {
  /** Offsets of the blanks before `a0=`, `a1=`, `a2=`, `a3=`, `items=`. */
  readonly marks: readonly [number, number, number, number, number];
  /** Offset of `ppid=`. */
  readonly process: number;
}

/** Where the parts of a SYSCALL line begin; undefined when something else than the kernel's fields stands there. */
export function callParts(text: string, from: number, end: number): CallParts | undefined {
  const a0 = text.indexOf(' a0=', from);
  if (a0 < 0) return undefined;
  const a1 = text.indexOf(' a1=', a0 + 4);
  const a2 = text.indexOf(' a2=', a1 + 4);
  const a3 = text.indexOf(' a3=', a2 + 4);
  const items = text.indexOf(' items=', a3 + 4);
  const process = text.indexOf(' ppid=', items + 7);
  if (a1 < a0 || a2 < a1 || a3 < a2 || items < a3 || process < items || process >= end) return undefined;
  const plain =
    isHex(text, a0 + 4, a1) &&
    isHex(text, a1 + 4, a2) &&
    isHex(text, a2 + 4, a3) &&
    isHex(text, a3 + 4, items) &&
    isHex(text, items + 7, process);
  return plain ? { marks: [a0, a1, a2, a3, items], process: process + 1 } : undefined;
}

function isHex(text: string, from: number, end: number): boolean {
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 102 || (code > 57 && code < 97)) return false;
  }
  return end > from;
}

const CALL = /^: arch=[0-9a-f]+ syscall=-?\d+(?: per=[0-9a-f]+)?(?: success=(?:yes|no) exit=-?\d+)?$/;

/** Whether the call's part reads the same before any arguments (`ipc` and `socketcall` read their first). */
export const isCallText = (text: string, name: string | undefined): boolean =>
  name !== 'ipc' && name !== 'socketcall' && CALL.test(text);

/** Whether the process's part holds nothing that depends on the call. */
export const isProcessText = (text: string): boolean => !/[ '(,](?:a[0-3]|syscall|uring_op|fan_info)=/.test(text);

// What this machine is: the facts other folders ask about it without reading files of their own.
import { readFileSync } from 'node:fs';
import { endianness, hostname, machine, release, uptime } from 'node:os';
import { utcOffset } from './time.ts';

export interface Machine {
  /** As uname -m: `x86_64`, `aarch64`, `armv7l`, … */
  readonly arch: string;
  readonly hostname: string;
  /** Kernel release, as uname -r. */
  readonly release: string;
  readonly platform: string;
  readonly endian: 'LE' | 'BE';
}

/** This machine, as uname(2) tells it. */
export function thisMachine(): Machine {
  return {
    arch: machine(),
    hostname: hostname(),
    release: release(),
    platform: process.platform,
    endian: endianness(),
  };
}

const AT_PAGESZ = 6;

/** Bytes of a memory page, from the kernel's auxiliary vector; 4096 where that cannot be read. */
export function pageSize(): number {
  try {
    const auxv = readFileSync('/proc/self/auxv');
    const wide = auxv.length % 16 === 0;
    for (let at = 0; at + (wide ? 16 : 8) <= auxv.length; at += wide ? 16 : 8)
      if (auxv.readUInt32LE(at) === AT_PAGESZ) return auxv.readUInt32LE(at + (wide ? 8 : 4));
  } catch {
    // not Linux
  }
  return process.platform === 'darwin' && machine() === 'arm64' ? 16_384 : 4096;
}

/** When this machine booted, in seconds since 1970 UTC (/proc/stat btime; elsewhere from the uptime). */
export function bootTime(): number {
  try {
    const found = /^btime (\d+)/m.exec(readFileSync('/proc/stat', 'latin1'));
    if (found) return Number(found[1]);
  } catch {
    // not Linux
  }
  return Math.floor(Date.now() / 1000 - uptime());
}

/** What gives the lines of this machine's kernel log a time of day: `KernelLogOptions` of explain. */
export function kernelClock(now = Date.now()): {
  readonly boot: number;
  readonly year: number;
  readonly offset: number;
  readonly now: number;
} {
  return { boot: bootTime() * 1000, now, year: new Date(now).getFullYear(), offset: utcOffset(Math.floor(now / 1000)) };
}

// The fixed structures of linux/audit.h (kernel 6.18) <-> plain data. Pure. An older kernel sends a shorter
// struct audit_status: what it does not hold is `undefined`. Rules are opaque here; the rule folder reads them.
import { bytesOf, latin1 } from '../base/bytes.ts';

/** struct audit_status. Times in milliseconds as auditctl prints them are the kernel's own clock ticks (HZ). */
export interface AuditStatus {
  /** 0 off, 1 on, 2 on and immutable until reboot. */
  readonly enabled: number;
  /** What the kernel does when it cannot log: 0 nothing, 1 kernel log, 2 panic. */
  readonly failure: number;
  /** The audit daemon's pid; 0 = none. */
  readonly pid: number;
  /** Records per second; 0 = without limit. */
  readonly rateLimit: number;
  readonly backlogLimit: number;
  readonly lost: number;
  readonly backlog: number;
  /** Bits of `KERNEL_FEATURES`. */
  readonly featureBitmap: number | undefined;
  readonly backlogWaitTime: number | undefined;
  readonly backlogWaitTimeActual: number | undefined;
}

/** What AUDIT_SET may change; `lost` and `backlogWaitTimeActual` can only be set to 0. */
export type StatusChange = Partial<
  Pick<
    AuditStatus,
    'enabled' | 'failure' | 'pid' | 'rateLimit' | 'backlogLimit' | 'backlogWaitTime' | 'lost' | 'backlogWaitTimeActual'
  >
>;

// Words of struct audit_status in order; the bit is that of `mask` (AUDIT_STATUS_*), 0 = cannot be set.
const STATUS_WORDS: readonly (readonly [name: keyof AuditStatus, word: number, bit: number])[] = [
  ['enabled', 1, 0x01],
  ['failure', 2, 0x02],
  ['pid', 3, 0x04],
  ['rateLimit', 4, 0x08],
  ['backlogLimit', 5, 0x10],
  ['lost', 6, 0x40],
  ['backlog', 7, 0],
  ['featureBitmap', 8, 0],
  ['backlogWaitTime', 9, 0x20],
  ['backlogWaitTimeActual', 10, 0x80],
];
const STATUS_SIZE = 44;

/** AUDIT_FEATURE_BITMAP_*: what this kernel can do, by bit of `featureBitmap`. */
export const KERNEL_FEATURES: Readonly<Record<string, number>> = {
  backlog_limit: 0x01,
  backlog_wait_time: 0x02,
  executable_path: 0x04,
  exclude_extend: 0x08,
  sessionid_filter: 0x10,
  lost_reset: 0x20,
  filter_fs: 0x40,
};

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const word = (bytes: Uint8Array, index: number): number | undefined =>
  bytes.length >= 4 * index + 4 ? view(bytes).getUint32(4 * index, true) : undefined;

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  values.forEach((value, i) => {
    view(bytes).setUint32(4 * i, value >>> 0, true);
  });
  return bytes;
}

/** Reads struct audit_status; `undefined` when it is cut before `backlog`. */
export function readStatus(bytes: Uint8Array): AuditStatus | undefined {
  if (bytes.length < 32) return undefined;
  return Object.fromEntries(STATUS_WORDS.map(([name, at]) => [name, word(bytes, at)])) as unknown as AuditStatus;
}

/** struct audit_status of an AUDIT_SET: the mask names the fields given. */
export function writeStatus(change: StatusChange): Uint8Array {
  const bytes = new Uint8Array(STATUS_SIZE);
  let mask = 0;
  for (const [name, at, bit] of STATUS_WORDS) {
    const value = change[name as keyof StatusChange];
    if (value === undefined || bit === 0) continue;
    mask |= bit;
    view(bytes).setUint32(4 * at, value >>> 0, true);
  }
  view(bytes).setUint32(0, mask, true);
  return bytes;
}

/** Who last signalled the audit daemon (struct audit_sig_info: uid, pid, security context). */
export interface SignalInfo {
  readonly uid: number;
  readonly pid: number;
  readonly context: string;
}

export function readSignalInfo(bytes: Uint8Array): SignalInfo | undefined {
  const uid = word(bytes, 0);
  const pid = word(bytes, 1);
  if (uid === undefined || pid === undefined) return undefined;
  return { uid, pid, context: latin1(bytes, 8).replace(/\0.*$/s, '') };
}

/** struct audit_tty_status: keystroke auditing of the calling process. */
export interface TtyStatus {
  readonly enabled: boolean;
  /** Passwords (typed without echo) too. */
  readonly logPasswords: boolean;
}

export function readTty(bytes: Uint8Array): TtyStatus | undefined {
  const enabled = word(bytes, 0);
  return enabled === undefined ? undefined : { enabled: enabled !== 0, logPasswords: (word(bytes, 1) ?? 0) !== 0 };
}

export function writeTty(status: TtyStatus): Uint8Array {
  return words(status.enabled ? 1 : 0, status.logPasswords ? 1 : 0);
}

/** The switches of AUDIT_SET_FEATURE, by bit number (AUDIT_FEATURE_*). */
export const SWITCHES = { only_unset_loginuid: 0, loginuid_immutable: 1 } as const;
export type Switch = keyof typeof SWITCHES;

export interface SwitchState {
  readonly on: boolean;
  /** Locked until reboot. */
  readonly locked: boolean;
}

/** Reads struct audit_features: version, mask, features, lock. */
export function readSwitches(bytes: Uint8Array): Readonly<Record<Switch, SwitchState>> | undefined {
  const features = word(bytes, 2);
  const lock = word(bytes, 3);
  if (features === undefined || lock === undefined) return undefined;
  const state = (bit: number): SwitchState => ({
    on: ((features >> bit) & 1) === 1,
    locked: ((lock >> bit) & 1) === 1,
  });
  return {
    only_unset_loginuid: state(SWITCHES.only_unset_loginuid),
    loginuid_immutable: state(SWITCHES.loginuid_immutable),
  };
}

const FEATURE_VERSION = 1;

export function writeSwitch(name: Switch, state: SwitchState): Uint8Array {
  const mask = 1 << SWITCHES[name];
  return words(FEATURE_VERSION, mask, state.on ? mask : 0, state.locked ? mask : 0);
}

/** AUDIT_MAKE_EQUIV: two lengths, then the two paths (latin1) without NULs. */
export function writeEquiv(mounted: string, watched: string): Uint8Array {
  const lengths = words(mounted.length, watched.length);
  return new Uint8Array([...lengths, ...bytesOf(mounted), ...bytesOf(watched)]);
}

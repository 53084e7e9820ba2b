// The blocks of record types, as the head of the kernel's include/uapi/linux/audit.h lays them out. A type that no table
// names still has its block: who wrote it and what it is about.

/** First and last record type of a block, both in it. */
export type RecordRange = readonly [first: number, last: number];

/** The blocks by name. */
export const RECORD_RANGE = {
  /** Requests to the kernel and its answers; among them USER and LOGIN, which are records. */
  control: [1000, 1099],
  /** What trusted programs write. */
  userMessages: [1100, 1199],
  /** What the audit daemon writes about itself. */
  daemon: [1200, 1299],
  /** System calls and what belongs to them. */
  events: [1300, 1399],
  /** SELinux, network labels, IPE, Landlock. */
  labels: [1400, 1499],
  /** AppArmor's own types; "kernel LSPP events" in the header. */
  appArmor: [1500, 1599],
  kernelCrypto: [1600, 1699],
  kernelAnomalies: [1700, 1799],
  integrity: [1800, 1899],
  /** Else unclassified messages of the kernel (2000 is KERNEL), and room for more. */
  kernelOther: [1900, 2099],
  userAnomalies: [2100, 2199],
  responses: [2200, 2299],
  /** Labels and roles, by programs ("user space generated LSPP events"). */
  userLabels: [2300, 2399],
  userCrypto: [2400, 2499],
  virtualization: [2500, 2599],
  /** The second block of messages of programs, which the five above are part of (AUDIT_FIRST_USER_MSG2 to _LAST_). */
  moreUserMessages: [2100, 2999],
} as const satisfies Record<string, RecordRange>;

/** Whether a record type stands in a block. */
export const inRange = (type: number, [first, last]: RecordRange): boolean => type >= first && type <= last;

/** Whether programs write records of this type, and may send them (audit_receive_msg of kernel/audit.c lets USER pass too). */
export const isUserMessage = (type: number): boolean =>
  inRange(type, RECORD_RANGE.userMessages) || inRange(type, RECORD_RANGE.moreUserMessages);

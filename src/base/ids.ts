// Ids as the kernel writes them in records: users, groups, login sessions. Unsigned 32 bit, and one number for "none".

/** The id that stands for none: (u32)-1, 4294967295. The login uid and session of what descends from no login. */
export const UNSET = 0xffffffff;

/** Whether an id is the one that stands for none. */
export const isUnset = (id: number): boolean => id === UNSET;

/** Whether an id names something: it is told (neither undefined nor -1, which stands for unknown) and not unset. */
export const isSet = (id: number | undefined): id is number => id !== undefined && id >= 0 && id !== UNSET;

/**
 * The id a text stands for, 0 to 4294967295; undefined for a text that is no number (`n/a`, `?`, `(null)`) or does not
 * fit: what is unknown is nobody's id, least of all root's. Some kernels and programs write ids signed: -1 is `UNSET`.
 */
export function idOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id < -0x80000000 || id > UNSET ? undefined : id >>> 0;
}

/** A whole decimal number, negative ones too, exact to 15 digits; undefined for any other text. */
export const wholeOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;

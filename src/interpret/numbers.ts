// Numbers as the records' writers mean them and C reads them: the longest prefix that is a number counts, a sign may
// stand before it, and what does not fit into 64 bits is no number at all. Results are exact (bigint); that is slow,
// but a value is interpreted only once (interpret.ts remembers it).

const PREFIX: Readonly<Record<8 | 10 | 16, RegExp>> = {
  8: /^[ \t-\r]*([-+]?)([0-7]*)/,
  10: /^[ \t-\r]*([-+]?)([0-9]*)/,
  16: /^[ \t-\r]*([-+]?)(?:0[xX](?=[0-9a-fA-F]))?([0-9a-fA-F]*)/,
};
const RADIX_MARK = { 8: '0o', 10: '', 16: '0x' } as const;
const MAX_UNSIGNED = 0xffff_ffff_ffff_ffffn;

/** What is a whole number, to the last letter. */
const WHOLE: Readonly<Record<0 | 8 | 10 | 16, RegExp>> = {
  0: /^[-+]?(?:0x[\da-f]+|\d+)$/i,
  8: /^[-+]?[0-7]+$/,
  10: /^[-+]?\d+$/,
  16: /^[-+]?(?:0x)?[\da-f]+$/i,
};

/** Whether a text is a number and nothing else: `n/a`, `enforcing` and `` are none. */
export const isWhole = (text: string, base: 0 | 8 | 10 | 16): boolean => WHOLE[base].test(text);

/** The base a C constant shows: 0x1f, 017 or 15. */
function shownBase(text: string): 8 | 10 | 16 {
  const digits = text.replace(/^[ \t-\r]*[-+]?/, '');
  if (/^0[xX][0-9a-fA-F]/.test(digits)) return 16;
  return digits.startsWith('0') ? 8 : 10;
}

/** 64 unsigned bits, 0 for no digits, as strtoul(3); undefined when the number has more. Base 0 looks at the text. */
export function unsigned(text: string, base: 0 | 8 | 10 | 16): bigint | undefined {
  const radix = base === 0 ? shownBase(text) : base;
  const [, sign, digits] = PREFIX[radix].exec(text)!;
  if (!digits) return 0n;
  if (digits.length > 24 && /^0*/.exec(digits)![0].length < digits.length - 24) return undefined;
  const value = BigInt(RADIX_MARK[radix] + digits);
  if (value > MAX_UNSIGNED) return undefined;
  return sign === '-' ? BigInt.asUintN(64, -value) : value;
}

/** 64 signed bits of a decimal number, as strtol(3); undefined when it has more. */
export function signed(text: string): bigint | undefined {
  const [, sign, digits] = PREFIX[10].exec(text)!;
  if (!digits) return 0n;
  if (digits.length > 24) return undefined;
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** The low 32 bits as a C int. */
export const int32 = (value: bigint): number => Number(BigInt.asIntN(32, value));

/** The low 32 bits, unsigned. */
export const uint32 = (value: bigint): number => Number(BigInt.asUintN(32, value));

/** What the classic tools print for a number that does not fit. */
export const conversionError = (value: string): string => `conversion error(${value})`;

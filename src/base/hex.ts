// Hexadecimal text, as the kernel writes untrusted strings (kernel/audit.c audit_log_n_hex: upper case, no prefix).

/** 0-15 for a hex digit's character code, -1 for any other. */
export function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** True when `text` is a non-empty, even number of hex digits. */
export function isHex(text: string): boolean {
  if (text.length === 0 || text.length % 2) return false;
  for (let i = 0; i < text.length; i++) if (hexDigit(text.charCodeAt(i)) < 0) return false;
  return true;
}

/** The bytes of hex text as a latin1 string; `undefined` when it is not hex. */
export function decodeHex(text: string): string | undefined {
  if (text.length % 2) return undefined;
  let out = '';
  for (let i = 0; i < text.length; i += 2) {
    const high = hexDigit(text.charCodeAt(i));
    const low = hexDigit(text.charCodeAt(i + 1));
    if (high < 0 || low < 0) return undefined;
    out += String.fromCharCode(high * 16 + low);
  }
  return out;
}

const DIGITS = '0123456789ABCDEF';

/** A latin1 string as upper-case hex. */
export function encodeHex(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) & 0xff;
    out += DIGITS.charAt(code >> 4) + DIGITS.charAt(code & 15);
  }
  return out;
}

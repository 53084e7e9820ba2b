// Bytes as a hex dump: place, sixteen bytes, and what is printable of them.

/** Bytes shown of one record; a record may be longer, and a page of a megabyte helps nobody. */
export const MOST_BYTES = 16_384;

/** A record in base64 as the lines of a dump. */
export function hexDump(base64: string): string {
  const text = atob(base64);
  const lines: string[] = [];
  for (let at = 0; at < Math.min(text.length, MOST_BYTES); at += 16) {
    const part = text.slice(at, at + 16);
    const hex = [...part].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0'));
    const left = hex.slice(0, 8).join(' ').padEnd(23);
    const right = hex.slice(8).join(' ').padEnd(23);
    lines.push(`${at.toString(16).padStart(6, '0')}  ${left}  ${right}  ${part.replace(/[^ -~]/g, '.')}`);
  }
  if (text.length > MOST_BYTES) lines.push(`… and ${text.length - MOST_BYTES} bytes more`);
  return lines.join('\n');
}

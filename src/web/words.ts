// Text of the trail as the console's JSON shows it, and back: latin1 (one character a byte) <-> Unicode with `\xff` for a
// byte that is no UTF-8 (docs/json.md).

import { fromUtf8 } from '../base/index.ts';

/** Latin1 text as Unicode. */
export { visible as shown } from '../base/index.ts';

/** The texts of the trail that show as `text`: its own bytes, and where it holds `\xff`, also those with that byte. */
export function meant(text: string): readonly string[] {
  const plain = fromUtf8(text);
  const bytes = plain.replace(/\\x([89a-f][0-9a-f])/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytes === plain ? [plain] : [plain, bytes];
}

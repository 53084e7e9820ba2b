// Faults told apart by what and where, and their inputs made small.

/** What an error says, where in our code, and both without what varies from input to input. */
export function faultKey(error: unknown): { key: string; message: string; place: string } {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const frames = (stack ?? '')
    .split('\n')
    .filter((line) => /^\s*at .*\/(?:src|fuzz)\//.test(line) && !/\/fuzz\/kit\//.test(line))
    .slice(0, 6)
    .map((line) =>
      line
        .trim()
        .replace(/file:\/\/\S*?\/((?:src|fuzz)\/)/, '$1')
        .replace(/(\(|\s)\S*?\/((?:src|fuzz)\/)/, '$1$2'),
    );
  const said = short(`${name}: ${message}`);
  const plain = said
    .replace(/"(?:[^"\\]|\\.)*"?/g, '""')
    .replace(/[\d]+/g, '0')
    .slice(0, 80);
  return { key: `${plain} ${frames[0] ?? ''}`, message: said, place: frames.join('\n') };
}

/** The first line, with its middle left out where it is long. */
function short(message: string): string {
  const line = message.split('\n')[0]!;
  return line.length <= 400 ? line : `${line.slice(0, 200)} … ${line.slice(-180)}`;
}

const PATIENCE = 3000;

/** A smaller input for which `still` holds, as far as `PATIENCE` ms lead. */
export async function shrink(input: Buffer, still: (bytes: Buffer) => Promise<boolean>): Promise<Buffer> {
  const end = performance.now() + PATIENCE;
  let best = Buffer.from(input);
  for (let size = best.length >> 1; size >= 1; size = size > 1 ? (size + 1) >> 1 : 0)
    for (let at = 0; at < best.length && performance.now() < end; ) {
      const without = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (await still(without)) best = without;
      else at += size;
    }
  return best;
}

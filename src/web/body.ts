// Bodies of requests: JSON objects of a bounded size.

import { Fault } from './fault.ts';

/** A request's body as text. Throws Fault 413, and 408 for one that broke off. */
export async function bodyOf(request: Request, most: number): Promise<string> {
  const tooLong = (): Fault => new Fault(413, 'too-long', `Cannot read the request: it has more than ${most} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLong();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body ?? []) {
      length += chunk.length;
      if (length > most) throw tooLong();
      parts.push(chunk);
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(408, 'withdrawn', 'Cannot read the request: it broke off'); // whatever broke it is no fault of ours
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Browsers send JSON to other sites only after asking them: the type keeps forged forms out. */
export function jsonOf(request: Request, body: string): Record<string, unknown> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    throw new Fault(415, 'not-json', 'Cannot read the request: its type is not application/json');
  try {
    const data: unknown = JSON.parse(body);
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new Fault(400, 'not-json', 'Cannot read the request: its body is no JSON object');
}

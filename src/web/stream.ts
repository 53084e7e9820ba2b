// A reply that goes on: whichever way it ends, it ends once, and whoever counts the open ones hears of it. Its source is
// read, wanted or not, only when the client reads.

/** Who is told of a stream. */
export interface StreamEnds {
  /** Called once, when nobody reads any more: the end of the source, its failure, the client's leave, `signal`. */
  readonly ended: () => void;
  /** A failure of the source; the client sees the stream end, and may come again. */
  readonly failed: (error: unknown) => void;
  /** Called before each piece. */
  readonly look: () => void;
}

/** `source` until it or `signal` ends. The stream that comes out never fails. */
export function streamOf(
  source: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  { ended, failed, look }: StreamEnds,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let over = false;
  const end = (): void => {
    if (over) return;
    over = true;
    signal.removeEventListener('abort', end);
    ended();
    reader.cancel().catch(() => {}); // a source that failed says so again
  };
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      look();
      const { value } = over ? {} : await reader.read();
      return value;
    } catch (error) {
      if (!over) failed(error);
      return undefined;
    }
  };
  return new ReadableStream(
    {
      async pull(controller) {
        const value = await next();
        if (value !== undefined && !over) return controller.enqueue(value);
        end();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

// Server-sent events out of the pieces in which they arrive. The browser's own reader (EventSource) cannot send the
// session's key.

/** One message of a stream. */
export interface Message {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

/** Puts pieces of a stream together; a message is handed out when its empty line is there. Lines end in \n. */
export class Messages {
  private rest = '';

  /** The messages that are whole now. */
  push(piece: string): readonly Message[] {
    const parts = (this.rest + piece).split('\n\n');
    this.rest = parts.pop()!;
    return parts.map(messageOf);
  }
}

function messageOf(text: string): Message {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(': ');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 2));
  }
  return { event: fields.get('event') ?? 'message', data: fields.get('data') ?? '', id: fields.get('id') };
}

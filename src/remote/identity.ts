// Whose name a remote record may carry. A machine that sends must not be able to write in another's name, nor in this
// machine's: so every line that comes over the wire gets the `node=` of its connection. A line that claims another name
// keeps all its words, under the name of the connection, and the claim is reported.
//
// The name of a connection: with TLS its proven identity; without, the first node name it gives, unless that is this
// machine's, or an address, or another address has it already; or its address, when it gives none. Names that differ in
// upper and lower case or in a dot at the end are one name: a reader takes them for one.

import { withoutEnd } from '../base/ends.ts';

const NODE = /^node=(\S+) /;

export interface Labelled {
  /** The line with the connection's node name in front; no newline within. */
  readonly line: string;
  /** The name the line claimed, when that was not the connection's. */
  readonly forged: string | undefined;
}

/** What a name is the same as. */
export const sameName = (name: string): string => withoutEnd(name.toLowerCase(), '.');

/** An address in any of its spellings (10.0.0.1, 10.1, 0xa000001, ::1): a name that would be taken for another machine. */
const ADDRESS = /^(?:(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+))*\.*|.*:.*)$/i;

/** Names held by address, for connections without a proven identity. */
export class NodeNames {
  private readonly owner = new Map<string, { address: string; connections: number }>();
  private readonly own: () => readonly string[];

  /** `own`: what this machine itself is called, which nobody else may be. */
  constructor(own: () => readonly string[] = () => []) {
    this.own = own;
  }

  /** Whether a name is this machine's. */
  isOwn(name: string): boolean {
    const same = sameName(name);
    return this.own().some((one) => one !== '' && sameName(one) === same);
  }

  /** True when `address` may use the name: nobody else does. Takes it until `release`. */
  take(claimed: string, address: string): boolean {
    const name = sameName(claimed);
    const held = this.owner.get(name);
    if (held && held.address !== address) return false;
    this.owner.set(name, { address, connections: (held?.connections ?? 0) + 1 });
    return true;
  }

  /** The name of a connection from `address` that claims this one: the claim when it may have it, else the address (and
   * where this machine is called by that, `remote-` before it). */
  choose(claimed: string | undefined, address: string): string {
    const fit = claimed !== undefined && isIdentity(claimed) && !ADDRESS.test(claimed) && !this.isOwn(claimed);
    if (fit && this.take(claimed, address)) return claimed;
    return this.isOwn(address) ? `remote-${address}` : address;
  }

  release(given: string): void {
    const name = sameName(given);
    const held = this.owner.get(name);
    if (held && held.connections > 1) this.owner.set(name, { ...held, connections: held.connections - 1 });
    else this.owner.delete(name);
  }
}

/** The node name a line claims; undefined when it claims none. */
export function claimedNode(line: string): string | undefined {
  return NODE.exec(line)?.[1];
}

/** Whether a name may stand in front of records: printable ASCII without spaces, 255 bytes at most. */
export const isIdentity = (text: string): boolean => /^[\x21-\x7e]{1,255}$/.test(text);

/** A message's text (latin1) as a record's line: a newline inside would make a second record. */
export const lineOf = (text: string): string => withoutEnd(text, '\r\n\0').replace(/[\n\0]/g, ' ');

/** A record's line as it is to be written for the connection called `name`. */
export function labelled(line: string, name: string): Labelled {
  const claimed = claimedNode(line);
  const rest = claimed === undefined ? line : line.slice(claimed.length + 6);
  return { line: `node=${name} ${rest}`, forged: claimed === undefined || claimed === name ? undefined : claimed };
}

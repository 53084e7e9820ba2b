// The last record of each client, by digest: how the server knows the one record a client sends again because the
// connection, or the server, went between the writing of the record and its acknowledgement. One record is under way at a
// time, so only the first of a new connection can be such a one; and two records of one serial are never the same line.

import { createHash } from 'node:crypto';
import { forgetOldest } from '../base/oldest.ts';

/** Clients remembered; the one longest silent is forgotten for a newer one. */
const MOST = 4096;
const NODE = /^node=\S+ /;

export class LastRecords {
  private readonly digests = new Map<string, string>();

  /** `lines`: the end of the log, so that a server that was killed knows what it had written. */
  constructor(lines: readonly string[] = []) {
    const last = new Map<string, string>();
    for (const line of lines) {
      const name = NODE.exec(line)?.[0];
      if (name) last.set(name, line);
    }
    for (const line of last.values()) this.keep(line);
  }

  /** `line` as it is written (latin1): `node=NAME …`, without newline. */
  isAgain(line: string): boolean {
    return this.digests.get(nameOf(line)) === digest(line);
  }

  keep(line: string): void {
    const name = nameOf(line);
    this.digests.delete(name);
    this.digests.set(name, digest(line));
    forgetOldest(this.digests, MOST);
  }
}

const nameOf = (line: string) => NODE.exec(line)?.[0] ?? '';
const digest = (line: string) => createHash('sha256').update(line, 'latin1').digest('base64');

// The daemon's own records about connections, kept to a rate: whoever can connect could else fill the trail, and its
// disk, by connecting again and again. What is left out is counted, and the counts become a record.

/** What a record is about: DAEMON_ACCEPT, DAEMON_CLOSE or DAEMON_ERR. */
export type NoteType = 'ACCEPT' | 'CLOSE' | 'ERR';

/** Records about connections in a minute: from one address, so that nobody hides the others, and in all. */
export const NOTES_PER_ADDRESS = 30;
export const NOTES_IN_ALL = 600;
const MINUTE = 60_000;

const none = (): Record<NoteType, number> => ({ ACCEPT: 0, CLOSE: 0, ERR: 0 });

export class ConnectionNotes {
  private readonly write: (type: NoteType, fields: string) => void;
  private readonly now: () => number;
  private begun: number;
  private written = 0;
  private readonly perAddress = new Map<string, number>();
  private leftOut = none();

  /** `now`: milliseconds of a clock that is never set back. */
  constructor(write: (type: NoteType, fields: string) => void, now: () => number = () => performance.now()) {
    this.write = write;
    this.now = now;
    this.begun = now();
  }

  /** Writes a record about a connection, or counts it as left out. `what` begins with `op=`. */
  note(type: NoteType, what: string, address: string, port: number, res: string): void {
    this.tick();
    const before = this.perAddress.get(address) ?? 0;
    if (this.written >= NOTES_IN_ALL || before >= NOTES_PER_ADDRESS) {
      this.leftOut[type]++;
      return;
    }
    this.written++;
    this.perAddress.set(address, before + 1);
    this.write(type, `${what} addr=${address} port=${port} res=${res}`);
  }

  /** Now and then: when the minute is over, its count is told and the next one begins. */
  tick(): void {
    if (this.now() - this.begun >= MINUTE) this.flush();
  }

  /** Tells what was left out, and begins anew. */
  flush(): void {
    const { ACCEPT, CLOSE, ERR } = this.leftOut;
    if (ACCEPT + CLOSE + ERR > 0)
      this.write('ERR', `op=connections-not-told accept=${ACCEPT} close=${CLOSE} err=${ERR} res=failed`);
    this.leftOut = none();
    this.perAddress.clear();
    this.written = 0;
    this.begun = this.now();
  }
}

// An event as a row of a list: its columns as JSON shows them, names of its users, and its sentence.

import { stampText } from '../base/event-id.ts';
import { type Accounts, isoTime } from '../base/index.ts';
import type { AuditEvent } from '../event/index.ts';
import { eventFaults } from '../host/faults.ts';
import { type InterpretContext, interpretContext, interpretValue, readingOf } from '../interpret/index.ts';
import { normalize } from '../normalize/index.ts';
import { sentenceOf } from '../print/text.ts';
import { Readable } from '../print/values.ts';
import type { StoredEvent } from '../store/index.ts';
import { RECORD } from '../tables/records.ts';
import type { EventRow } from './contract.ts';
import { shown } from './words.ts';

/** Makes rows; one for a console, since it remembers what it interpreted. */
export class RowMaker {
  readonly context: InterpretContext;
  private readonly readable: Readable;

  constructor(accounts: Accounts) {
    this.context = interpretContext({ accounts, escape: 'raw' });
    this.readable = new Readable(this.context);
  }

  row({ seq, event, columns }: StoredEvent): EventRow {
    const { sec, ms } = event;
    const { pid, ppid, auid, uid, ses, outcome, ...words } = columns;
    const { login, user, sentence } = eventFaults.run(
      event,
      () => ({
        login: this.name(event, 'auid', auid),
        user: this.name(event, 'uid', uid),
        sentence: brief(this.sentence(event)),
      }),
      { login: undefined, user: undefined, sentence: 'could not be read' },
      'it is shown without its sentence',
    );
    const texts = Object.fromEntries(
      Object.entries(words).map(([name, text]) => [name, brief(shown(text))]),
    ) as typeof words;
    return {
      seq,
      id: stampText(event),
      time: isoTime(sec, ms),
      ...texts,
      outcome: outcome as EventRow['outcome'],
      ...(pid !== undefined && { pid }),
      ...(ppid !== undefined && { ppid }),
      ...(auid !== undefined && { auid }),
      ...(uid !== undefined && { uid }),
      ...(ses !== undefined && { ses }),
      ...(login !== undefined && { login }),
      ...(user !== undefined && { user }),
      sentence,
    };
  }

  /** Who did what, as `auspex search --format text` says it. */
  sentence(event: AuditEvent): string {
    const meaning = normalize(event, { attributes: false });
    return shown(meaning ? sentenceOf(this.readable, meaning, meaning.outcome) : 'did-unknown').trim();
  }

  /** The name of an id: the trail's own (ENRICHED), else this machine's. */
  private name(event: AuditEvent, field: 'auid' | 'uid', id: number | undefined): string | undefined {
    if (id === undefined) return undefined;
    const record = event.records.find((one) => one.type === RECORD.SYSCALL) ?? event.records[0]!;
    const text = interpretValue(readingOf(record, this.context), field, String(id));
    return text === '' || text.startsWith('unknown(') || text === 'unset' || text === String(id)
      ? undefined
      : shown(text);
  }
}

/** Characters of one text in a row; the event itself has all of it. */
const LONGEST = 2000;
const brief = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`);

// Random questions to a trail: expressions and classic options, made of values that stand in its events, so that most
// find some and few find all. Seeded: the same questions each time. Whoever answers questions (the search engine, a store,
// the console's API) can be held against another with them.

import type { AuditEvent } from '../../src/event/index.ts';
import { type ClassicSearch, classicPredicate } from '../../src/query/classic.ts';
import { type Predicate, parseExpression } from '../../src/query/index.ts';
import { fieldText } from '../../src/record/fields.ts';
import { type AuditRecord, fieldsOf, fieldValue, typeText } from '../../src/record/record.ts';
import { seeded } from '../random.fixture.ts';

export interface Question {
  /** For messages: what is asked. */
  readonly text: string;
  /** In the expression language, where it is one (UTF-8 text; ASCII only). */
  readonly expression?: string;
  readonly predicate: Predicate;
}

/** So many questions to the trail of these events; every third by classic options. */
export function questions(events: readonly AuditEvent[], count: number, seed: number): Question[] {
  const asker = new Asker(events, seeded(seed));
  return Array.from({ length: count }, (_, i) => (i % 3 === 2 ? asker.classic() : asker.expressionQuestion()));
}

/** Latin1 text that an expression can hold between double quotes: printable ASCII. */
const isPlain = (text: string): boolean => /^[ -~]*$/.test(text);
const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Fields that the language compares as numbers wherever they stand. */
const NUMBERS = new Set('auid egid euid exit fsgid fsuid gid items pid ppid ses sgid suid uid'.split(' '));

class Asker {
  private readonly events: readonly AuditEvent[];
  private readonly random: () => number;

  constructor(events: readonly AuditEvent[], random: () => number) {
    this.events = events;
    this.random = random;
  }

  expressionQuestion(): Question {
    const expression = this.tree(3);
    return { text: expression, expression, predicate: parseExpression(expression) };
  }

  classic(): Question {
    const search: ClassicSearch = { ids: {}, strings: {} };
    const parts = 1 + this.below(3);
    for (let i = 0; i < parts; i++) this.option(search, this.pick(this.events));
    if (this.random() < 0.2) search.word = true;
    return { text: JSON.stringify(search), predicate: classicPredicate(search) };
  }

  private option(search: ClassicSearch, event: AuditEvent): void {
    const record = this.pick(event.records);
    const number = (name: string): number | undefined => {
      const value = fieldValue(record, name);
      return value !== undefined && /^-?\d{1,10}$/.test(value) ? Number(value) : undefined;
    };
    const id = this.pick(['pid', 'ppid', 'uid', 'euid', 'auid', 'gid', 'egid', 'syscall', 'exit', 'session'] as const);
    const string = this.pick(['comm', 'exe', 'file', 'host', 'key', 'terminal', 'subject', 'object'] as const);
    const field = { file: 'name', host: 'addr', terminal: 'tty', subject: 'subj', object: 'obj' } as const;
    const value = fieldValue(record, field[string as keyof typeof field] ?? string);
    switch (this.below(9)) {
      case 0:
        search.from = event.sec - this.below(3);
        break;
      case 1:
        search.to = event.sec + this.below(3);
        break;
      case 2:
        search.serial = event.serial;
        break;
      case 3:
        search.nodes = [event.node, 'elsewhere'];
        break;
      case 4:
        search.types = [record.type, 1112];
        break;
      case 5:
        search.success = this.random() < 0.5;
        break;
      case 6:
        search.ids[id] = number(id === 'session' ? 'ses' : id) ?? this.below(2000);
        break;
      case 7:
        search.ids = { ...search.ids, uid: number('uid') ?? 0, euid: 0, auid: 1000 };
        search.anyUser = true;
        break;
      default:
        search.strings[string] =
          value === undefined ? this.pick(['s', 'root', '/etc']) : this.part(fieldText(string, value));
    }
  }

  private tree(depth: number): string {
    const kind = depth === 0 ? 0 : this.random();
    if (kind < 0.45) return this.test(this.pick(this.pick(this.events).records));
    if (kind < 0.6) return `!(${this.tree(depth - 1)})`;
    return `(${this.tree(depth - 1)} ${this.random() < 0.5 ? '&&' : '||'} ${this.tree(depth - 1)})`;
  }

  private test(record: AuditRecord): string {
    const stamp = `ts:${record.sec}.${String(record.ms).padStart(3, '0')}`;
    const order = this.pick(['==', '!==', '<', '<=', '>', '>=']);
    switch (this.below(8)) {
      case 0:
        return `\\record_type ${this.pick(['==', '!=='])} ${/^\w+$/.test(typeText(record)) ? typeText(record) : record.type}`;
      case 1:
        return `\\timestamp ${order} ${stamp}`;
      case 2:
        return `\\timestamp_ex ${order} ${stamp}:${record.serial}`;
      case 3:
        return `\\regexp ${quoted(this.pick(['name="/etc', 'e[xn]e', 'auid=[0-9]{3}', 'res=(failed|no)', '^type=A', 'x$']))}`;
      default:
        return this.comparison(record, order);
    }
  }

  private comparison(record: AuditRecord, order: string): string {
    const fields = fieldsOf(record).filter(
      (f) => /^[A-Za-z0-9_-]+$/.test(f.name) && f.name !== 'msg' && f.part !== 'enriched' && isPlain(f.value),
    );
    if (fields.length === 0) return 'success r= yes';
    const { name, value } = this.pick(fields);
    if (NUMBERS.has(name) && /^-?\d{1,9}$/.test(value) && this.random() < 0.7) return `${name} ${order} ${value}`;
    const how = this.pick(['r=', 'r!=', 'i=', 'i!=']);
    const text = how[0] === 'i' ? fieldText(name, value) : value;
    return `${name} ${how} ${quoted(isPlain(text) ? text : value)}`;
  }

  /** A text or a piece of it. */
  private part(text: string): string {
    const from = this.random() < 0.6 ? 0 : this.below(text.length);
    return text.slice(from, from + 1 + (this.random() < 0.6 ? text.length : this.below(text.length)));
  }

  private below(n: number): number {
    return Math.floor(this.random() * n);
  }

  private pick<T>(of: readonly T[]): T {
    return of[this.below(of.length)]!;
  }
}

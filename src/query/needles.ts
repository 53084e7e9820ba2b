// Bytes a match cannot be without: from a predicate tree to a few strings of which at least one stands in some record of
// every event that matches. A search looks for them first, at the speed of memory, and reads only the events around
// them. Values are taken as the kernel and auditd write them: numbers without leading zeros, types in upper case.

import { encodeHex } from '../base/hex.ts';
import { recordTypes } from '../tables/records.ts';
import type { Comparison, EventTest, IdItem, Predicate, RecordPredicate, RecordTest, StringItem } from './predicate.ts';

/** Latin1 strings, and a guess at how rare they are: 0 is everywhere. */
export interface Needles {
  readonly any: readonly string[];
  readonly rarity: number;
}

/** Fewer bytes than this are everywhere. */
const SHORTEST = 2;

/** The needles of a predicate; undefined when a match may lack any bytes one could name. */
export function needlesOf(predicate: Predicate | RecordPredicate): Needles | undefined {
  switch (predicate.kind) {
    case 'true':
    case 'not':
      return undefined;
    case 'and': {
      let best: Needles | undefined;
      for (const part of predicate.of) {
        const needles = needlesOf(part);
        if (needles && (!best || needles.rarity > best.rarity)) best = needles;
      }
      return best;
    }
    case 'or': {
      const parts = predicate.of.map(needlesOf);
      if (parts.length === 0 || parts.includes(undefined)) return undefined;
      const known = parts as Needles[];
      return needles(
        known.flatMap((n) => n.any),
        Math.min(...known.map((n) => n.rarity)),
      );
    }
    case 'some':
      return needlesOf(predicate.of);
    default:
      return testNeedles(predicate);
  }
}

function needles(any: readonly string[], rarity: number): Needles | undefined {
  if (any.length === 0 || any.length > 16 || any.some((n) => n.length < SHORTEST)) return undefined;
  return { any: [...new Set(any)], rarity };
}

const ID: Readonly<Record<IdItem, readonly [name: string, rarity: number]>> = {
  pid: ['pid', 7],
  ppid: ['ppid', 7],
  uid: ['uid', 1],
  euid: ['euid', 1],
  auid: ['auid', 1],
  gid: ['gid', 1],
  egid: ['egid', 1],
  session: ['ses', 3],
  syscall: ['syscall', 5],
  arch: ['arch', 0],
  exit: ['exit', 4],
};

function testNeedles(test: EventTest | RecordTest): Needles | undefined {
  switch (test.kind) {
    case 'serial':
      return needles([`:${test.serial}`], 9);
    case 'node':
      return test.names.includes('')
        ? undefined
        : needles(
            test.names.map((name) => `node=${name}`),
            1,
          );
    case 'types':
    case 'type':
      return needles(test.types.flatMap(typeNeedles), 4);
    case 'id':
      return idNeedles(test.item, test.value);
    case 'string':
      return needles(stringNeedles(test.item, test.value), 4 + Math.min(5, test.value.length));
    case 'field':
      return fieldNeedles(test.name, test.form, test.compare);
    default:
      return undefined;
  }
}

function typeNeedles(type: number): string[] {
  const name = recordTypes.name(type);
  const numbers = [`=${type} `, `=UNKNOWN[${type}] `];
  return type < 0 ? [''] : name === undefined ? numbers : [`=${name} `, ...numbers];
}

function idNeedles(item: IdItem, value: number): Needles | undefined {
  const [name, rarity] = ID[item];
  if (item === 'arch')
    return needles([`arch=${value.toString(16)}`, `arch=${value.toString(16).toUpperCase()}`], rarity);
  if (item === 'gid') return needles([`gid=${value}`, `id=${value}`], rarity);
  // ausearch takes a system call's number only with a blank behind it.
  if (item === 'syscall') return needles([`syscall=${value} `, `uring_op=${value} `], rarity);
  return needles([`${name}=${value}`], rarity);
}

/** Text as it stands, or in hex as the kernel and libaudit write it: in upper case. */
const written = (text: string): string[] => [text, encodeHex(text)];

function stringNeedles(item: StringItem, value: string): string[] {
  if (item === 'host') return [value, 'saddr=0200', 'saddr=0A00'];
  if (item !== 'file') return written(value);
  // A name that begins with a dot is looked at below its working directory, which stands in another record.
  const joints = [...value.matchAll(/\/(?=\.|$)/g)].map((m) => {
    const before = value.slice(0, m.index);
    const after = value.slice(m.index + 1);
    return before.length > after.length ? before : after;
  });
  return [value, ...joints].flatMap(written);
}

function fieldNeedles(name: string, form: 'raw' | 'decoded' | 'interpreted', compare: Comparison): Needles | undefined {
  if (name === 'node' || name === 'type') return undefined;
  const present = needles([`${name}=`], Math.min(2, name.length / 4));
  if (form === 'interpreted' || !('value' in compare) || compare.how === 'number' || compare.how === 'is-not')
    return present;
  if (compare.anyCase) return present;
  // A field's value stands right behind its name.
  if (form === 'raw' && (compare.how === 'is' || compare.how === 'starts'))
    return needles([`${name}=${compare.value}`], 3 + Math.min(5, compare.value.length));
  if (compare.value.length < 3) return present;
  if (form === 'raw') return needles([compare.value], 3 + Math.min(5, compare.value.length));
  return compare.value.includes(' ') ? present : needles(written(compare.value), 3 + Math.min(5, compare.value.length));
}

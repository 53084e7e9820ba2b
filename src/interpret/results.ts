// How something ended: exit values, error numbers, results, answers of seccomp, netfilter and fanotify.

import { errnoName, errnoText } from '../tables/errno.ts';
import { signals } from '../tables/signals.ts';
import {
  fanotifyResponses,
  fanotifyTypes,
  icmpTypes,
  ipProtocols,
  netfilterActions,
  netfilterFamilies,
  netfilterHooks,
  ruleLists,
  seccompActions,
} from '../tables/words.ts';
import type { Kind } from './context.ts';
import { choice, numberKind, signedKind } from './flags.ts';
import { conversionError, int32, signed, uint32, unsigned } from './numbers.ts';

/** `exit`: an error as `EACCES(Permission denied)`; any other value as it is. */
export const exit: Kind = (value) => {
  const number = signed(value);
  if (number === undefined) return conversionError(value);
  if (number >= 0n) return value;
  const error = Number(BigInt.asIntN(32, -number));
  return `${errnoName(Math.abs(error)) ?? '(null)'}(${errnoText(error)})`;
};

/** `errno`, with either sign. */
export const errno: Kind = numberKind(10, (number) => errnoName(Math.abs(int32(number))) ?? 'UNKNOWN');

/** A number between 0 and 9 first, else the text stands for itself (`res=success`). */
const whenDigits =
  (kind: Kind): Kind =>
  (value, context) => {
    const code = value.charCodeAt(0);
    return code >= 48 && code <= 57 ? kind(value, context) : value;
  };

/** `res`: 1 and 0. */
export const result: Kind = whenDigits(numberKind(10, (n) => ['no', 'yes'][uint32(n)] ?? 'unset'));

/** `resp`: what a fanotify listener answered. */
export const fanotifyResponse: Kind = whenDigits(choice(10, fanotifyResponses, () => 'unknown'));

/** `fan_type`: one digit. */
export const fanotifyType: Kind = (value) =>
  (/^\d$/.test(value) ? fanotifyTypes.name(Number(value)) : undefined) ?? 'unknown';

/** `subj_trust`, `obj_trust`: exactly 0 or 1. */
export const trust: Kind = (value) => (value === '0' ? 'no' : value === '1' ? 'yes' : 'unknown');

/** `prom`: an interface's count of promiscuous users. */
export const promiscuous: Kind = signedKind((n) => (uint32(n) === 0 ? 'no' : 'yes'));

/** `sig`. */
export const signal: Kind = choice(10, signals, (value) => `unknown-signal(${value})`);
export const hexSignal: Kind = choice(16, signals, (value) => `unknown-signal(0x${value})`);

/** `code` of SECCOMP: the action, without the data a filter may put into its low half. */
export const seccompCode: Kind = choice(16, seccompActions, (v) => `unknown-seccomp-code(${v})`, 0xffff0000 | 0);

/** `list` of a rule; the entry list is gone from the kernel, and its name from the classic tools. */
export const list: Kind = numberKind(10, (n, value) => {
  const name = ruleLists.name(uint32(n));
  return name === undefined || name === 'entry' ? `unknown-list(${value})` : name;
});

export const netfilterHook: Kind = choice(16, netfilterHooks, (value) => `unknown-hook(${value})`);
export const netfilterAction: Kind = choice(16, netfilterActions, (value) => `unknown-action(${value})`);
export const netfilterFamily: Kind = choice(10, netfilterFamilies, (v) => `unknown-netfilter-protocol(${v})`);
export const icmpType: Kind = choice(10, icmpTypes, (value) => `unknown-icmp-type(${value})`);
export const ipProtocol: Kind = choice(10, ipProtocols, () => 'undefined protocol');

/** `macproto`: EtherType. */
export const etherType: Kind = (value) => {
  const number = unsigned(value, 16);
  if (number === undefined) return conversionError(value);
  return { 2048: 'IP', 2054: 'ARP' }[uint32(number)] ?? 'UNKNOWN';
};

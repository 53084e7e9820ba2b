// Records beside a SYSCALL that say better than the call what happened: some replace action and object, some only the
// action's word.

import type { AuditRecord } from '../record/record.ts';
import { RECORD } from '../tables/records.ts';
import { Cursor } from './cursor.ts';
import { type Draft, firstWord } from './draft.ts';
import { bpfAction, configObject, listenerAction } from './message.ts';
import type { ObjectKind } from './types.ts';

interface Overrule {
  readonly action: string;
  readonly kind: ObjectKind;
  readonly object: string | undefined;
}

const OVERRULES: Readonly<Record<number, Overrule>> = {
  [RECORD.NETFILTER_CFG]: { action: 'loaded-firewall-rule-to', kind: 'firewall', object: 'table' },
  [RECORD.KERN_MODULE]: { action: 'loaded-kernel-module', kind: 'file', object: 'name' },
  [RECORD.TIME_INJOFFSET]: { action: 'changed-system-time', kind: 'system', object: undefined },
  [RECORD.TIME_ADJNTPVAL]: { action: 'changed-system-time', kind: 'system', object: undefined },
  [RECORD.BPF]: { action: 'bpf', kind: 'process', object: 'prog-id' },
  [RECORD.EVENT_LISTENER]: { action: 'listener', kind: 'socket', object: 'nl-mcgrp' },
  [RECORD.SELINUX_ERR]: { action: 'caused-mac-policy-error', kind: 'system', object: undefined },
  [RECORD.MAC_POLICY_LOAD]: { action: 'loaded-selinux-policy', kind: 'security-policy', object: 'lsm' },
  [RECORD.MAC_STATUS]: { action: 'changed-selinux-enforcement-to', kind: 'security-policy', object: 'enforcing' },
  [RECORD.MAC_CONFIG_CHANGE]: { action: 'changed-selinux-boolean', kind: 'security-policy', object: 'bool' },
  [RECORD.ANOM_PROMISCUOUS]: { action: 'entered-promiscuous-mode-on-device', kind: 'socket', object: 'dev' },
};

const WORDS: Readonly<Record<string, (op: string) => string>> = { bpf: bpfAction, listener: listenerAction };
/** Only as the event's first record. */

/** A record that replaces what the call at `index` means; false when the event has none. */
export function overrule(cursor: Cursor, draft: Draft, index: number): boolean {
  if (cursor.records[0]!.type === RECORD.CONFIG_CHANGE) {
    configuration(cursor, draft);
    return true;
  }
  for (let r = 0; r < cursor.records.length; r++) {
    const record = cursor.records[r]!;
    const rule = r === index ? undefined : OVERRULES[record.type];
    if (!rule) continue;
    const own = new Cursor([record]);
    const op = firstWord(own.find('op')?.field.value ?? '');
    draft.action = WORDS[rule.action]?.(op) ?? rule.action;
    draft.object.kind = rule.kind;
    if (rule.object !== undefined) draft.object.primary = own.fresh(rule.object);
    return true;
  }
  return false;
}

function configuration(cursor: Cursor, draft: Draft): void {
  const own = new Cursor([cursor.records[0]!]);
  const op = firstWord(own.find('op')?.field.value ?? '');
  draft.action = op || 'did-unknown';
  if (op === '') return;
  draft.object.kind = 'audit-config';
  const key = cursor.fresh('key');
  const elsewhere = key !== undefined && key.record !== cursor.records[0] && key.field.value !== '(null)';
  draft.object.primary = elsewhere ? undefined : configObject(own);
  draft.object.byName = op === 'set';
}

/** The word for an access decision, which leaves the object of the call as it is. */
export function decision(records: readonly AuditRecord[]): string | undefined {
  for (const record of records) {
    if (record.type === RECORD.AVC) return 'accessed-mac-policy-controlled-object';
    if (record.type === RECORD.FANOTIFY) return 'accessed-policy-controlled-file';
  }
  return undefined;
}

/** An event that begins with a suspicious link. */
export const isSuspiciousLink = (records: readonly AuditRecord[]): boolean => records[0]!.type === RECORD.ANOM_LINK;

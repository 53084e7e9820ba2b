// The main summary: how much of everything there is. One accumulator that takes facts of events and can be merged.

import { RECORD_RANGE } from '../tables/record-ranges.ts';
import { RECORD } from '../tables/records.ts';
import { type Facts, WANT } from './facts/facts.ts';
import { some, within } from './report.ts';
import { config } from './reports/config.ts';
import { crypto } from './reports/crypto.ts';
import { integrity } from './reports/integrity.ts';
import { mac } from './reports/mac.ts';
import { mods } from './reports/mods.ts';
import { response } from './reports/response.ts';
import { virt } from './reports/virt.ts';

/** Bits of WANT the overview needs. */
export const OVERVIEW_WANTS = WANT.auid | WANT.comm | WANT.exe | WANT.terminal | WANT.host | WANT.file | WANT.key;

export interface Overview {
  readonly counts: Record<OverviewCount, number>;
  readonly sets: Record<OverviewSet, Set<string | number>>;
}

export type OverviewCount =
  | 'config'
  | 'mods'
  | 'logins'
  | 'failedLogins'
  | 'auths'
  | 'failedAuths'
  | 'avcs'
  | 'macs'
  | 'failedSyscalls'
  | 'failedUnnumbered'
  | 'anomalies'
  | 'responses'
  | 'crypto'
  | 'integrity'
  | 'virt'
  | 'events';

export type OverviewSet = 'users' | 'terminals' | 'hosts' | 'executables' | 'commands' | 'files' | 'keys' | 'pids';

const isAuth = (type: number): boolean => type === RECORD.USER_AUTH || type === RECORD.GRP_AUTH;
const isAccountMessage = (type: number): boolean => type === RECORD.USER_MGMT;
const isLogin = (type: number): boolean => type === RECORD.USER_LOGIN;
const isAvc = (type: number): boolean => type === RECORD.AVC || type === RECORD.USER_AVC;
const isAnomaly = within(RECORD_RANGE.kernelAnomalies, RECORD_RANGE.userAnomalies);
const isSyscall = (type: number): boolean => type === RECORD.SYSCALL || type === RECORD.URINGOP;

/** What an event counts as; an event may be several of these. */
const tests: readonly (readonly [OverviewCount, (facts: Facts) => boolean])[] = [
  ['config', config.takes],
  ['mods', mods.takes],
  ['logins', (f) => f.success === 'yes' && some(f, isLogin)],
  ['failedLogins', (f) => f.success === 'no' && some(f, isLogin)],
  ['auths', (f) => f.success === 'yes' && some(f, isAuth)],
  ['failedAuths', (f) => f.success === 'no' && (some(f, isAuth) || some(f, isAccountMessage))],
  ['avcs', (f) => some(f, isAvc)],
  ['macs', mac.takes],
  ['anomalies', (f) => some(f, isAnomaly)],
  ['responses', response.takes],
  ['crypto', crypto.takes],
  ['integrity', integrity.takes],
  ['virt', virt.takes],
];

export function newOverview(): Overview {
  return {
    counts: {
      config: 0,
      mods: 0,
      logins: 0,
      failedLogins: 0,
      auths: 0,
      failedAuths: 0,
      avcs: 0,
      macs: 0,
      failedSyscalls: 0,
      failedUnnumbered: 0,
      anomalies: 0,
      responses: 0,
      crypto: 0,
      integrity: 0,
      virt: 0,
      events: 0,
    },
    sets: {
      users: new Set(),
      terminals: new Set(),
      hosts: new Set(),
      executables: new Set(),
      commands: new Set(),
      files: new Set(),
      keys: new Set(),
      pids: new Set(),
    },
  };
}

/** Whether every record of the event is of the common kind that no test but the system call's looks at. */
function isPlain(facts: Facts): boolean {
  for (const type of facts.types)
    if (
      type < RECORD.SYSCALL ||
      type > RECORD.PROCTITLE ||
      type === RECORD.CONFIG_CHANGE ||
      type === RECORD.NETFILTER_CFG
    )
      return false;
  return true;
}

export function addToOverview(overview: Overview, facts: Facts): void {
  const { counts, sets } = overview;
  counts.events++;
  if (!isPlain(facts)) for (const [name, test] of tests) if (test(facts)) counts[name]++;
  if (facts.success === 'no' && some(facts, isSyscall)) {
    counts.failedSyscalls++;
    if (facts.syscall <= 0) counts.failedUnnumbered++;
  }
  if (facts.auid !== -2) sets.users.add(facts.auid);
  if (facts.pid >= 0) sets.pids.add(facts.pid);
  if (facts.terminal !== undefined) sets.terminals.add(facts.terminal);
  if (facts.host !== undefined) sets.hosts.add(facts.host);
  if (facts.exe !== undefined) sets.executables.add(facts.exe);
  if (facts.comm !== undefined) sets.commands.add(facts.comm);
  for (const file of facts.files) sets.files.add(file);
  for (const key of facts.keys) sets.keys.add(key);
}

/** Adds what was found in another part of the trail. */
export function mergeOverview({ counts, sets }: Overview, other: Overview): void {
  for (const [name, n] of Object.entries(other.counts)) counts[name as OverviewCount] += n;
  for (const [name, set] of Object.entries(other.sets)) for (const one of set) sets[name as OverviewSet].add(one);
}

/** The lines of the main summary, in order: what is counted, and the count; `classic` as aureport counts. */
export function overviewLines(
  { counts, sets }: Overview,
  classic = false,
): readonly (readonly [label: string, count: number])[] {
  return [
    ['changes in configuration', counts.config],
    ['changes to accounts, groups, or roles', counts.mods],
    ['logins', counts.logins],
    ['failed logins', counts.failedLogins],
    ['authentications', counts.auths],
    ['failed authentications', counts.failedAuths],
    ['users', sets.users.size],
    ['terminals', sets.terminals.size],
    ['host names', sets.hosts.size],
    ['executables', sets.executables.size],
    ['commands', sets.commands.size],
    ['files', sets.files.size],
    ["AVC's", counts.avcs],
    ['MAC events', counts.macs],
    ['failed syscalls', counts.failedSyscalls - (classic ? counts.failedUnnumbered : 0)],
    ['anomaly events', counts.anomalies],
    ['responses to anomaly events', counts.responses],
    ['crypto events', counts.crypto],
    ['integrity events', counts.integrity],
    ['virt events', counts.virt],
    ['keys', sets.keys.size],
    ['process IDs', sets.pids.size],
    ['events', counts.events],
  ];
}

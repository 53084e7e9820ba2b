// The judgements of `auspex doctor`: facts -> findings, each with its remedy. Pure; one function a matter.
import type { Facts } from './facts.ts';
import type { Check, Finding } from './finding.ts';
import {
  backlog,
  boot,
  container,
  daemon,
  enabled,
  limits,
  lost,
  pressure,
  privilege,
  rules,
  support,
} from './kernel-checks.ts';
import { config, disk, immutableLogin, journal, login, others, pam, permissions } from './machine-checks.ts';

/** Every check, in the order of a report. */
const CHECKS: Readonly<Record<string, Check>> = {
  support,
  privilege,
  container,
  enabled,
  daemon,
  backlog,
  lost,
  'back-pressure': pressure,
  limits,
  boot,
  rules,
  journald: journal,
  listeners: others,
  pam,
  login,
  'loginuid-immutable': immutableLogin,
  config,
  disk,
  permissions,
};

/** Runs every check; `ok` findings say what was looked at. */
export function findings(facts: Facts): Finding[] {
  return Object.entries(CHECKS).flatMap(([check, look]) =>
    [look(facts) ?? []].flat().map((finding) => ({ check, ...finding })),
  );
}

// The units of packaging/systemd as data, and what systemd means by the names in them.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const unitFile = (name: string): string =>
  fileURLToPath(new URL(`../../packaging/systemd/${name}`, import.meta.url));

/** The words of a setting, of all its lines; of system calls, the lines that take calls away (`~`) apart. */
export function words(unit: string, setting: string): { readonly given: string[]; readonly taken: string[] } {
  const lines = readFileSync(unitFile(unit), 'utf8').split('\n');
  const values = lines.filter((line) => line.startsWith(`${setting}=`)).map((line) => line.slice(setting.length + 1));
  const of = (taken: boolean): string[] =>
    values.filter((value) => value.startsWith('~') === taken).flatMap((value) => value.replace('~', '').split(/\s+/));
  return { given: of(false), taken: of(true) };
}

/** Whether `systemd-analyze` is here and can look at a file (systemd 250). */
export const analyzes =
  spawnSync('systemd-analyze', ['security', '--offline=yes', unitFile('auditd.service')]).status === 0;

/** The calls of a group such as @system-service, by systemd's own list. */
function members(group: string): string[] {
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', group], { encoding: 'utf8' });
  const names = stdout.split('\n').flatMap((line) => /^ +([@\w-]+)$/.exec(line)?.[1] ?? []);
  return names.flatMap((name) => (name.startsWith('@') ? members(name) : [name]));
}

/** The system calls a unit lets its program make. */
export function callsOf(unit: string): ReadonlySet<string> {
  const { given, taken } = words(unit, 'SystemCallFilter');
  const calls = new Set(given.flatMap(members));
  // The set every process has: systemd never takes it away.
  for (const name of members('@default')) calls.add(name);
  for (const name of taken.flatMap(members)) calls.delete(name);
  return calls;
}

/** Shell words that run a program, given after them, under a unit's capabilities, while strace writes down to `trace` what
 * it and its children ask of the kernel. The program keeps this process's pid. */
export function underUnit(unit: string, trace: string): string {
  const caps = words(unit, 'CapabilityBoundingSet').given.map((cap) => `+${cap.replace('CAP_', '').toLowerCase()}`);
  return `setpriv --no-new-privs --inh-caps -all --bounding-set -all,${caps.join(',')} strace -D -f -qq -o ${trace}`;
}

/** What a trace asked for that its unit would have refused: calls, and families of sockets. */
export function refused(unit: string, trace: string): string[] {
  const lines = readFileSync(trace, 'latin1').split('\n');
  const calls = callsOf(unit);
  const families = words(unit, 'RestrictAddressFamilies').given;
  const asked = lines.flatMap((line) => /^\d+ +(\w+)\(/.exec(line)?.[1] ?? []);
  const sockets = lines.flatMap((line) => /^\d+ +socket\((AF_\w+)/.exec(line)?.[1] ?? []);
  return [...new Set([...asked.filter((c) => !calls.has(c)), ...sockets.filter((f) => !families.includes(f))])];
}

// Where rules are taken from: files, directories (merged as augenrules merges), what the kernel has, or the
// machine's own configuration.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AuditError } from '../base/index.ts';
import { openClient } from '../kernel/client.ts';
import {
  decodeRule,
  naturalOrder,
  type PlacedRule,
  type RuleContext,
  type RuleFile,
  type RuleLine,
  type RuleSource,
  readRules,
  ruleId,
  ruleSet,
} from '../rule/index.ts';
import { ruleContext } from './context.ts';

const DEFAULTS = ['/etc/audit/rules.d', '/etc/audit/audit.rules'];

/** The rules files of this machine, as they would be loaded at boot. */
function defaults(): readonly string[] {
  const found = DEFAULTS.find((path) => existsSync(path));
  if (found === undefined)
    throw new AuditError(
      'file',
      'Cannot find rules: neither /etc/audit/rules.d nor /etc/audit/audit.rules is there; name a file',
    );
  return [found];
}

/** The files that count, in a directory of rules. */
export function ruleFiles(directory: string): readonly RuleFile[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((e) => !e.isDirectory() && e.name.endsWith('.rules') && !e.name.startsWith('.'))
    .map((e) => ({ name: e.name, text: readFileSync(join(directory, e.name), 'latin1') }));
}

/** Reads files and directories; a directory's files come in the order and with the rules of augenrules(8). */
export function readSources(paths: readonly string[], context: RuleContext): readonly RuleSource[] {
  return (paths.length > 0 ? paths : defaults()).flatMap((path) => {
    try {
      if (statSync(path).isDirectory()) return merged(path, context);
      return [{ file: path, lines: readRules(readFileSync(path, 'latin1'), path, context) }];
    } catch (cause) {
      if (cause instanceof AuditError) throw cause;
      throw new AuditError('file', `Cannot read rules from ${path}: ${(cause as Error).message}`, { cause });
    }
  });
}

/** The parts of a directory with -D, -b, -f first and -e last, each line still at its own place. */
function merged(directory: string, context: RuleContext): readonly RuleSource[] {
  const files = [...ruleFiles(directory)].sort((a, b) => naturalOrder(a.name, b.name));
  const sources = files.map(({ name, text }) => {
    const file = join(directory, name);
    return { file, lines: readRules(text, file, context) };
  });
  const part = (option: string) => sources.map((s) => ({ ...s, lines: s.lines.filter((l) => optionOf(l) === option) }));
  const last = (option: string) =>
    part(option)
      .filter((s) => s.lines.length > 0)
      .slice(-1);
  return [...last('D'), ...last('b'), ...last('f'), ...part(''), ...last('e')];
}

/** The letter of a line that augenrules puts first or last, '' for any other. */
const optionOf = (line: RuleLine): string =>
  /^-(?:([bfe])|(D)\r?$)/
    .exec(line.text)
    ?.slice(1)
    .find((x) => x) ?? '';

/** The rules that files leave in the kernel, in the order they are tried; AuditError at the first unreadable line. */
export function wantedRules(sources: readonly RuleSource[]): readonly PlacedRule[] {
  for (const { lines } of sources)
    for (const { error } of lines)
      if (error) {
        const { file, line, column } = error.position ?? {};
        throw new AuditError(
          'rule',
          `${error.message} (${[file, line, column].filter((x) => x !== undefined).join(':')})`,
        );
      }
  return ruleSet(sources).rules;
}

/** The rules the kernel has. */
export function loadedRules(): readonly PlacedRule[] {
  const client = openClient();
  try {
    return client.listRules().map((bytes, i) => {
      const rule = decodeRule(bytes);
      return { rule, id: ruleId(rule), place: { file: 'kernel', line: i + 1 } };
    });
  } finally {
    client.close();
  }
}

/** The rules of this machine as they are wanted and as they are loaded. */
export function machinePolicy() {
  const context = ruleContext();
  return {
    context,
    kernel: () => openClient(),
    sources: (): readonly RuleSource[] => (DEFAULTS.some((path) => existsSync(path)) ? readSources([], context) : []),
  };
}

// The linter of rules: what a rules file says that cannot work, works otherwise than it looks, or slows the machine.
// One function a check, one registry; each finding names its place and the remedy. Text is read before (command.ts).
import { type Arch, compatArch, syscallName, syscallNumber } from '../tables/index.ts';
import { blind, outsidePerm } from './check-calls.ts';
import { RULE_CHECKS } from './check-each.ts';
import { Covering, MOST } from './covering.ts';
import type { Checked, CheckOptions, Finding } from './finding.ts';
import { archOfRule, type Rule, syscallTable } from './rule.ts';
import { type Place, type PlacedRule, placeText, type RuleSource, ruleSet } from './ruleset.ts';
import { listText, sourceText } from './text.ts';

type Check = (checked: Checked) => readonly Finding[];

/** Findings of rules files that are carried out in this order, in the order of their places. */
export function checkRules(sources: readonly RuleSource[], options: CheckOptions): readonly Finding[] {
  const steps = checkInSteps(sources, options);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** The same in steps, one a check: who answers others meanwhile gives them their turn in between. */
export function* checkInSteps(
  sources: readonly RuleSource[],
  options: CheckOptions,
): Generator<void, readonly Finding[]> {
  const checked: Checked = { ...options, sources, set: ruleSet(sources) };
  const order = new Map(sources.map((s, i) => [s.file, i]));
  const rank = (f: Finding) => (order.get(f.file) ?? 0) * 1e6 + f.line;
  const found: Finding[] = [];
  for (const check of CHECKS) {
    yield;
    for (const finding of check(checked)) found.push(finding);
  }
  // A watch is told once that it is slow, not again that its perm has no arch.
  const watches = new Set(found.filter((f) => f.code === 'slow-watch').map(placeText));
  return found
    .filter((f) => f.code !== 'perm-without-arch' || !watches.has(placeText(f)))
    .sort((a, b) => rank(a) - rank(b));
}

// ---- lines that cannot be read, and doubts the reader has ----

const unreadable: Check = ({ sources }) =>
  sources.flatMap(({ file, lines }) =>
    lines.flatMap(({ line, error }): Finding[] => {
      if (!error) return [];
      const message = error.brief;
      const column = error.position?.column;
      const at = column === undefined ? {} : { column };
      return [
        {
          code: 'unreadable',
          severity: 'error',
          file,
          line,
          ...at,
          message,
          remedy: 'the kernel never gets this rule: mend the line',
        },
      ];
    }),
  );

const DOUBTS: Readonly<Record<string, readonly [severity: Finding['severity'], remedy: string]>> = {
  'abi-mismatch': ['warning', 'put -F arch=b64 before -S, and write a second rule with arch=b32'],
  'slow-watch': ['hint', 'use the system call form: the kernel then looks only at the calls that can matter'],
  wildcard: ['error', 'name the directory with -F dir='],
  'watch-with-calls': [
    'warning',
    'delete -S; to watch for some calls only, write -a always,exit -F arch=b64 -S CALL -F path=FILE',
  ],
  'family-name': ['error', 'write the number: inet is 2, inet6 is 10, local is 1, netlink is 16'],
};

const doubtful: Check = ({ sources }) =>
  sources.flatMap(({ file, lines }) =>
    lines.flatMap(({ line, commands }) =>
      commands.flatMap((command): Finding[] => {
        if (command.kind !== 'rule') return [];
        return command.warnings.map(({ code, message, column }): Finding => {
          const [severity, remedy] = DOUBTS[code]!;
          return { code, severity, file, line, column, message, remedy };
        });
      }),
    ),
  );

// ---- the set as a whole ----

const at = (rule: PlacedRule): Place => rule.place;

const duplicates: Check = ({ set }) =>
  set.repeated.map(({ rule, first }) => ({
    code: 'duplicate',
    severity: 'error',
    ...at(rule),
    message: `this rule is there already (${placeText(first.place)}); the kernel refuses the second, and loading stops here`,
    remedy: 'delete one of the two',
  }));

const shadowed: Check = ({ set, host }) => {
  const covering = new Covering();
  const found = set.rules.flatMap((rule): Finding[] => {
    const before = covering.first(rule);
    covering.add(rule);
    if (!before) return [];
    const verb = before.rule.action === 'never' ? 'silences' : 'takes';
    return [
      {
        code: 'shadowed',
        severity: 'warning',
        ...at(rule),
        message: `never reached: ${placeText(before.place)} ${verb} every event it would match (${listText(before.rule, { host })}), and the first match wins`,
        remedy: 'put the narrower rule first, or delete it',
      },
    ];
  });
  return covering.leftOut ? [...found, notCompared(covering.leftOut)] : found;
};

/** What `shadowed` did not look at. */
const notCompared = (rule: PlacedRule): Finding => ({
  code: 'not-compared',
  severity: 'hint',
  ...at(rule),
  message: `rules of a kind are compared with the first ${MOST} before them; from here on, one that takes every event of a later one may not be told`,
  remedy: 'give rules a condition that tells them apart (-F uid=, path=), or fewer rules of one kind',
});

const deletedAgain: Check = ({ set }) =>
  set.deleted.map((rule) => ({
    code: 'deleted-again',
    severity: 'warning',
    ...at(rule),
    message: 'a later -D deletes this rule again',
    remedy: 'put -D first, once',
  }));

const afterLock: Check = ({ set: { locked, afterLock: lines } }) =>
  lines.map((place) => ({
    code: 'after-lock',
    severity: 'error',
    ...place,
    message: `nothing can be changed after -e 2 (${placeText(locked!)})`,
    remedy: 'put -e 2 on the last line',
  }));

const oneAbi: Check = ({ set, host }) => {
  const twins = new Twins(set.rules, host);
  return set.rules.flatMap((placed): Finding[] => {
    const { rule } = placed;
    const arch = archOfRule(rule);
    const other = arch === host ? compatArch(host) : arch === compatArch(host) ? host : undefined;
    if (rule.list !== 'exit' || rule.action === 'never' || !arch || !other) return [];
    if (rule.syscalls !== 'all' && !rule.syscalls.some((n) => hasCall(other, syscallName(arch, n)))) return [];
    if (twins.has(rule, other)) return [];
    const bits = other === host ? 'b64' : 'b32';
    return [
      {
        code: 'one-abi',
        severity: 'warning',
        ...at(placed),
        message: `only one ABI: the same calls made by a ${bits === 'b32' ? '32' : '64'}-bit program are not seen`,
        remedy: `add the same rule with arch=${bits}`,
      },
    ];
  });
};

const hasCall = (arch: Arch, name: string | undefined): boolean =>
  name !== undefined && syscallNumber(arch, name) !== undefined;

/** What rules with the same conditions ask for: every call, or these numbers. */
interface Asked {
  all: boolean;
  readonly numbers: Set<number>;
}

/** The calls that rules ask for on an arch, by their other conditions: whether a rule has one for the other ABI. */
class Twins {
  private readonly asked = new Map<string, Asked>();
  private readonly host: Arch;

  constructor(rules: readonly PlacedRule[], host: Arch) {
    this.host = host;
    for (const { rule } of rules) {
      const named = rule.fields.some((f) => f.field === 'arch');
      const id = twinId(rule, named ? (archOfRule(rule) ?? '') : ANY_ARCH);
      let asked = this.asked.get(id);
      if (!asked) this.asked.set(id, (asked = { all: false, numbers: new Set() }));
      if (rule.syscalls === 'all') asked.all = true;
      else for (const n of rule.syscalls) asked.numbers.add(n);
    }
  }

  /** Whether some rule is for that arch what `rule` is: same conditions, at least one of its calls. */
  has(rule: Rule, arch: Arch): boolean {
    const found = [arch, ANY_ARCH].flatMap((one) => this.asked.get(twinId(rule, one)) ?? []);
    if (rule.syscalls === 'all') return found.length > 0;
    if (found.some(({ all }) => all)) return true;
    const table = syscallTable(rule, this.host);
    return rule.syscalls.some((n) => {
      const name = syscallName(table, n);
      const number = name === undefined ? undefined : syscallNumber(arch, name);
      return number !== undefined && found.some(({ numbers }) => numbers.has(number));
    });
  }
}

/** A rule that names no arch is one for each. */
const ANY_ARCH = 'any';
const twinId = (rule: Rule, arch: string): string => `${rule.list} ${rule.action} ${arch} ${conditionsId(rule)}`;

/** Everything about a rule but its arch, calls and keys, as text. */
const conditionsId = (rule: Rule): string =>
  rule.fields
    .filter((f) => f.field !== 'arch' && f.field !== 'key')
    .map((f) => `${f.field}${f.op}${f.text ?? f.value}`)
    .sort()
    .join(' ');

const mergeable: Check = ({ set, host }) => {
  const firsts = new Map<string, PlacedRule>();
  return set.rules.flatMap((placed): Finding[] => {
    const id = mergeId(placed.rule);
    if (id === undefined) return [];
    const first = firsts.get(id);
    if (!first) firsts.set(id, placed);
    if (!first || first.rule.syscalls === 'all' || placed.rule.syscalls === 'all') return [];
    const had = new Set(first.rule.syscalls);
    if (placed.rule.syscalls.every((n) => had.has(n))) return []; // it is never reached: told elsewhere
    const syscalls = [...new Set([...first.rule.syscalls, ...placed.rule.syscalls])].sort((a, b) => a - b);
    return [
      {
        code: 'mergeable',
        severity: 'hint',
        ...at(placed),
        message: `differs from ${placeText(first.place)} only in its system calls; one rule is faster than two`,
        remedy: `write one rule: ${sourceText({ ...first.rule, syscalls }, host)}`,
      },
    ];
  });
};

/** Rules with the same id can be one; undefined for rules that take no system calls, or that a perm gave its own. */
function mergeId({ list, action, syscalls, fields }: Rule): string | undefined {
  if ((list !== 'exit' && list !== 'io_uring') || syscalls === 'all') return undefined;
  if (fields.some((f) => f.field === 'perm')) return undefined;
  const conditions = fields.map((f) => `${f.field}${f.op}${f.text ?? f.value}`);
  return `${list} ${action} ${conditions.sort().join(' ')}`;
}

const singly: Check = (checked) =>
  checked.set.rules.flatMap((placed) =>
    RULE_CHECKS.flatMap((check) => {
      const finding = check(placed.rule, checked);
      return finding ? [{ ...at(placed), ...finding }] : [];
    }),
  );

const CHECKS: readonly Check[] = [
  unreadable,
  doubtful,
  duplicates,
  shadowed,
  deletedAgain,
  afterLock,
  oneAbi,
  blind,
  outsidePerm,
  mergeable,
  singly,
];

// Audit rules, as lines of files and as the kernel's bytes (an input that begins with a byte of 0 to 7 is bytes). Text, tree and
// bytes say the same; what is none is refused with an AuditError; checks, explanations, merging and planning never throw, and
// a plan leads to the rules that were wanted.
import { AuditError } from '../../src/base/index.ts';
import {
  afterPlan,
  checkRules,
  decodeRule,
  encodeRule,
  explainRule,
  listText,
  mergeRules,
  parseRule,
  planRules,
  type Rule,
  type RuleContext,
  readRules,
  ruleId,
  ruleSet,
  sourceText,
  wordsOf,
} from '../../src/rule/index.ts';
import { ruleActions, ruleComparisons, ruleFields, ruleLists, syscalls } from '../../src/tables/index.ts';
import { type Campaign, hold, holdSame, orRefused } from '../kit/campaign.ts';
import { textAt, textsIn, wordsOfTable } from '../kit/material.ts';

const context: RuleContext = {
  host: 'x86_64',
  accounts: { userId: (name) => ({ root: 0, adm: 3 })[name], groupId: (name) => ({ root: 0, adm: 4 })[name] },
  isDirectory: (path) => path.endsWith('d'),
};
const listing = { host: 'x86_64', interpret: true } as const;
const isRefusal = (error: unknown): boolean => error instanceof AuditError;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function check(input: Buffer): void {
  if (input.length > 0 && input[0]! < 8) checkBytes(input.subarray(1));
  else checkText(input.toString('latin1'));
}

/** What the kernel might send. */
function checkBytes(bytes: Buffer): void {
  const rule = orRefused(() => decodeRule(bytes), isRefusal);
  if (!rule) return;
  say(rule);
  const again = orRefused(() => encodeRule(rule), isRefusal);
  if (!again) return;
  holdSame(hex(encodeRule(decodeRule(again))), hex(again), 'bytes of bytes');
}

function checkText(text: string): void {
  const lines = readRules(text, 'f', context);
  const sources = [{ file: 'f', lines }];
  const rules: Rule[] = [];
  for (const { commands, error } of lines) {
    if (error) hold((error.position?.column ?? 1) >= 1 && error.position?.line !== undefined, 'an error has its place');
    for (const command of commands) if (command.kind === 'rule') rules.push(command.rule);
  }
  for (const rule of rules) checkRule(rule);
  checkRules(sources, { host: 'x86_64', exists: (path) => path.length % 2 === 0 });
  checkPlan(
    ruleSet(sources).rules.map(({ rule }) => rule),
    rules,
  );
  const merged = mergeRules([{ name: 'a.rules', text }], '/etc/audit/rules.d');
  holdSame(mergeRules([{ name: 'a.rules', text: merged }], '/etc/audit/rules.d'), merged, 'merged twice');
}

function checkRule(rule: Rule): void {
  say(rule);
  const bytes = encodeRule(rule);
  holdSame(JSON.stringify(decodeRule(bytes)), JSON.stringify(rule), 'the rule, from its bytes');
  const source = sourceText(rule, 'x86_64');
  // A watch names no kind of place: it reads back where its path is what it was, a directory or not.
  const isDirectory = () => rule.fields.some(({ field }) => field === 'dir');
  const again = parseRule(wordsOf(source), { ...context, isDirectory }).rule;
  holdSame(hex(encodeRule(again)), hex(bytes), `the rule, from ${source}`);
}

function say(rule: Rule): void {
  listText(rule, listing);
  sourceText(rule, 'x86_64');
  explainRule(rule, { host: 'x86_64' });
}

/** From every other rule, backwards, to all of them. */
function checkPlan(set: readonly Rule[], rules: readonly Rule[]): void {
  if (rules.length > 200) return; // the plan's own growth is held by src/rule's tests
  const byId = new Map([...rules, ...set].map((rule) => [ruleId(rule), { ...rule, prepend: false }]));
  const loaded = [...new Set(rules.filter((_, i) => i % 2 === 0).map(ruleId))].reverse();
  const bytes = loaded.map((id) => encodeRule(byId.get(id)!));
  const after = afterPlan(bytes, planRules(bytes, set));
  const wanted = set.map(ruleId);
  for (const list of new Set(set.map((rule) => rule.list))) {
    const ofList = (ids: readonly string[]): string =>
      ids
        .filter((id) => byId.get(id)!.list === list)
        .map((id) => hex(Buffer.from(id, 'latin1')))
        .join();
    holdSame(ofList(after), ofList(wanted), `the ${list} list after the plan`);
  }
  hold(after.length === wanted.length, () => `${after.length} rules after the plan, not ${wanted.length}`);
}

const files = (): string[] => [...textsIn('rules', '.rules'), textAt('../shared/corpus/lab/rules-loaded.txt')];

function seeds(): Uint8Array[] {
  const lines = files().flatMap((text) => text.split('\n').filter((line) => line.startsWith('-')));
  const bytes = lines.flatMap((line) =>
    readRules(line, 'f', context).flatMap(({ commands }) =>
      commands.flatMap((command) =>
        command.kind === 'rule' ? [Buffer.concat([Buffer.of(1), encodeRule(command.rule)])] : [],
      ),
    ),
  );
  return [...files().map((text) => text.slice(0, 4000)), ...lines]
    .map((text) => Buffer.from(text, 'latin1'))
    .concat(bytes.slice(0, 40));
}

export const campaign: Campaign = {
  about: 'audit rules: text, tree and kernel bytes; checked, explained, merged and planned',
  seeds,
  words: () => [
    ...wordsOfTable(ruleFields).flatMap((name) => [` -F ${name}=`, `${name}!=`]),
    ...[...wordsOfTable(ruleLists), ...wordsOfTable(ruleActions), ...wordsOfTable(ruleComparisons)],
    ...wordsOfTable(syscalls('x86_64')),
    ...[
      '-a ',
      '-A ',
      '-d ',
      '-w /',
      '-W ',
      ' -S ',
      ' -F ',
      ' -C ',
      ' -k ',
      ' -p wa',
      '-D',
      '-e 2',
      '-b ',
      '-f ',
      '-r ',
    ],
    ...['always,exit', 'exit,never', 'arch=b64', 'arch=b32', '>=', '<=', '&=', '!=', '\\ ', '"', 'unset', '-1', '\x01'],
  ],
  open: () => ({ check }),
};

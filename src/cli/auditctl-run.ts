// What the commands of auditctl do: to the kernel through a client, to standard output, to files of commands.
// One command at a time; the first that fails throws. It reads no command line: auditctl.ts does.
import { readFileSync, statSync } from 'node:fs';
import { AuditError, oneLine } from '../base/index.ts';
import type { AuditClient } from '../kernel/index.ts';
import {
  decodeRule,
  encodeRule,
  keysOf,
  type ListOptions,
  listText,
  type Rule,
  type RuleCommand,
  type RuleContext,
  type RuleLine,
  readRules,
} from '../rule/index.ts';
import { RECORD } from '../tables/records.ts';
import { lockOfLoginuid, statusText } from './auditctl-status.ts';
import type { Io } from './io.ts';

/** The part of the kernel's client that is used; a test gives its own. */
export type RuleKernel = Pick<
  AuditClient,
  | 'status'
  | 'set'
  | 'resetLost'
  | 'resetBacklogWaitTimeActual'
  | 'listRules'
  | 'addRule'
  | 'deleteRule'
  | 'user'
  | 'trim'
  | 'makeEquiv'
  | 'switches'
  | 'setSwitch'
>;

/** What commands need of their surroundings. `kernel` is opened when a command first needs it. */
export interface Control {
  readonly io: Io;
  readonly context: RuleContext;
  readonly kernel: () => RuleKernel;
  /** The text of `-m`, as libaudit words it. */
  readonly messageText: (text: string) => string;
  /** Where the command stands, `FILE:LINE`; absent for the command line itself. */
  readonly place?: string;
  readonly sendSignal: (pid: number, signal: string) => void;
  /** Human text of a system call's argument, for `-l -i`. */
  readonly argument?: ListOptions['argument'];
}

/** Carries out one command; returns an exit status when the command decides it, else undefined. */
export function execute(command: RuleCommand, control: Control): number | undefined {
  const { io, kernel } = control;
  switch (command.kind) {
    case 'rule':
      for (const { message, column } of command.warnings)
        io.err(`auditctl: ${oneLine(`${control.place ? `${control.place}:${column}: ` : ''}warning: ${message}`)}\n`);
      applyRule(command.op, command.rule, kernel());
      return undefined;
    case 'set':
      kernel().set({ [command.setting]: command.value }, `set the ${SETTINGS[command.setting]}`);
      io.out(statusText(kernel().status(), undefined, false));
      return undefined;
    case 'status':
      io.out(statusText(kernel().status(), lockOfLoginuid(kernel()), command.interpret));
      return undefined;
    case 'list':
      io.out(rulesText(kernel().listRules(), command.key, command.interpret, control));
      return undefined;
    case 'delete-all':
      for (const bytes of kernel().listRules()) if (hasKey(decodeRule(bytes), command.key)) kernel().deleteRule(bytes);
      io.out(rulesText(kernel().listRules(), command.key, false, control));
      return undefined;
    case 'message':
      kernel().user(RECORD.USER, control.messageText(command.text));
      return undefined;
    case 'equivalent':
      kernel().makeEquiv(command.mounted, command.watched);
      return undefined;
    case 'trim':
      kernel().trim();
      return undefined;
    case 'reset-lost':
      io.err(`lost: ${kernel().resetLost()}\n`);
      return undefined;
    case 'reset-wait':
      io.err(`backlog_wait_time_actual: ${kernel().resetBacklogWaitTimeActual()}\n`);
      return undefined;
    case 'loginuid-immutable':
      kernel().setSwitch('loginuid_immutable', { on: true, locked: true });
      return undefined;
    case 'signal':
      return signal(command.signal, control);
    case 'read':
      return readFile(command.file, control);
    default:
      return undefined; // continue, ignore: only a file's reader heeds them
  }
}

const SETTINGS: Readonly<Record<string, string>> = {
  enabled: 'enabled flag',
  failure: 'failure flag',
  rateLimit: 'rate limit',
  backlogLimit: 'backlog limit',
  backlogWaitTime: 'backlog wait time',
};

const LOCKED = 2;

function applyRule(op: 'add' | 'delete', rule: Rule, kernel: RuleKernel): void {
  const bytes = encodeRule(rule);
  try {
    if (op === 'add') kernel.addRule(bytes);
    else kernel.deleteRule(bytes);
  } catch (error) {
    throw explained(error, rule, kernel);
  }
}

/** The kernel says little more than "invalid"; what is known about the rule says more. */
function explained(error: unknown, rule: Rule, kernel: RuleKernel): unknown {
  if (!(error instanceof AuditError)) return error;
  const because = (why: string, code = error.code) =>
    new AuditError(code, `${error.message}; ${why}`, { cause: error.cause });
  if (error.code === 'not-permitted' && isLocked(kernel))
    return because(
      'the audit system is in immutable mode, no rule changes are allowed until the next boot',
      'immutable',
    );
  if (error.code === 'exists') return because('the rule is loaded already; -D first, or leave it out');
  if (error.code !== 'refused') return error;
  const relative = rule.fields.find((f) => ['path', 'dir', 'exe'].includes(f.field) && !f.text?.startsWith('/'));
  if (relative) return because(`${relative.field} must be an absolute path (not "${relative.text}")`);
  const places = rule.fields.filter((f) => f.field === 'path' || f.field === 'dir').length;
  if (places > 1) return because('a rule can watch one path or one dir');
  if (rule.fields.filter((f) => f.field === 'exe').length > 1) return because('a rule can name one exe');
  if (rule.list === 'filesystem') return because('the filesystem list only takes fstype and key');
  return error;
}

function isLocked(kernel: RuleKernel): boolean {
  try {
    return kernel.status().enabled === LOCKED;
  } catch (error) {
    if (error instanceof AuditError) return false; // may not even ask
    throw error;
  }
}

const hasKey = (rule: Rule, key: string | undefined): boolean => key === undefined || keysOf(rule).includes(key);

/** The listing of the kernel's rules, or of those with a key; `No rules` is said only when there are none at all. */
function rulesText(
  loaded: readonly Uint8Array[],
  key: string | undefined,
  interpret: boolean,
  { argument, context }: Control,
): string {
  if (loaded.length === 0) return 'No rules\n';
  const options = { host: context.host, interpret, ...(argument ? { argument } : {}) };
  const rules = loaded.map(decodeRule).filter((rule) => hasKey(rule, key));
  return rules.map((rule) => `${listText(rule, options)}\n`).join('');
}

// ---- --signal ----

const SIGNALS: Readonly<Record<string, string>> = {
  stop: 'SIGTERM',
  reload: 'SIGHUP',
  rotate: 'SIGUSR1',
  resume: 'SIGUSR2',
  state: 'SIGCONT',
};

function signal(name: string, { io, kernel, sendSignal }: Control): number {
  const known = Object.values(SIGNALS).find((s) => s === `SIG${name.toUpperCase()}` || s === name.toUpperCase());
  const wanted = SIGNALS[name] ?? known;
  if (wanted === undefined) {
    io.err(`auditctl: ${name} is an unsupported signal; use ${Object.keys(SIGNALS).join(', ')}\n`);
    return 1;
  }
  const { pid } = kernel().status();
  if (pid === 0) {
    io.err('auditctl: Auditd is not running\n');
    return 2;
  }
  sendSignal(pid, wanted);
  return 0;
}

// ---- -R ----

/** Carries out a file of commands: 0, or 1 after an error (0 too when the file says -i). Stops at an error unless told. */
function readFile(file: string, control: Control): number {
  const { io } = control;
  let goOn = false;
  let ignore = false;
  let failed = false;
  for (const line of readRules(readRuleFile(file), file, control.context)) {
    for (const command of line.commands) {
      goOn ||= command.kind === 'continue' || command.kind === 'ignore';
      ignore ||= command.kind === 'ignore';
    }
    const problem = tryLine(line, { ...control, place: `${file}:${line.line}` });
    if (problem === undefined) continue;
    failed = true;
    io.err(`auditctl: ${oneLine(`${place(file, line, problem)}: ${problem.message}`)}\n`);
    if (!goOn) break;
  }
  return failed && !ignore ? 1 : 0;
}

function tryLine(line: RuleLine, control: Control): AuditError | undefined {
  if (line.error) return line.error;
  try {
    for (const command of line.commands) {
      if (command.kind === 'read')
        throw new AuditError('rule', 'Cannot read a file of commands from a file of commands');
      execute(command, control);
    }
    return undefined;
  } catch (error) {
    if (error instanceof AuditError) return error;
    throw error;
  }
}

function place(file: string, line: RuleLine, { position }: AuditError): string {
  return [file, line.line, ...(position?.column === undefined ? [] : [position.column])].join(':');
}

/** The text of a file of commands; only root (or the caller) may be able to write it. AuditError `file` when not. */
function readRuleFile(file: string): string {
  const fail = (why: string, cause?: unknown) =>
    new AuditError('file', `Cannot read rules from ${file}: ${why}`, { cause });
  try {
    const { mode, uid } = statSync(file);
    if ((mode & 0o170000) !== 0o100000) throw fail('it is no regular file');
    if (mode & 0o002) throw fail(`everyone may write it (chmod o-w ${file})`);
    if (uid !== 0 && uid !== process.getuid?.())
      throw fail(`it belongs to user ${uid}, not to root (chown root ${file})`);
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (error instanceof AuditError) throw error;
    throw fail((error as Error).message, error);
  }
}

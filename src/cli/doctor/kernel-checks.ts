// Judgements of `auspex doctor` about the kernel: what it is asked, holds and lost. Pure.
import type { Rule } from '../../rule/index.ts';
import { type Check, type Found, found, ok } from './finding.ts';

export const support: Check = ({ platform, refusal, release }) => {
  if (platform !== 'linux')
    return found(
      'bad',
      `this is ${platform}: only Linux has audit`,
      'read logs of other machines: auspex search --input FILE',
    );
  if (refusal?.code === 'no-audit-support')
    return found(
      'bad',
      refusal.message,
      'boot a kernel with CONFIG_AUDIT=y and CONFIG_AUDITSYSCALL=y, without audit=0',
    );
  return ok(`kernel ${release} has audit`);
};

export const privilege: Check = ({ refusal, login }) => {
  if (refusal?.code === 'not-permitted')
    return found(
      'note',
      'the kernel does not tell its audit state to you',
      'run `auspex doctor` as root, outside containers',
    );
  return login ? ok(`you may: ${login.capabilities.join(', ') || 'nothing'}`) : undefined;
};

export const container: Check = ({ container: kind, login, status }) =>
  login?.namespaced || (kind && !status)
    ? found(
        'warn',
        `this runs in a container (${kind ?? 'its own namespaces'}): audit belongs to the machine's first namespaces`,
        'run the daemon and auditctl on the host; its records cover the containers',
      )
    : undefined;

export const enabled: Check = ({ status }) => {
  if (!status) return undefined;
  if (status.enabled === 0)
    return found('bad', 'auditing is off', 'auditctl -e 1; at every boot: audit=1 on the kernel command line');
  if (status.enabled === 2)
    return found(
      'note',
      'auditing is on and locked: rules and settings cannot change until the next boot',
      'change the files, then reboot',
    );
  return ok('auditing is on');
};

export const daemon: Check = ({ status, holder }) => {
  if (!status) return undefined;
  if (!holder)
    return status.enabled === 0
      ? found('note', 'no audit daemon runs', 'systemctl enable --now auditd; ours is `auditd` too (docs/auditd.md)')
      : found(
          'bad',
          'no audit daemon runs: records go to the kernel log, which is small and not kept',
          'systemctl enable --now auditd; ours is `auditd` too (docs/auditd.md)',
        );
  if (holder.comm === undefined)
    return found(
      'bad',
      `process ${holder.pid} is the audit daemon and is gone`,
      'start the daemon again: systemctl start auditd',
    );
  return ok(`${holder.comm} (process ${holder.pid}) is the audit daemon`);
};

export const backlog: Check = ({ status }) => {
  if (!status) return undefined;
  const { backlog: waiting, backlogLimit: limit } = status;
  if (limit === 0)
    return found('note', 'the kernel keeps any number of records waiting', 'auditctl -b 8192 bounds its memory');
  if (waiting > 0.8 * limit)
    return found(
      'bad',
      `${waiting} of ${limit} records wait: the daemon does not keep up`,
      `auditctl -b ${limit * 4}, and fewer rules or a faster disk`,
    );
  if (limit < 1024)
    return found(
      'warn',
      `at most ${limit} records may wait: a burst loses some or makes programs wait`,
      'auditctl -b 8192 (in rules.d too)',
    );
  return ok(`${waiting} of ${limit} records wait`);
};

export const lost: Check = ({ status }) => {
  if (!status) return undefined;
  return status.lost > 0
    ? found(
        'bad',
        `the kernel lost ${status.lost.toLocaleString('en')} records since boot or the last reset`,
        'raise the limit (auditctl -b 8192), see what floods (auspex report --summary), then auditctl --reset-lost to watch anew',
      )
    : ok('the kernel lost no record');
};

export const pressure: Check = ({ status }) => {
  if (status?.backlogWaitTime === undefined) return undefined;
  const actual = status.backlogWaitTimeActual ?? 0;
  if (actual > 0)
    return found(
      'warn',
      `programs were made to wait for the audit queue (${actual} clock ticks in all)`,
      'a larger queue (auditctl -b), fewer rules, or a faster daemon; auditctl --reset_backlog_wait_time_actual to watch anew',
    );
  if (status.backlogWaitTime === 0)
    return found(
      'note',
      'programs never wait for the audit queue: when it is full, records are lost',
      'auditctl --backlog_wait_time 15000 restores waiting',
    );
  return ok('no program waited for the audit queue');
};

export const limits: Check = ({ status }) => {
  if (!status) return undefined;
  const all: Found[] = [];
  if (status.rateLimit > 0)
    all.push(found('warn', `at most ${status.rateLimit} records a second pass; the rest is lost`, 'auditctl -r 0'));
  if (status.failure === 2)
    all.push(
      found('warn', 'the machine panics when a record cannot be logged', 'auditctl -f 1, unless policy demands it'),
    );
  if (status.failure === 0)
    all.push(found('warn', 'records that cannot be logged are dropped without a word', 'auditctl -f 1'));
  return all;
};

export const boot: Check = ({ boot: parameters, status }) => {
  if (!status) return undefined;
  if (parameters.audit === '0' || parameters.audit === 'off')
    return found('bad', 'the kernel was booted with audit=0', 'take audit=0 off the kernel command line');
  const missing = [
    ...(parameters.audit === undefined ? ['audit=1'] : []),
    ...(parameters.audit_backlog_limit === undefined ? ['audit_backlog_limit=8192'] : []),
  ];
  return missing.length
    ? found(
        'note',
        `booted without ${missing.join(' and ')}: processes older than the daemon may escape audit, and records of the boot may be lost`,
        `add ${missing.join(' ')} to the kernel command line`,
      )
    : ok('boot parameters are set');
};

const neverTask = (rule: Rule): boolean => rule.list === 'task' && rule.action === 'never' && rule.fields.length === 0;

export const rules: Check = ({ rules: loaded, status }) => {
  if (!loaded || !status) return undefined;
  if (loaded.some(neverTask))
    return found(
      'bad',
      'the rule `never,task` is loaded: no system call of any process is audited',
      'delete it: auditctl -d never,task; and remove it from /etc/audit/rules.d (distributions ship it as the default)',
    );
  if (loaded.length === 0)
    return found(
      'warn',
      'no rules are loaded: only logins and messages of programs are recorded',
      'auspex rules apply, or augenrules --load',
    );
  const scoped = loaded.filter((r) => r.list === 'exit' && r.action === 'always');
  const broad = scoped.filter(
    (r) => r.syscalls === 'all' && r.fields.every((f) => f.field === 'arch' || f.field === 'key'),
  );
  return broad.length
    ? found(
        'warn',
        `${broad.length} of ${loaded.length} rules record every system call of every process`,
        'narrow them; `auspex rules check` tells which',
      )
    : ok(`${loaded.length} rules are loaded`);
};

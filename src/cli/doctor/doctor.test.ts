// The doctor’s checks on made-up machines, and what it gathers from files.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../daemon/config.ts';
import { fakeProc } from '../../host/index.ts';
import type { AuditStatus } from '../../kernel/index.ts';
import type { Rule } from '../../rule/index.ts';
import { findings } from './checks.ts';
import { bootParameters, type Facts, gatherFacts } from './facts.ts';

const status: AuditStatus = {
  enabled: 1,
  failure: 1,
  pid: 9,
  rateLimit: 0,
  backlogLimit: 8192,
  lost: 0,
  backlog: 0,
  featureBitmap: 127,
  backlogWaitTime: 15000,
  backlogWaitTimeActual: 0,
};
const rule: Rule = {
  list: 'exit',
  action: 'always',
  prepend: false,
  syscalls: [62],
  fields: [{ field: 'auid', op: '>=', value: 1000 }],
};
const off = { on: false, locked: false };
const on = { on: true, locked: true };
const conf = readConfig(
  'num_logs = 5\nmax_log_file = 8\nspace_left = 75\nadmin_space_left = 50\n',
  'auditd.conf',
).config;

/** A machine where all is well. */
const well: Facts = {
  platform: 'linux',
  release: '6.18.0',
  refusal: undefined,
  status,
  rules: [rule],
  switches: { only_unset_loginuid: off, loginuid_immutable: on },
  holder: { pid: 9, comm: 'auditd' },
  listeners: [],
  login: { pid: 1, comm: 'sh', auid: 1000, ses: 1, uids: [0], capabilities: ['CAP_AUDIT_CONTROL'], namespaced: false },
  terminal: true,
  container: undefined,
  boot: { audit: '1', audit_backlog_limit: '8192' },
  journaldAudit: undefined,
  pam: [{ service: 'sshd', sets: true }],
  config: { file: '/etc/audit/auditd.conf', settings: conf, problems: [] },
  log: { path: '/var/log/audit/audit.log', mode: 0o600, uid: 0, bytes: 0 },
  logFolder: { path: '/var/log/audit', mode: 0o700, uid: 0, bytes: 0 },
  disk: { free: 1e10, total: 2e10 },
  ruleFiles: [{ path: '/etc/audit/rules.d/a.rules', mode: 0o640, uid: 0, bytes: 1 }],
};

const judged = (change: Partial<Facts>): string[] =>
  findings({ ...well, ...change })
    .filter((f) => f.level !== 'ok')
    .map((f) => `${f.level} ${f.check}`);

describe('auspex doctor', () => {
  it('finds nothing on a machine where all is well', () => {
    expect(judged({})).toEqual([]);
    expect(findings(well).length).toBeGreaterThan(8);
  });

  const listener = { pid: 300, comm: 'systemd-journald', group: true };
  it.each<[string, Partial<Facts>]>([
    ['bad support', { platform: 'darwin', status: undefined, rules: undefined }],
    ['bad support', { refusal: { code: 'no-audit-support', message: 'x' }, status: undefined, rules: undefined }],
    ['note privilege', { refusal: { code: 'not-permitted', message: 'x' }, status: undefined, rules: undefined }],
    ['warn container', { login: { ...well.login!, namespaced: true } }],
    ['note enabled', { status: { ...status, enabled: 2 } }],
    ['bad enabled', { status: { ...status, enabled: 0 } }],
    ['bad daemon', { holder: undefined }],
    ['bad daemon', { holder: { pid: 9, comm: undefined } }],
    ['warn backlog', { status: { ...status, backlogLimit: 64 } }],
    ['bad backlog', { status: { ...status, backlog: 8000 } }],
    ['bad lost', { status: { ...status, lost: 5 } }],
    ['warn back-pressure', { status: { ...status, backlogWaitTimeActual: 5 } }],
    ['note back-pressure', { status: { ...status, backlogWaitTime: 0 } }],
    ['warn limits', { status: { ...status, rateLimit: 5 } }],
    ['warn limits', { status: { ...status, failure: 2 } }],
    ['bad boot', { boot: { audit: '0', audit_backlog_limit: '1' } }],
    ['note boot', { boot: {} }],
    ['bad rules', { rules: [{ ...rule, list: 'task', action: 'never', syscalls: [], fields: [] }] }],
    ['warn rules', { rules: [] }],
    ['warn rules', { rules: [{ ...rule, syscalls: 'all', fields: [] }] }],
    ['warn journald', { listeners: [listener] }],
    ['note listeners', { listeners: [{ pid: 7, comm: 'laurel', group: true }] }],
    ['warn pam', { pam: [{ service: 'sshd', sets: false }] }],
    ['warn login', { login: { ...well.login!, auid: undefined } }],
    ['note loginuid-immutable', { switches: { only_unset_loginuid: off, loginuid_immutable: off } }],
    ['bad config', { config: { ...well.config, problems: ['line 3'] } }],
    ['note config', { config: { ...well.config, settings: undefined } }],
    ['bad disk', { disk: { free: 1e6, total: 2e10 } }],
    ['bad permissions', { log: { ...well.log, mode: 0o644 } }],
    ['bad permissions', { ruleFiles: [{ ...well.ruleFiles[0]!, mode: 0o666 }] }],
  ])('%s', (expected, change) => {
    expect(judged(change)).toEqual([expected]);
  });

  it('gives each finding a remedy, but those that ask for none', () => {
    for (const finding of findings({
      ...well,
      status: { ...status, enabled: 0, lost: 1 },
      rules: [],
      boot: {},
      pam: [],
    }))
      expect(finding.remedy !== undefined || finding.level === 'ok').toBe(true);
  });

  it('reads the kernel command line', () => {
    expect(bootParameters('quiet audit=1 noaudit=3 audit_backlog_limit=8192\n')).toEqual({
      audit: '1',
      audit_backlog_limit: '8192',
    });
  });

  it('gathers what the files of a machine tell', () => {
    const root = mkdtempSync(join(tmpdir(), 'auspex-doctor-'));
    const write = (path: string, text: string, mode = 0o600): void => {
      mkdirSync(dirname(root + path), { recursive: true });
      writeFileSync(root + path, text);
      chmodSync(root + path, mode);
    };
    write('/etc/audit/auditd.conf', 'log_file = /logs/a.log\nbogus = 1\n');
    write('/logs/a.log', 'x', 0o644);
    write('/etc/audit/rules.d/10.rules', '', 0o666);
    write('/etc/audit/rules.d/notes.txt', '');
    write('/etc/pam.d/sshd', 'auth include common\n# session required pam_loginuid.so\n');
    write('/etc/pam.d/login', '@include common\n');
    write('/etc/pam.d/common', 'session required pam_loginuid.so\n');
    write('/etc/pam.d/sudo', '');
    write('/etc/systemd/journald.conf', '[Journal]\n#Audit=no\nAudit=yes\n');
    const proc = fakeProc({
      cmdline: 'audit=1',
      'net/netlink': 'sk Eth Pid Groups\nf 9 0 0 0 0 0 2 0 6\nf 9 1 00000001 0 0 0 2 0 77\nf 0 5 0 0 0 0 2 0 78\n',
      '12/stat': '12 (systemd-journal) S 1 1 1',
      '12/fd/3': 'socket:[77]',
      '12/fd/4': 'socket:[78]',
    });
    const facts = gatherFacts({ root, proc });
    expect(facts).toMatchObject({
      boot: { audit: '1' },
      journaldAudit: 'yes',
      listeners: [{ pid: 12, comm: 'systemd-journal', group: true }],
      pam: [
        { service: 'login', sets: true },
        { service: 'sshd', sets: true },
      ],
      log: { path: '/logs/a.log', mode: 0o644 },
      ruleFiles: [{ mode: 0o666 }],
    });
    expect(facts.config.problems.join()).toContain('bogus');
    rmSync(root, { recursive: true });
  });
});

// Which settings files are taken and which refused. The oracle is auditd 4.2.2, started on each: what it says of these
// was written down on 2026-11-21 (local_events = no, a log folder of its own).
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPlugins } from '../dispatch/dispatcher.ts';
import { readConfigFile } from './config-file.ts';

const root = process.getuid?.() === 0;
let folder = '';
let said: string[] = [];
beforeEach(() => {
  folder = mkdtempSync('/tmp/auspex-config-');
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = () => join(folder, 'auditd.conf');
const read = (links = false, again = false) => readConfigFile(file(), links, again, (_, text) => void said.push(text));
/** Whether a file with these lines, behind `space_left = 2` and `admin_space_left = 1`, is taken. */
function taken(lines: string): boolean {
  writeFileSync(file(), `space_left = 2\nadmin_space_left = 1\n${lines}\n`, { mode: 0o640 });
  try {
    read();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'config' });
    return false;
  }
}

const REFUSED = `local_events = maybe|write_logs = sometimes|log_file = relative/audit.log|log_file = /log/a b|log_format = cooked
priority_boost = -1|priority_boost = x|flush = sometimes|freq = -1|freq = 5x|freq = 2147483648|num_logs = 1000|num_logs = -1|num_logs = 0x10
num_logs = +5|num_logs = 5.5|name_format = other|name_format = user|name = a b|max_log_file = x|max_log_file_action = email
max_log_file_action = exec|max_log_file_action = exec relative|max_log_file_action = exec /bin/true arg|max_log_file_action = rotate extra
max_log_file_action = single|space_left_action = exec /no/such/script|space_left_action = keep_logs|admin_space_left_action = exec /tmp
admin_space_left_action = bad|disk_full_action = email|disk_error_action = rotate|disk_error_action = email|space_left = 0%|space_left = 100%
space_left = 1|space_left = -1|space_left = 5 %|space_left = x|admin_space_left = x%|admin_space_left = 2|verify_email = perhaps
action_mail_acct = a b|action_mail_acct = bad!name|tcp_listen_port = 0|tcp_listen_port = 65536|tcp_listen_port = 6xx|tcp_listen_queue = 0
tcp_listen_queue = -5|tcp_max_per_addr = 0|tcp_max_per_addr = 1025|use_libwrap = x|tcp_client_ports = 1023-1|tcp_client_ports = 5-70000
tcp_client_ports = 1 - 5|tcp_client_ports = x|tcp_client_max_idle = -1|transport = udp|distribute_network = x|q_depth = 0|q_depth = -1
q_depth = 100000000|q_depth = x|overflow_action = rotate|overflow_action = email|max_restarts = -1|max_restarts = x
end_of_event_timeout = -1|end_of_event_timeout = x|report_interval = 41d|report_interval = 2M|report_interval = 5x|report_interval = m
nosuchkeyword = 5|log_format raw|log_format =|= raw|log_format == raw|log_format = raw extra|log_format = raw # trailing`;

const TAKEN = `LOCAL_EVENTS = No|write_logs = no|log_format = nolog|log_format = RAW|LOG_FORMAT = Raw|priority_boost = 21|priority_boost = 0|flush = data
flush = sync|num_logs = 999|num_logs = 010|max_log_file = 0|max_log_file = 99999999999|max_log_file_action = keep_logs
space_left_action = exec /bin/true|admin_space_left_action = halt|disk_full_action = rotate|disk_error_action = exec /bin/true|space_left = 10%
admin_space_left = 99%|action_mail_acct = root@no.such.domain.invalid|tcp_max_per_addr = 1024|tcp_listen_queue = 5000
tcp_client_ports = 1-1023|tcp_client_ports = 77|tcp_client_max_idle = 999999|krb5_principal = auditd|tls_auth = psk|q_depth = 99999
overflow_action = suspend|max_restarts = 0|end_of_event_timeout = 0|report_interval = 5|report_interval = 5h|report_interval = 40d
report_interval = 1M|dispatcher = /sbin/audispd|disp_qos = lossy|# comment = x`;

const cases = (text: string): string[] => text.split(/[|\n]/);

describe('settings that auditd 4.2.2', () => {
  it.each(cases(REFUSED))('refuses: %s', (line) => expect(taken(line)).toBe(false));
  it.each(cases(TAKEN))('takes: %s', (line) => expect(taken(line)).toBe(true));
  it('takes: two equal shares of the disk', () => expect(taken('space_left = 5%\nadmin_space_left = 5%')).toBe(true));
});

describe('the settings file itself', () => {
  it('missing: the defaults, and a word; not instead of settings in force', () => {
    expect(read()).toMatchObject({ log_file: '/var/log/audit/audit.log', log_format: 'enriched', write_logs: true });
    expect(said.join()).toContain('missing or empty');
    expect(() => read(false, true)).toThrow(/^Cannot read .*auditd\.conf/);
  });

  it('a link: only with -l', () => {
    writeFileSync(join(folder, 'other'), 'num_logs = 7\n', { mode: 0o640 });
    symlinkSync(join(folder, 'other'), file());
    expect(() => read()).toThrow(/symbolic link/);
    expect(read(true).num_logs).toBe(7);
  });

  it('writable by others, a folder, a FIFO: refused', () => {
    writeFileSync(file(), 'num_logs = 7\n');
    chmodSync(file(), 0o646);
    expect(() => read()).toThrow(/must not be writable by others/);
    rmSync(file());
    expect(spawnSync('mkfifo', [file()]).status).toBe(0);
    expect(() => read()).toThrow(/not a regular file/);
  });

  it.skipIf(!root)("another user's: refused, and so is a plugin's [needs root]", () => {
    writeFileSync(file(), 'num_logs = 7\n', { mode: 0o640 });
    spawnSync('chown', ['65534', file()]);
    expect(() => read()).toThrow(/must belong to root/);
    const plugin = join(folder, 'x.conf');
    writeFileSync(plugin, 'active = yes\npath = /bin/sh\nargs = /tmp/anything\n', { mode: 0o640 });
    rmSync(file());
    expect(readPlugins(folder)).toMatchObject({ plugins: [{ name: 'x' }], problems: [] });
    spawnSync('chown', ['65534', plugin]);
    expect(readPlugins(folder).plugins).toEqual([]);
    spawnSync('chown', ['0', plugin]);
    chmodSync(plugin, 0o666);
    expect(readPlugins(folder)).toMatchObject({ plugins: [], problems: [{ code: 'config' }] });
  });
});

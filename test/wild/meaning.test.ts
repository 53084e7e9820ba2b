// What records mean where the reference has no meaning for them, or another's: AppArmor, Landlock, refusals written down by
// a manager, seccomp, firewalls, old kernels' logins, texts that are no ids. Sources of the values: security/apparmor,
// security/landlock/audit.c, include/uapi/linux/seccomp.h, net/netfilter/nf_tables_api.c.
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../../src/base/bytes.ts';
import { readEvents } from '../../src/event/read.ts';
import { accountsOf } from '../../src/host/accounts.ts';
import { interpretContext } from '../../src/interpret/context.ts';
import { ecsPrinter } from '../../src/print/ecs.ts';
import { jsonPrinter } from '../../src/print/json.ts';
import { ocsfPrinter } from '../../src/print/ocsf.ts';
import { columnsOf } from '../../src/store/row.ts';
import { auspex, FILE } from './wild.fixture.ts';

const context = interpretContext({ accounts: accountsOf('root:x:0:0::/:\n', 'root:x:0:\n'), escape: 'raw' });
const line = (record: string, serial = 7) => `type=${record.replace(' ', ` msg=audit(1700000001.123:${serial}): `)}\n`;
const eventOf = (...records: readonly string[]) => readEvents([bytesOf(records.map((r) => line(r)).join(''))])[0]!;
const json = (...records: readonly string[]) => JSON.parse(jsonPrinter(context)(eventOf(...records)));
const ecs = (...records: readonly string[]) => JSON.parse(ecsPrinter(context)(eventOf(...records)));
const ocsf = (...records: readonly string[]) => JSON.parse(ocsfPrinter(context)(eventOf(...records)));

const apparmor = (word: string, operation: string, more: string) =>
  `AVC apparmor="${word}" operation="${operation}" profile="docker-default" ${more} pid=12 comm="x"`;

describe('a verdict of AppArmor', () => {
  it.each([
    ['open', 'name="/etc/secret"', '/etc/secret', undefined, 'file'],
    ['open', 'name="/sys/devices/"', '/sys/devices/', undefined, 'directory'],
    ['exec', 'name="/bin/sh" target="docker-default//sh"', '/bin/sh', 'docker-default//sh', 'file'],
    ['capable', 'capability=2 capname="dac_read_search"', 'dac_read_search', undefined, 'system'],
    ['ptrace', 'denied_mask="trace" peer="unconfined"', 'unconfined', undefined, 'process'],
    ['signal', 'denied_mask="send" signal=term peer="q"', 'q', 'term', 'process'],
    ['mount', 'name="/mnt/" srcname="/dev/sda1"', '/mnt/', '/dev/sda1', 'file-system'],
    ['create', 'family="inet" sock_type="raw" protocol=1', 'inet', 'raw', 'socket'],
  ])('%s of %s has its object', (operation, more, primary, second, kind) => {
    const event = json(apparmor('DENIED', operation, more));
    expect(event).toMatchObject({ kind: 'mac-decision', action: operation, outcome: 'failed', how: 'x' });
    expect(event.subject.primary).toBe('docker-default');
    expect(event.object).toEqual({ primary, ...(second && { second }), kind });
  });

  it.each([
    ['DENIED', 'failed'],
    ['KILLED', 'failed'],
    ['ERROR', 'failed'],
    ['ALLOWED', 'success'],
    ['AUDIT', 'success'],
    ['HINT', undefined],
  ])('%s is %s', (word, outcome) => {
    expect(json(apparmor(word, 'open', 'name="/x"')).outcome).toBe(outcome);
  });

  it('of a policy that could not be loaded is a failure', () => {
    expect(json(apparmor('STATUS', 'profile_replace', 'name="p"')).outcome).toBe('success');
    expect(json(apparmor('STATUS', 'profile_replace', 'info="bad" error=-71 name="p"')).outcome).toBe('failed');
  });

  it('of older kernels is told by the type', () => {
    const event = json(
      'APPARMOR_DENIED operation="inode_permission" denied_mask="rw::" name="/dev/tty" pid=5 profile="p"',
    );
    expect(event).toMatchObject({ outcome: 'failed', subject: { primary: 'p' }, object: { primary: '/dev/tty' } });
  });

  it('is a decision about a file in ECS and OCSF', () => {
    const denied = apparmor('DENIED', 'open', 'name="/etc/secret"');
    expect(ecs(denied)).toMatchObject({
      event: { category: ['file', 'intrusion_detection'], type: ['access', 'denied'], outcome: 'failure', code: 'AVC' },
      file: { path: '/etc/secret', name: 'secret' },
      message: 'docker-default unsuccessfully open /etc/secret using x',
    });
    expect(ocsf(denied)).toMatchObject({ class_uid: 1001, status: 'Failure', file: { path: '/etc/secret' } });
    expect(ecs(apparmor('ALLOWED', 'open', 'name="/x"')).event).toMatchObject({
      outcome: 'success',
      type: ['access', 'allowed'],
    });
    expect(ocsf(apparmor('DENIED', 'ptrace', 'peer="q"'))).toMatchObject({ class_uid: 0, status: 'Failure' });
  });

  it('has its row in a report, which aureport leaves out as the original does', async () => {
    const log = line(apparmor('DENIED', 'open', 'denied_mask="r" name="/etc/secret"'));
    const { stdout } = await auspex(['report', 'avc', '--rows', '-i', FILE], log);
    expect(stdout).toMatch(/docker-default.*\br\b.*\/etc\/secret.*denied/);
  });
});

describe('a refusal that a program wrote down', () => {
  const head = 'USER_AVC pid=1 uid=0 auid=4294967295 ses=4294967295 subj=system_u:system_r:init_t:s0';
  const systemd = `${head} msg='avc:  denied  { status } for auid=n/a uid=114 gid=114 cmdline="/usr/lib/polkitd" scontext=u:r:policykit_t:s0 tcontext=u:o:t:s0 tclass=service permissive=0 exe="/usr/lib/systemd/systemd" sauid=0 hostname=? addr=? terminal=?'`;
  const dbus = `${head} msg='apparmor="DENIED" operation="dbus_method_call" path="/org/x" member="GetAll" name=":1.9" pid=4242 label="snap.x.x" peer_pid=650 exe="/usr/bin/dbus-daemon" sauid=103 hostname=? addr=? terminal=?'`;

  it('is of whom was refused', () => {
    expect(json(systemd).subject).toMatchObject({ primary: 'u:r:policykit_t:s0', secondary: 'unknown(114)' });
    expect(ecs(systemd).user).toMatchObject({ id: '114' });
    expect(ecs(systemd).process?.pid).toBeUndefined();
    expect(columnsOf(eventOf(systemd))).toMatchObject({ uid: 114, pid: 1, auid: undefined, exe: '' });
  });

  it('tells the process where dbus does', () => {
    expect(json(dbus)).toMatchObject({
      subject: { primary: 'snap.x.x' },
      object: { primary: ':1.9', second: 'GetAll' },
    });
    expect(ecs(dbus).process.pid).toBe(4242);
  });
});

describe('other records without a system call', () => {
  it('of Landlock deny', () => {
    const records = [
      'LANDLOCK_ACCESS domain=1a blockers=fs.read_dir path="/root" dev="dm-0" ino=100',
      'LANDLOCK_DOMAIN domain=1a status=allocated mode=enforcing pid=286 uid=1000 exe="/usr/bin/s" comm="s"',
    ];
    expect(json(...records)).toMatchObject({ action: 'fs.read_dir', outcome: 'failed', object: { primary: '/root' } });
    expect(json(...records).records[1].raw.mode).toBe('enforcing');
    expect(ecs(...records)).toMatchObject({
      event: { code: 'LANDLOCK_ACCESS', outcome: 'failure' },
      file: { path: '/root', inode: '100' },
      process: { pid: 286 },
    });
  });

  it.each([
    ['0x7fff0000', 'success', ['info']],
    ['0x7ffc0000', 'success', ['info']],
    ['0x80000000', 'failed', ['info', 'denied']],
    ['0x0', 'failed', ['info', 'denied']],
    ['0x50001', 'failed', ['info', 'denied']],
    ['0x7fc00000', undefined, ['info']],
  ])('of seccomp with %s: %s', (code, outcome, type) => {
    const record = `SECCOMP auid=1000 uid=1000 gid=1000 ses=2 pid=9 comm="x" exe="/x" sig=0 arch=c000003e syscall=41 compat=0 ip=0x7f code=${code}`;
    expect(json(record).outcome).toBe(outcome);
    expect(ecs(record).event.type).toEqual(type);
  });

  it.each([
    ['nft_register_chain', 'loaded-firewall-rule-to'],
    ['nft_unregister_rule', 'removed-firewall-rule-from'],
    ['unregister', 'removed-firewall-rule-from'],
    ['replace', 'loaded-firewall-rule-to'],
  ])('of a firewall: %s', (op, action) => {
    const record = `NETFILTER_CFG table=nat:5;c:64 family=2 entries=0 op=${op} pid=7 subj=unconfined comm="nft"`;
    expect(json(record, record)).toMatchObject({ action, object: { primary: 'nat:5;c:64' } });
  });
});

describe('ids', () => {
  it('of old logins are the new ones', () => {
    const record = 'LOGIN login pid=2 uid=0 old auid=4294967295 new auid=500 old ses=4294967295 new ses=1';
    expect(json(record)).toMatchObject({
      session: '1',
      subject: { primary: 'unset', secondary: 'root' },
      object: { primary: 'unknown(500)' },
    });
    expect(columnsOf(eventOf(record))).toMatchObject({ auid: 500, uid: 0, ses: 1 });
  });

  it.each(['n/a', '?', '(null)', ''])('%j is nobody, least of all root', (id) => {
    const record = `USER_LOGIN pid=5 uid=${id} auid=${id} ses=-1 msg='op=login acct="x" exe="/x" hostname=? addr=? terminal=? res=failed'`;
    expect(ecs(record).user.id).toBeUndefined();
    expect(columnsOf(eventOf(record))).toMatchObject({ uid: undefined, auid: undefined, ses: undefined });
    expect(JSON.stringify(json(record))).not.toContain('root');
    expect(json(record).session).toBe('unset');
  });

  it('of files are exact beyond what a number holds', () => {
    const path =
      'PATH item=0 name="/n" inode=18446744073709551615 dev=00:31 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL';
    const call =
      'SYSCALL arch=c000003e syscall=2 success=yes exit=3 a0=1 a1=2 a2=3 a3=4 items=1 ppid=1 pid=7 auid=-1 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=-1 comm="x" exe="/x" key=(null)';
    expect(ecs(call, 'CWD cwd="/"', path).file.inode).toBe('18446744073709551615');
    expect(ocsf(call, 'CWD cwd="/"', path).file.uid).toBe('18446744073709551615');
  });
});

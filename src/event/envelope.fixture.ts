// Random calls as records, and random envelopes to put before them: those of docs/envelopes.md, with dates, hosts and
// numbers of their own each time.
import fc from 'fast-check';

const two = (n: number): string => String(n).padStart(2, '0');
const at = fc
  .record({ month: fc.nat(11), day: fc.integer({ min: 1, max: 28 }), second: fc.nat(86_399), part: fc.nat(999_999) })
  .map(({ month, day, second, part }) => {
    const names = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
    const clock = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
    const iso = `2024-${two(month + 1)}-${two(day)}`;
    return {
      syslog: `${names[month]} ${String(day).padStart(2)} ${clock}`,
      iso,
      clock,
      short: iso.slice(5),
      part: String(part),
    };
  });
const host = fc.constantFrom('box', 'web-1', 'box.lan.example', '10.0.0.7', 'fe80::1', 'ip-10-0-3-4');
const priority = fc.constantFrom('', '<5>', '<13>', '<36>');
const boot = fc
  .nat(10 ** 7)
  .map((n) => `[${String(Math.floor(n / 1000)).padStart(5)}.${String(n % 1000).padStart(6, '0')}]`);
const copied = fc.constantFrom('', '> ', '+', '52:', '52-', '/var/log/messages:', 'audit.log:7:');

/** Before a record in auditd's form. */
export const before = fc.oneof(
  fc.tuple(copied, priority, at, host).map(([c, p, t, h]) => `${c}${p}${t.syslog} ${h} audispd: `),
  fc.tuple(copied, at, host).map(([c, t, h]) => `${c}${t.syslog} ${h} audisp-syslog[${t.part}]: `),
  fc.tuple(at, host).map(([t, h]) => `${t.syslog} ${h} tag_OS_audit_log `),
  fc.tuple(at, host).map(([t, h]) => `<13>1 ${t.iso}T${t.clock}.003Z ${h} app ${t.part} ID47 - `),
  fc.tuple(at, host).map(([t, h]) => `${t.iso}T${t.clock}.${t.part.padStart(6, '0')}+02:00 ${h} kernel: audit: `),
  at.map((t) => `${t.iso}T${t.clock}.123456789Z stdout F `),
  copied,
);
/** Before a record in the kernel's form. */
export const kernels = fc.oneof(
  fc.tuple(copied, priority, at, host, boot).map(([c, p, t, h, b]) => `${c}${p}${t.syslog} ${h} kernel: ${b} audit: `),
  fc.tuple(priority, boot).map(([p, b]) => `${p}${b} audit: `),
  boot.map((b) => `kern  :notice: ${b} audit: `),
  fc.tuple(at, host).map(([t, h]) => `${t.iso}T${t.clock}.000123-08:00 ${h} kernel: `),
  at.map((t) => `${t.short} ${t.clock}.364   587   587 E audit   : `),
  at.map((t) => `${t.short} ${t.clock}.364 E/audit   (  587): `),
);

const text = fc.string({ unit: fc.constantFrom(...'abz/._- '), minLength: 1, maxLength: 20 });
const id = fc.integer({ min: 0, max: 65_535 });
const typeNumbers: Readonly<Record<string, number>> = { SYSCALL: 1300, CWD: 1307, PATH: 1302, PROCTITLE: 1327 };

/** The records of one call, without stamp: [type, body]. */
export const call = fc
  .record({ pid: id, auid: id, comm: text, cwd: text, name: text, key: fc.constantFrom('"k1"', '(null)') })
  .map(({ pid, auid, comm, cwd, name, key }): readonly (readonly [string, string])[] => [
    [
      'SYSCALL',
      `arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=7f a2=0 a3=0 items=1 ppid=1 pid=${pid} auid=${auid} uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=2 comm="${comm}" exe="/bin/${comm}" subj=unconfined key=${key}`,
    ],
    ['CWD', `cwd="/${cwd}"`],
    [
      'PATH',
      `item=0 name="/${name}" inode=5 dev=fd:00 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0`,
    ],
    ['PROCTITLE', 'proctitle=636174002F6574632F706173737764'],
  ]);
/** Some calls. */
export const trail = fc.array(call, { minLength: 1, maxLength: 6 });
const stamp = (n: number): string => `audit(${1_714_567_890 + n}.${String(n).padStart(3, '0')}:${100 + n})`;
/** The nth record as auditd writes it. */
export const logged = (type: string, n: number, body: string): string => `type=${type} msg=${stamp(n)}: ${body}`;
/** The same as the kernel logs it. */
export const kernel = (type: string, n: number, body: string): string =>
  `type=${typeNumbers[type]} ${stamp(n)}: ${body}`;

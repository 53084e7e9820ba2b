// Lines that an attacker may write into a trail, and a small trail of good ones. For property tests.
import fc from 'fast-check';

const stamp = (serial: number): string => `msg=audit(1700000000.${String(serial).padStart(3, '0')}:${serial}): `;
const ids = 'auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=5';
const call = (serial: number, number: number, args: string, pid: number, more = 'success=yes exit=0'): string =>
  `type=SYSCALL ${stamp(serial)}arch=c000003e syscall=${number} ${more} ${args} items=0 ppid=1 pid=${pid} ${ids} comm="cat" exe="/usr/bin/cat" key="k"`;

/** Events of the kinds that readers tell apart; each in lines of its own. */
export const GOOD: readonly (readonly string[])[] = [
  [
    call(1, 59, 'a0=1 a1=2 a2=3 a3=4', 10),
    `type=EXECVE ${stamp(1)}argc=2 a0="cat" a1="/etc/passwd"`,
    `type=CWD ${stamp(1)}cwd="/root"`,
    `type=PATH ${stamp(1)}item=0 name="/usr/bin/cat" inode=7 dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL`,
    `type=PROCTITLE ${stamp(1)}proctitle=636174002F6574632F706173737764`,
  ],
  [
    call(2, 257, 'a0=ffffff9c a1=2 a2=0 a3=0', 10, 'success=yes exit=3'),
    `type=CWD ${stamp(2)}cwd="/root"`,
    `type=PATH ${stamp(2)}item=0 name="/etc/passwd" inode=10 dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL`,
    `type=PROCTITLE ${stamp(2)}proctitle="cat"`,
  ],
  [
    call(3, 62, 'a0=14 a1=9 a2=0 a3=0', 11),
    `type=OBJ_PID ${stamp(3)}opid=20 oauid=1000 ouid=0 oses=5 ocomm="victim"`,
    `type=PROCTITLE ${stamp(3)}proctitle="kill"`,
  ],
  [
    `type=USER_LOGIN ${stamp(4)}pid=30 uid=0 auid=1000 ses=6 msg='op=login id=1000 exe="/usr/sbin/sshd" hostname=h addr=192.0.2.1 terminal=ssh res=success'`,
  ],
  [`type=ANOM_ABEND ${stamp(5)}auid=1000 uid=0 gid=0 ses=5 pid=20 comm="victim" exe="/usr/bin/victim" sig=11 res=1`],
  [
    call(6, 42, 'a0=3 a1=2 a2=10 a3=0', 12),
    `type=SOCKADDR ${stamp(6)}saddr=02000050C00002010000000000000000`,
    `type=PROCTITLE ${stamp(6)}proctitle="nc"`,
  ],
  [
    `type=AVC ${stamp(7)}avc:  denied  { read } for  pid=9 comm="x" name="y" dev="sda" ino=1 scontext=a:b:c tcontext=d:e:f tclass=file permissive=0`,
    `type=EOE ${stamp(7)}`,
  ],
];

const header = fc
  .record({
    type: fc.oneof(
      fc.constantFrom(
        'SYSCALL',
        'EXECVE',
        'PATH',
        'CWD',
        'SOCKADDR',
        'PROCTITLE',
        'USER_LOGIN',
        'USER_CMD',
        'LOGIN',
        'AVC',
      ),
      fc.constantFrom(
        'ANOM_ABEND',
        'SECCOMP',
        'OBJ_PID',
        'TTY',
        'USER_TTY',
        'CONFIG_CHANGE',
        'URINGOP',
        'SYSTEM_BOOT',
        'EOE',
      ),
      fc.integer({ min: 0, max: 70_000 }).map(String),
      fc.integer({ min: 0, max: 70_000 }).map((n) => `UNKNOWN[${n}]`),
      fc.string({ maxLength: 12 }),
    ),
    sec: fc.constantFrom('1700000000', '1700000001'),
    ms: fc.constantFrom('900', '901'),
    serial: fc.integer({ min: 100, max: 2 ** 32 }),
    node: fc.constantFrom('', 'node=h ', 'node= ', 'kernel: audit: '),
  })
  .map(
    ({ type, sec, ms, serial, node }) =>
      `${node}type=${type.replaceAll('\n', ' ')} msg=audit(${sec}.${ms}:${serial}): `,
  );

const many = (text: string) => fc.integer({ min: 1, max: 3000 }).map((n) => text.repeat(n));
const number = fc.oneof(
  fc.constantFrom(
    '-1',
    '0',
    '4294967295',
    '4294967296',
    '99999999999999999999',
    `1${'0'.repeat(4000)}`,
    '1e999',
    '0x',
    '-',
    'NaN',
    '',
  ),
  fc.integer().map(String),
);
const value = fc.oneof(
  number,
  fc.string({ maxLength: 30, unit: 'binary-ascii' }),
  fc.string({ maxLength: 30 }).map((text) => `"${text}`),
  fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes).toString('hex').toUpperCase()),
  fc.constantFrom('ffffffff', '(null)', '?', "'", '"', '{ ', '{ }', '0', '00', '000000', '41414', '\0', '\x1d'),
);
const FIELDS = (
  'arch syscall success exit a0 a1 a2 a3 items ppid pid auid uid euid ses tty comm exe key argc a0_len a1[0] a1[1] ' +
  'a999999999 a9999999 a4097 saddr proctitle name inode dev mode ouid nametype cwd opid ocomm oauid sig code op acct ' +
  'addr hostname terminal res id data cap_fp old-auid old-ses new-level msg vm resrc avc subj scontext tcontext tclass'
).split(' ');
const field = fc.tuple(fc.constantFrom(...FIELDS), value).map(([name, text]) => `${name}=${text}`);

const body = fc.oneof(
  fc.array(field, { maxLength: 30 }).map((fields) => fields.join(' ')),
  fc
    .constantFrom(
      "msg='",
      "a='",
      'a={ ',
      'a="',
      '{{{{[[[[',
      'a=x y z ',
      '(',
      'a=',
      'UID=',
      'pid=1 ',
      '\x1dUID="r" ',
      ',a=1',
      '00',
      'a\\"',
    )
    .chain(many),
  fc.integer({ min: 1, max: 20_000 }).map((n) => `proctitle=${'00'.repeat(n)}41`),
  fc.integer({ min: 1, max: 3000 }).map((n) => Array.from({ length: n }, (_, i) => `f${i}=${i}`).join(' ')),
  fc.constantFrom(
    'argc=4294967295 a0="x" a4294967295="y"',
    'argc=2 a0_len=99999999999 a0[0]=41 a0[4294967295]=42',
    'items=4294967295 item=99',
  ),
  fc.string({ maxLength: 400, unit: 'binary-ascii' }),
);

const made = fc.tuple(header, body).map(([head, text]) => head + text);
const mutated = fc
  .tuple(
    fc.constantFrom(...GOOD.flat()),
    fc.array(fc.tuple(fc.nat(), fc.constantFrom('cut', 'byte', 'double', 'drop'), fc.nat(255)), {
      minLength: 1,
      maxLength: 5,
    }),
  )
  .map(([line, changes]) => {
    let text = line.replace(/audit\(1700000000\.\d+:\d+/, 'audit(1700000000.900:100');
    for (const [where, how, byte] of changes) {
      const at = where % Math.max(1, text.length);
      if (how === 'cut') text = text.slice(0, at);
      else if (how === 'byte') text = text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
      else if (how === 'drop') text = text.slice(0, at) + text.slice(at + 5);
      else text = text.slice(0, at) + text.slice(Math.max(0, at - 20));
    }
    return text;
  });
const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

/** One bad line, latin1, without a newline; not one of the good events. */
export const badLine: fc.Arbitrary<string> = fc
  .oneof({ weight: 5, arbitrary: made }, { weight: 4, arbitrary: mutated }, { weight: 1, arbitrary: noise })
  .map((line) => line.replaceAll('\n', ' ').replace(/audit\(1700000000\.00(?=\d:)/g, 'audit(1700000000.90'));

export const bytesOfLines = (lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`, 'latin1');

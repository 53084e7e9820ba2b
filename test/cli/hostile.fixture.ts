// What attackers write: a trail whose every free field carries text that a terminal would obey, or that would not be seen
// as what it is. And what a terminal may be sent: the judge knows nothing of how src/ escapes.

/** Each dangerous class once, as latin1 bytes. None may reach a terminal as it is. `FORGED` after a newline is a line of
 * the attacker's; `5m` and `35m` are styles that are not ours. */
export const DANGERS: Readonly<Record<string, string>> = {
  title: '\x1b]0;owned\x07',
  link: '\x1b]8;;http://evil/\x1b\\click\x1b]8;;\x1b\\',
  clipboard: '\x1b]52;c;cm0gLXJmIC8=\x07',
  device: '\x1bP$q"p\x1b\\',
  program: '\x1b_Gi=1;x\x1b\\',
  style: '\x1b[5mblink\x1b[35mred\x1b[31m',
  cursor: '\x1b[2J\x1b[1;1H',
  'C1 bytes': '\x9b5m\x9d0;owned\x9c\x90q\x9c\x85',
  'C1 in UTF-8': '\xc2\x9b5m\xc2\x9d0;owned\xc2\x9c\xc2\x85',
  'C1 after a broken byte': '\xff\x9b5m\xc3\xc2\x9b',
  direction: '\xe2\x80\xaegpj.exe\xe2\x80\xac\xe2\x81\xa6x\xe2\x81\xa9\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c',
  separators: 'a\xe2\x80\xa8b\xe2\x80\xa9c',
  'zero width': 'r\xe2\x80\x8bo\xe2\x80\x8co\xe2\x80\x8dt\xe2\x81\xa0\xef\xbb\xbf\xc2\xad',
  tags: 'x\xf3\xa0\x81\x81\xf3\xa0\x81\x82\xf3\xa0\x81\xbf',
  variations: 'a\xef\xb8\x8fb\xf3\xa0\x84\x80',
  fillers: '\xe3\x85\xa4\xef\xbe\xa0\xe1\x85\x9f\xcd\x8f',
  'a pile of marks': `z${'\xcc\x81'.repeat(40)}`,
  'a mark over ours': '\xcc\xb8\xe2\x83\x9d',
  'private use': '\xee\x80\x80\xf3\xb0\x80\x80',
  noncharacter: '\xef\xbf\xbe',
  'carriage return': 'x\rroot',
  backspace: 'evil\b\b\b\bgood\x7f',
  'form feed': 'a\x0cb\x0bc\x07\x0e\x0f',
  'no UTF-8': '\xe2\x80\xc0\xfe',
  surrogate: '\xed\xa0\x80\xed\xb2\x80',
  newline: 'x\nFORGED 9999 root was killed by init\nFORGED again',
  cells: '",\n"FORGED","1"\r\nFORGED',
  tab: 'a\tb',
};

/** What people write, and want to read: it passes as it is. */
export const PLAIN = 'na\xc3\xafve-\xe6\xbc\xa2\xe5\xad\x97-e\xcc\x81';

const hex = (text: string): string => Buffer.from(text, 'latin1').toString('hex').toUpperCase();
/** As the kernel writes a field it trusts: what a line cannot hold is not there. */
const raw = (text: string): string => text.replace(/[\s'"\0]/g, '_');

/** The records of events that carry one text in every free field, raw where the log has it so, in hex elsewhere. */
function eventsOf(text: string, n: number): string[] {
  const [h, r] = [hex(text), raw(text)];
  const lines: string[] = [];
  let serial = n * 100;
  const event = (...records: string[]): void => {
    const stamp = `msg=audit(${1_700_000_000 + n * 10}.${String(serial % 1000).padStart(3, '0')}:${++serial}): `;
    for (const [i, record] of records.entries()) {
      const [type, ...rest] = record.split(' ');
      lines.push(`${i === 0 ? `node=${r} ` : `node=${r} `}type=${type} ${stamp}${rest.join(' ')}`);
    }
  };
  const task = `ppid=${300 + n} pid=${600 + n} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=${r} ses=7`;
  const names = `comm=${h} exe=${hex(`/bin/${text}`)} subj=${r} key=${h}`;
  const tail = `\x1dARCH=x86_64 SYSCALL=${r} AUID="${r}" UID="${r}" GID="${r}"`;
  const call = (nr: number, more: string): string =>
    `SYSCALL arch=c000003e syscall=${nr} success=yes exit=0 ${more} items=1 ${task} ${names}${tail}`;
  const path = `PATH item=0 name=${hex(`/tmp/${text}`)} inode=${r} dev=${r} mode=0100644 ouid=0 ogid=0 rdev=00:00 obj=${r} nametype=CREATE cap_fp=0`;
  const title = `PROCTITLE proctitle=${h}`;
  const cwd = `CWD cwd=${hex(`/${text}`)}`;
  event(call(59, 'a0=1 a1=2 a2=3 a3=4'), `EXECVE argc=3 a0=${h} a1=${h} a2=${h}`, cwd, path, title);
  event(
    call(62, `a0=${(700 + n).toString(16)} a1=9 a2=0 a3=0`),
    `OBJ_PID opid=${700 + n} oauid=1000 ouid=0 oses=7 obj=${r} ocomm=${h}`,
    title,
  );
  event(call(2, 'a0=1 a1=241 a2=1b6 a3=0'), cwd, path, title);
  event(
    call(2, 'a0=1 a1=241 a2=1b6 a3=0'),
    cwd,
    `PATH item=0 name="/tmp/watched" inode=${r} dev=${r} mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL`,
    title,
  );
  event(
    call(82, 'a0=1 a1=2 a2=0 a3=0'),
    cwd,
    path,
    path.replace('item=0', 'item=1').replace('CREATE', 'DELETE'),
    title,
  );
  event(call(42, 'a0=3 a1=7f a2=6e a3=0'), `SOCKADDR saddr=0100${hex(`/run/${text}`)}`, title);
  event(call(175, 'a0=1 a1=2 a2=3 a3=0'), `KERN_MODULE name=${h}`, title);
  event(
    `AVC avc:  denied  { read ${r} } for  pid=5 comm="${r}" name="${r}" dev="${r}" ino=1 scontext=${r} tcontext=${r} tclass=${r} permissive=0`,
    call(2, 'a0=1 a1=0 a2=0 a3=0'),
  );
  const user = (type: string, fields: string): void =>
    event(`${type} pid=${600 + n} uid=0 auid=1000 ses=7 subj=${r} msg='${fields}'`);
  const who = `acct=${h} exe="/bin/${r}" hostname=${r} addr=${r} terminal=${r} res=`;
  for (const [type, res] of [
    ['USER_LOGIN', 'success'],
    ['USER_START', 'success'],
    ['USER_AUTH', 'failed'],
    ['USER_LOGIN', 'failed'],
    ['USER_END', 'success'],
    ['ADD_USER', 'success'],
    ['USER_MGMT', 'failed'],
    ['ANOM_LOGIN_FAILURES', 'failed'],
  ])
    user(type!, `op=${r} ${who}${res}`);
  user('USER_CMD', `cwd=${h} cmd=${h} exe="/usr/bin/sudo" terminal=${r} res=success`);
  user('USER_TTY', `data=${h}`);
  user(
    'SERVICE_START',
    `unit=${r} comm="systemd" exe="/usr/lib/systemd/systemd" hostname=? addr=? terminal=? res=success`,
  );
  user('USER', `text=${raw(text)} exe="/x" res=success`);
  user(
    'VIRT_CONTROL',
    `virt=kvm op=start reason=${r} vm="${r}" uuid=${r} exe="/usr/sbin/libvirtd" hostname=? addr=? terminal=? res=success`,
  );
  user(
    'SOFTWARE_UPDATE',
    `sw="${r}" sw_type=${r} key_enforce=0 gpg_res=0 root_dir="${r}" comm="dnf" exe="/usr/bin/dnf" hostname=? addr=? terminal=? res=success`,
  );
  user(
    'CRYPTO_KEY_USER',
    `op=${r} kind=${r} fp=${r} direction=? spid=1 suid=0 exe="/usr/sbin/sshd" hostname=? addr=${r} terminal=? res=success`,
  );
  user(
    'USER_AVC',
    `avc:  denied  { ${r} } for auid=1000 cmdline="${r}" scontext=${r} tcontext=${r} tclass=service exe="${r}"`,
  );
  event(`TTY tty pid=${600 + n} uid=0 auid=1000 ses=7 major=136 minor=0 comm=${h} data=${h}`);
  event(`LOGIN pid=${600 + n} uid=0 subj=${r} old-auid=4294967295 auid=1000 tty=${r} old-ses=4294967295 ses=7 res=1`);
  event(`CONFIG_CHANGE auid=1000 ses=7 subj=${r} op=${r} key=${h} list=4 res=1`);
  event(`ANOM_ABEND auid=1000 uid=0 gid=0 ses=7 subj=${r} pid=${600 + n} comm=${h} exe=${h} sig=11 res=1`);
  event(
    `SECCOMP auid=1000 uid=0 gid=0 ses=7 subj=${r} pid=${800 + n} comm=${h} exe=${h} sig=31 arch=c000003e syscall=59 compat=0 ip=0x7 code=0x80000000`,
  );
  event(`INTEGRITY_DATA pid=1 uid=0 auid=1000 ses=7 op=${r} cause=${r} comm=${h} name=${h} dev="${r}" ino=1 res=0`);
  event(`NETFILTER_CFG table=${r} family=2 entries=1 op=${r} pid=1 subj=${r} comm=${h}`);
  event(`DAEMON_START op=${r} ver=${r} format=enriched kernel=${r} auid=1000 pid=1 uid=0 ses=7 subj=${r} res=success`);
  event(`RESP_ANOMALY pid=1 uid=0 auid=1000 ses=7 op=${r} res=success`);
  event(`UNKNOWN[1999] ${r}=${r} x=${h} ${r}`);
  lines.push(`no record: ${r} ${text.replaceAll('\n', ' ')}`);
  return lines;
}

/** The trail, as bytes. */
export const hostileTrail = (): Buffer =>
  Buffer.from(
    [...Object.values(DANGERS), PLAIN]
      .flatMap((text, n) => eventsOf(text, n + 1))
      .join('\n')
      .concat('\n'),
    'latin1',
  );

/** A kernel log whose programs and cgroups are such. */
export const hostileKernelLog = (): Buffer =>
  Buffer.from(
    Object.values(DANGERS)
      .map(raw)
      .flatMap((text, n) => [
        `[${100 + n}.000000] ${text} invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0`,
        `[${100 + n}.000001] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${text},mems_allowed=0,oom_memcg=/${text},task_memcg=/${text},task=${text},pid=${900 + n},uid=0`,
        `[${100 + n}.000002] Memory cgroup out of memory: Killed process ${900 + n} (${text}) total-vm:1kB, anon-rss:1kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0`,
        `[${100 + n}.000003] ${text}[${950 + n}]: segfault at 0 ip 0 sp 0 error 4 in ${text}[400000+1000]`,
      ])
      .join('\n'),
    'latin1',
  );

/** Code points that a terminal may be sent: letters, digits, signs, spaces; and newline and tab. */
export function isHarmless(code: number): boolean {
  if (code === 10 || code === 9) return true;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  const hidden: readonly (readonly [number, number])[] = [
    ...([
      [0xad, 0xad],
      [0x34f, 0x34f],
      [0x61c, 0x61c],
      [0x115f, 0x1160],
      [0x17b4, 0x17b5],
      [0x180b, 0x180f],
    ] as const),
    ...([
      [0x200b, 0x200f],
      [0x2028, 0x202e],
      [0x2060, 0x206f],
      [0x3164, 0x3164],
      [0xd800, 0xf8ff],
      [0xfdd0, 0xfdef],
    ] as const),
    ...([
      [0xfe00, 0xfe0f],
      [0xfeff, 0xfeff],
      [0xffa0, 0xffa0],
      [0xfff0, 0xfffb],
      [0xfffe, 0xffff],
    ] as const),
    ...([
      [0x1bca0, 0x1bca3],
      [0x1d173, 0x1d17a],
      [0xe0000, 0xe0fff],
      [0xf0000, 0x10ffff],
    ] as const),
  ];
  return !hidden.some(([first, last]) => code >= first && code <= last);
}

/** The styles of ours: bold, dim, reverse, four colours, and their ends. */
const OURS = /\x1b\[(?:1|2|7|22|27|31|32|33|36|39)m/g;

/** What is wrong with bytes that came to a terminal: sentences, empty when nothing is. `\r\n` is the terminal's newline. */
export function faultsOf(bytes: Buffer): string[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return ['bytes that are no UTF-8'];
  }
  if (text.includes('\x1b[31m\x1b') || /red\x1b\[31m/.test(text)) return ['a style of the trail'];
  const plain = text.replaceAll('\r\n', '\n').replaceAll('\r\x1b[K', '').replace(OURS, '');
  const faults = new Set<string>();
  for (const character of plain) {
    const code = character.codePointAt(0)!;
    if (!isHarmless(code)) faults.add(`U+${code.toString(16).padStart(4, '0')}`);
  }
  if (/^\W*FORGED/m.test(plain)) faults.add('a line of the trail’s own');
  if (/\p{M}{5}/u.test(plain)) faults.add('a pile of marks');
  if (/[ -/:-@[-`{-~]\p{M}/u.test(plain)) faults.add('a mark over a sign of ours');
  return [...faults];
}

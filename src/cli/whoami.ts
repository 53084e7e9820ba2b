// `auspex whoami`: who a process is to the audit system, and what that means in words.
import { type Accounts, AuditError, fromUtf8, UNSET } from '../base/index.ts';
import { type Login, procfs, readLogin, setLogin, systemAccounts } from '../host/index.ts';
import type { Io } from './io.ts';
import { optionTable, readOptions, usage } from './options.ts';

export const options = optionTable({
  tool: 'auspex whoami',
  summary: 'Tells who you, or a process, are to the audit system: login uid, session, and what may be done with them.',
  usage: ['[options] [PID]'],
  options: [
    { name: 'json', forms: ['--json'], help: 'as JSON' },
    {
      name: 'run',
      forms: ['--as'],
      value: 'USER',
      help: 'set the login uid to USER (a name, an id, `unset`), then tell; for testing what rules would see',
    },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
  ],
  words: 1,
});

export function run(argv: readonly string[], io: Io): number {
  const line = readOptions(options, argv, io);
  if (!line) return 0;
  const accounts = systemAccounts();
  const as = line.value('run');
  if (as !== undefined) setLogin(idOfUser(as, accounts));
  const pid = line.words[0];
  if (pid !== undefined && !/^\d+$/.test(pid)) throw usage(options, `\`${pid}\` is no process id`);
  const login = readLogin(procfs(), pid === undefined ? 'self' : Number(pid));
  if (!login)
    throw new AuditError(
      'not-found',
      `Cannot tell the login of ${pid === undefined ? 'this process: the kernel has no audit' : `process ${pid}: there is none, or the kernel has no audit`}`,
    );
  if (line.has('json')) io.out(`${JSON.stringify(asData(login, accounts))}\n`, 'json');
  else io.out(fromUtf8(describe(login, accounts)));
  return 0;
}

function idOfUser(user: string, accounts: Accounts): number {
  if (user === 'unset') return UNSET;
  const id = /^\d+$/.test(user) ? Number(user) : accounts.userId(fromUtf8(user));
  if (id === undefined) throw usage(options, `there is no user \`${user}\``);
  return id;
}

function asData(login: Login, accounts: Accounts): object {
  const { auid, uids } = login;
  return {
    ...login,
    auid: auid ?? null,
    ses: login.ses ?? null,
    loginName: auid === undefined ? null : (accounts.userName(auid) ?? null),
    userName: accounts.userName(uids[0] ?? UNSET) ?? null,
  };
}

/** What the numbers mean, a line each. */
export function describe(login: Login, accounts: Accounts): string {
  const { auid, ses, uids, capabilities } = login;
  const named = (uid: number): string => `${accounts.userName(uid) ?? 'no account'} (${uid})`;
  const [uid = UNSET, euid = uid] = uids;
  const lines = [
    `process   ${login.pid} ${login.comm.replace(/[^\x20-\x7e]/g, '?')}`,
    auid === undefined
      ? 'login     unset: nobody logged in to start this; it descends from boot or a service'
      : `login     ${named(auid)}: who logged in, whatever su or sudo did since`,
    ses === undefined ? 'session   unset' : `session   ${ses}: \`auspex search --session ${ses}\` finds all it did`,
    `user      ${named(uid)}${euid === uid ? '' : `, acting as ${named(euid)}`}`,
    `may       ${
      capabilities.length
        ? capabilities.map((c) => `${c} (${MEANING[c]})`).join(', ')
        : 'nothing with the audit system: no CAP_AUDIT capability'
    }`,
  ];
  if (auid !== undefined && auid !== uid)
    lines.push(`note      rules on \`auid=${auid}\` see this process; rules on \`uid=${auid}\` do not`);
  if (auid === undefined)
    lines.push('note      rules with `auid!=unset` skip this process: check pam_loginuid if a person started it');
  if (login.namespaced) lines.push('note      in a container: the kernel takes no audit requests from here');
  return `${lines.join('\n')}\n`;
}

const MEANING: Readonly<Record<string, string>> = {
  CAP_AUDIT_CONTROL: 'set rules and login uids',
  CAP_AUDIT_WRITE: 'send messages',
  CAP_AUDIT_READ: 'listen',
};
